"""How many numbers does a sine need? One recipe with bottlenecks of several sizes."""

from collections.abc import Generator
from typing import Any

from sinae.analysis.linear_code import best_linear
from sinae.study.measurements import read, write
from sinae.study.presets import SOLVED
from sinae.study.reproduction import train_variants

SIZES = (1, 2, 3, 4, 6, 10)
"""Of the bottleneck of `SOLVED`; nothing else in it differs."""

Curve = dict[str, Any]
"""Of a measurement: the "command" that made it, and "sizes", a list of what `measure` yields."""


def measure(seeds: int, processes: int) -> Generator[dict[str, Any], None, None]:
    """Train every size with seeds 1, 2, ...; each comes as soon as it is done.

    Yields:
        The "size"; "best_linear", the exact MSE of PCA with as many numbers; and "runs", as
        `sinae.study.reproduction.train_variants` gives them.
    """
    variants = {size: SOLVED.with_bottleneck(size) for size in SIZES}
    for size, runs in train_variants(variants, seeds, processes):
        yield {"size": size, "best_linear": best_linear(size), "runs": runs}


def save(seeds: int, sizes: list[dict[str, Any]]) -> None:
    """Keep a measurement in the package's data folder."""
    write(
        "bottlenecks",
        {"command": f"python -m sinae bottlenecks --seeds {seeds}", "sizes": sizes},
    )


def kept() -> Curve:
    """What ``python -m sinae bottlenecks --save`` kept."""
    return read("bottlenecks")
