"""How many numbers does a sine need? One recipe with bottlenecks of several sizes."""

import json
from collections.abc import Generator
from dataclasses import replace
from functools import cache
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any

from sinae.baselines import best_linear
from sinae.captions import Subject, settings
from sinae.experiment import Experiment
from sinae.reproduce import train_all, write

SIZES = (1, 2, 3, 4, 6, 10)
RECIPE = Experiment(
    widths=(128, 128, 64, 32, 3, 32, 64, 128, 128),
    bottleneck_linear=True,
    steps=20_000,
    learning_rate=0.006,
    schedule="cosine",
    clip_norm=1.0,
    slow_first=True,
)
"""What every size is trained with; the middle width is replaced."""

SUBJECT = Subject(settings(RECIPE), "the middle width is replaced by the size", "bottlenecks")
"""As the figure of all sizes names them."""

FILE = files("sinae").joinpath("data/bottlenecks.json")

Curve = dict[str, Any]
"""Of a measurement: the "command" that made it, and "sizes", a list of what `measure` yields."""


def measure(seeds: int, processes: int) -> Generator[dict[str, Any], None, None]:
    """Train every size with seeds 1, 2, ...; each comes as soon as it is done.

    Yields:
        The "size"; "best_linear", the exact MSE of PCA with as many numbers; and "runs", one for
        each seed, as `sinae.reproduce.train` gives them, without their curves.
    """
    middle = RECIPE.bottleneck
    experiments = [
        replace(
            RECIPE,
            widths=tuple(size if i == middle else w for i, w in enumerate(RECIPE.widths)),
            seed=seed,
        )
        for size in SIZES
        for seed in range(1, seeds + 1)
    ]
    results = train_all(experiments, processes)
    for size in SIZES:
        runs = [entry for entry, _ in islice(results, seeds)]
        for run in runs:
            del run["curve"]
        yield {"size": size, "best_linear": best_linear(size), "runs": runs}


def save(seeds: int, sizes: list[dict[str, Any]]) -> None:
    """Keep a measurement in the package's data folder."""
    curve = {"command": f"python -m sinae bottlenecks --seeds {seeds}", "sizes": sizes}
    write(Path(str(FILE)), json.dumps(curve).replace('{"seed"', '\n{"seed"'))


@cache
def kept() -> Curve:
    """What ``python -m sinae bottlenecks --save`` kept."""
    curve: Curve = json.loads(FILE.read_text(encoding="utf-8"))
    return curve
