"""Reads and writes ``data/NAME.json``: measurements that a command made once and that come with the
app."""

import json
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

DATA: Traversable = files("sinae.study").joinpath("data")
"""The folder of the package's data files."""


@cache
def read(name: str) -> dict[str, Any]:
    """Return the measurement of a name; an empty one if none was stored yet."""
    file = DATA.joinpath(f"{name}.json")
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    return found


def write(name: str, measurement: dict[str, Any]) -> None:
    """Store a measurement, with each entry of its lists on a line of its own.

    If it is interrupted, the old file stays as it was.
    """
    text = json.dumps(measurement).replace('[{"', '[\n{"').replace('}, {"', '},\n{"')
    file = Path(str(DATA.joinpath(f"{name}.json")))
    part = file.with_suffix(".part")
    part.write_text(text + "\n", encoding="utf-8")
    part.replace(file)
    read.cache_clear()
