"""How many numbers does a sine need? One recipe, trained with bottlenecks of several sizes.

``data/bottlenecks.json`` holds the "command" that made it, and "sizes", a list of what `measure`
yields.
"""

from collections.abc import Generator
from typing import Any

from sinae.analysis.linear_code import best_linear
from sinae.model.signals.sine import SINE
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
        yield {"size": size, "best_linear": best_linear(size, SINE), "runs": runs}
