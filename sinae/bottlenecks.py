"""How many numbers does a sine need? One recipe with bottlenecks of several sizes."""

import json
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from statistics import median
from typing import Any

from sinae.baselines import best_linear
from sinae.experiment import Experiment
from sinae.reproduce import train_all

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

FILE = files("sinae").joinpath("data/bottlenecks.json")

Curve = dict[str, Any]


def measure(seeds: int, processes: int) -> Curve:
    """Train every size with seeds 1, 2, ...

    Returns:
        The "command", and lists in the order of `SIZES`: "sizes", the "lowest", "median" and
        "highest" held-out MSE of the seeds, and "best_linear", the exact MSE of PCA with as many
        numbers.
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
    errors = [entry["held_out_mse"] for entry, _ in train_all(experiments, processes)]
    grouped = [errors[i : i + seeds] for i in range(0, len(errors), seeds)]
    return {
        "command": f"python -m sinae bottlenecks --seeds {seeds}",
        "sizes": list(SIZES),
        "lowest": [min(group) for group in grouped],
        "median": [median(group) for group in grouped],
        "highest": [max(group) for group in grouped],
        "best_linear": [best_linear(size) for size in SIZES],
    }


def save(curve: Curve) -> None:
    """Keep a measurement in the package's data folder."""
    Path(str(FILE)).write_text(json.dumps(curve) + "\n", encoding="utf-8")


@cache
def kept() -> Curve:
    """What ``python -m sinae bottlenecks --save`` kept."""
    curve: Curve = json.loads(FILE.read_text(encoding="utf-8"))
    return curve
