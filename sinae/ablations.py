"""What each ingredient of our recipe for three nodes is worth: it is taken out, the rest stays."""

import json
from collections.abc import Generator
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from sinae.experiment import Experiment
from sinae.presets import SOLVED
from sinae.reproduce import train_variants, write

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
    "two nodes": {"widths": (96, 96, 64, 32, 2, 32, 64, 96, 96)},
}
"""By name, what differs from the recipe. The error of signals that are not scaled, and so its
gradient, is 16 times that of scaled ones: they are clipped at 16 times the norm."""

FILE = files("sinae").joinpath("data/ablations.json")


def measure(seeds: int, processes: int) -> Generator[tuple[str, list[dict[str, Any]]], None, None]:
    """Train each change with seeds 1, 2, ...; see `sinae.reproduce.train_variants`."""
    variants: dict[str, Experiment] = {
        name: replace(SOLVED, **change) for name, change in CHANGES.items()
    }
    return train_variants(variants, seeds, processes)


def save(seeds: int, runs: dict[str, list[dict[str, Any]]]) -> None:
    """Keep a measurement in the package's data folder."""
    kept = {"command": f"python -m sinae ablations --seeds {seeds}", "runs": runs}
    write(Path(str(FILE)), json.dumps(kept).replace('{"seed"', '\n{"seed"'))


@cache
def kept() -> dict[str, Any]:
    """What ``python -m sinae ablations --save`` kept: its "command", and the "runs" by change."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found
