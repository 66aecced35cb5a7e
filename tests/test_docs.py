"""The README and what is stored of measurements, held against the code that they speak of."""

import re
from dataclasses import fields
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from sinae import bottlenecks
from sinae.__main__ import parser
from sinae.experiment import Experiment
from sinae.limits import Limits
from sinae.presets import presets, reproduction
from sinae.training import advance

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SOURCES = [ROOT / "app.py", *ROOT.glob("pages/*.py"), *ROOT.glob("sinae/**/*.py")]

COMMANDS = re.findall(r"python -m sinae (\w[^`\n]*)", README)
STORED = [bottlenecks.kept()["command"], *(kept.command for kept in reproduction().values())]


def variables() -> dict[str, tuple[str, str]]:
    """The README's environment variables: the default and the meaning of each."""
    rows = re.findall(r"^\| `(SINAE_\w+)` \| (.*?) ?\| (.+) \|$", README, re.MULTILINE)
    return {name: (default, meaning) for name, default, meaning in rows}


def test_the_table_of_limits_is_what_limits_says() -> None:
    limits = {
        f"SINAE_{limit.name.upper()}": (limit.metadata["shown"], limit.metadata["about"])
        for limit in fields(Limits)
    }
    assert list(limits.items()) == list(variables().items())[: len(limits)]


@pytest.mark.parametrize("limit", fields(Limits), ids=lambda limit: limit.name)
def test_a_limit_is_at_first_what_it_is_said_to_be(limit: object) -> None:
    name, shown = limit.name, limit.metadata["shown"]  # type: ignore[attr-defined]
    value, cores = getattr(Limits(), name), Limits().workers
    assert value == {"cores": cores, "24 a core": 24 * cores}.get(shown) or value == int(shown)


def test_the_table_names_every_variable_that_is_read() -> None:
    read = re.compile(r"[\"'](SINAE_[A-Z_]+)[\"']")
    found = {name for path in SOURCES for name in read.findall(path.read_text(encoding="utf-8"))}
    limits = {f"SINAE_{limit.name.upper()}" for limit in fields(Limits)}
    assert set(variables()) == found | limits


@pytest.mark.parametrize("command", [*COMMANDS, *(c.split(" sinae ")[1] for c in STORED)])
def test_every_command_parses(command: str) -> None:
    options = parser().parse_args(command.split())
    name = getattr(options, "preset", None)
    assert name in (None, "NAME", *presets())


def test_the_recipe_to_try_keeps_its_promise() -> None:
    (query,) = re.findall(r"`/\?(.+?)`", README)
    settings = dict(parse_qsl(query))
    said = re.search(r"error, ([\d.]+) instead of ([\d.]+)\.", README)
    assert said
    promised = float(said[1]) / float(said[2])
    errors = [
        advance(experiment, None, experiment.steps).held_out_mse
        for experiment in (Experiment(**settings), Experiment())
    ]
    assert errors[0] / errors[1] < 1.5 * promised  # of a single seed; the README's are medians


def test_commands_are_found() -> None:
    assert {command.split()[0] for command in COMMANDS} == {
        *("train", "presets", "reproduce", "bottlenecks", "baselines")
    }
