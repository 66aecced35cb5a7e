"""Ablations of our recipe for three nodes: one ingredient at a time is taken out or exchanged.

``data/ablations.json`` holds the "command" that made it, and the "runs" by variant.
"""

from collections.abc import Generator
from dataclasses import replace
from typing import Any

from sinae.study.presets import SOLVED
from sinae.study.reproduction import train_variants

CHANGES: dict[str, dict[str, Any]] = {
    "the whole recipe": {},
    "growing in frequency alone": {"growth": "frequency"},
    "growing in phase alone": {"growth": "phase"},
    "not growing": {"growth": "off"},
    "signals not scaled": {"scaled": False, "clip_norm": 16 * SOLVED.clip_norm},
    "independent draws": {"lattice": False},
    "constant rate": {"schedule": "constant"},
    "cosine schedule": {"schedule": "cosine"},
    "no clipping": {"clip_norm": 0.0},
    "no linear bottleneck": {"bottleneck_linear": False},
    "selu": {"activation": "selu"},
    "gelu": {"activation": "gelu"},
    "tanh": {"activation": "tanh"},
    "two nodes": {"widths": SOLVED.with_bottleneck(2).widths},
}
"""The settings of each variant that differ from the recipe, by the variant's name. Without scaling
the error, and so its gradient, is 16 times as large: it is clipped at 16 times the norm."""


def measure(seeds: int, processes: int) -> Generator[tuple[str, list[dict[str, Any]]], None, None]:
    """Train each variant with seeds 1, 2, ...; see `sinae.study.reproduction.train_variants`."""
    variants = {name: replace(SOLVED, **change) for name, change in CHANGES.items()}
    return train_variants(variants, seeds, processes)
