"""How many numbers does a sine need? One recipe, trained with bottlenecks of several sizes."""

from collections.abc import Generator
from typing import Any

from sinae.analysis.linear_code import best_linear
from sinae.study.measurements import read, write
from sinae.study.presets import SOLVED
from sinae.study.reproduction import train_variants

SIZES = (1, 2, 3, 4, 6, 10)
"""The sizes of the bottleneck; the rest of the recipe is that of `SOLVED`."""


def measure(seeds: int, processes: int) -> Generator[dict[str, Any], None, None]:
    """Train every size with seeds 1, 2, ...; each size comes as soon as it is done.

    Yields:
        The "size"; "best_linear", the exact MSE of PCA with as many components; and "runs", as
        `sinae.study.reproduction.train_variants` yields them.
    """
    variants = {size: SOLVED.with_bottleneck(size) for size in SIZES}
    for size, runs in train_variants(variants, seeds, processes):
        yield {"size": size, "best_linear": best_linear(size), "runs": runs}


def save(seeds: int, sizes: list[dict[str, Any]]) -> None:
    """Store a measurement in the package's data folder."""
    write(
        "bottlenecks",
        {"command": f"python -m sinae bottlenecks --seeds {seeds}", "sizes": sizes},
    )


def kept() -> dict[str, Any]:
    """Return what ``python -m sinae bottlenecks --save`` stored: its "command", and "sizes", a list
    of what `measure` yields."""
    return read("bottlenecks")
