"""Measurements that a command made once, and that come with the app: ``data/NAME.json``."""

import json
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

DATA: Traversable = files("sinae.study").joinpath("data")
"""The package's folder for what it comes with."""


@cache
def read(name: str) -> dict[str, Any]:
    """What was kept under a name; empty before anything was."""
    file = DATA.joinpath(f"{name}.json")
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return found


def write(name: str, measurement: dict[str, Any]) -> None:
    """Keep a measurement, each entry of its lists on a line of its own: whole or, where it is
    interrupted, not at all."""
    text = json.dumps(measurement).replace('[{"', '[\n{"').replace('}, {"', '},\n{"')
    file = Path(str(DATA.joinpath(f"{name}.json")))
    part = file.with_suffix(".part")
    part.write_text(text + "\n", encoding="utf-8")
    part.replace(file)
    read.cache_clear()
