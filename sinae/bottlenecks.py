"""How many numbers does a sine need? One recipe with bottlenecks of several sizes."""

import json
from collections.abc import Generator
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from sinae.baselines import best_linear
from sinae.captions import Subject, settings
from sinae.presets import SOLVED
from sinae.reproduce import train_variants, write

SIZES = (1, 2, 3, 4, 6, 10)
RECIPE = SOLVED
"""What every size is trained with; the middle width is replaced."""

SUBJECT = Subject(settings(RECIPE), "the middle width is replaced by the size", "bottlenecks")
"""As the figure of all sizes names them."""

FILE = files("sinae").joinpath("data/bottlenecks.json")

Curve = dict[str, Any]
"""Of a measurement: the "command" that made it, and "sizes", a list of what `measure` yields."""


def measure(seeds: int, processes: int) -> Generator[dict[str, Any], None, None]:
    """Train every size with seeds 1, 2, ...; each comes as soon as it is done.

    Yields:
        The "size"; "best_linear", the exact MSE of PCA with as many numbers; and "runs", as
        `sinae.reproduce.train_variants` gives them.
    """
    middle = RECIPE.bottleneck
    variants = {
        size: replace(
            RECIPE, widths=tuple(size if i == middle else w for i, w in enumerate(RECIPE.widths))
        )
        for size in SIZES
    }
    for size, runs in train_variants(variants, seeds, processes):
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
