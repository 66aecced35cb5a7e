"""The README and what is stored of measurements, held against the code that they speak of."""

import os
import re
from argparse import _SubParsersAction
from dataclasses import asdict, fields
from importlib.util import find_spec
from pathlib import Path

import pytest

from sinae.__main__ import parser
from sinae.figures.encoding import number
from sinae.model.experiment import SETTINGS, Experiment
from sinae.model.signals.sine import SINE
from sinae.model.training import advance
from sinae.service.dispatcher import ChunkPolicy
from sinae.service.settings import Settings, variable
from sinae.study.measurements import read
from sinae.study.post import last_error
from sinae.study.presets import presets, reproduction
from sinae.study.reproduction import over_seeds

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SOURCES = [ROOT / "app.py", *ROOT.glob("pages/*.py"), *ROOT.glob("sinae/**/*.py")]

COMMANDS = re.findall(r"python -m sinae (\w[^`\n]*)", README)
STORED = [
    *(read(name)["command"] for name in ("bottlenecks", "ablations", "growth")),
    *(kept.command for kept in reproduction().values()),
]


def variables() -> dict[str, tuple[str, str]]:
    """The README's environment variables: the default and the meaning of each."""
    rows = re.findall(r"^\| `(SINAE_\w+)` \| (.*?) ?\| (.+) \|$", README, re.MULTILINE)
    return {name: (default, meaning) for name, default, meaning in rows}


def test_the_table_of_variables_is_what_the_settings_say() -> None:
    settings = {
        variable(setting.name): (setting.metadata["shown"], setting.metadata["meaning"])
        for setting in fields(Settings)
    }
    assert list(settings.items()) == list(variables().items())


def test_a_setting_is_at_first_what_the_readme_says() -> None:
    cores = os.cpu_count() or 1
    said = {name: default for name, (default, _) in variables().items()}
    assert said.pop("SINAE_WORKERS") == "cores"
    assert said.pop("SINAE_MAX_RUNS") == "24 a core"
    settings = asdict(Settings.from_environment({}))
    assert (settings.pop("workers"), settings.pop("max_runs")) == (cores, 24 * cores)
    assert said == {variable(name): str(value) for name, value in settings.items()}


def test_the_table_names_every_variable_that_is_read_and_one_module_reads_them() -> None:
    read = re.compile(r"\bSINAE_[A-Z_]+\b")
    found = [set(read.findall(path.read_text(encoding="utf-8"))) for path in SOURCES]
    assert set().union(*found) <= set(variables())
    readers = {
        str(path.relative_to(ROOT))
        for path in SOURCES
        if "os.environ" in path.read_text(encoding="utf-8")
    }
    assert readers == {
        "sinae/service/settings.py",
        "sinae/model/runtime.py",  # TensorFlow's variables
        "sinae/__init__.py",  # BLAS's
    }


@pytest.mark.parametrize("command", [*COMMANDS, *(c.split(" sinae ")[1] for c in STORED)])
def test_every_command_parses(command: str) -> None:
    options = parser().parse_args(command.split())
    name = getattr(options, "preset", None)
    assert name in (None, "NAME", *presets())


def test_what_the_readme_tells_to_try_comes_out_as_it_says() -> None:
    solved = over_seeds(reproduction()["three-nodes-solved"].runs)
    post = presets()["selu-50-20-10-3-10-20-50"].published
    text = " ".join(README.split())
    assert f"to an error of {number(solved['median'])} (median of {solved['seeds']} seeds" in text
    assert f"predicting zero has {number(SINE.power)}" in text
    torn = over_seeds(read("ablations")["runs"]["not growing"])
    assert f"It ends at {number(torn['median'])}" in text
    assert torn["lost"] == torn["seeds"]  # so whoever tries it finds one
    left = f"{last_error(post):.2f}"
    assert f"left at {left}" in text
    assert f"around {left}:" in presets()["post-network-solved"].lesson


def test_what_the_schedule_s_help_tells_comes_out_so() -> None:
    said = re.search(r"an error of ([\d.]+) after 20,000", SETTINGS["schedule"].help)
    alone = re.search(r"at ([\d.]+) without", " ".join(SETTINGS["bottleneck_linear"].help.split()))
    assert said
    assert alone
    recipe = Experiment(learning_rate=0.006, clip_norm=1, schedule="cosine")
    errors = [advance(one, None, 20_000).held_out_mse for one in (recipe, Experiment())]
    promised = float(said[1]) / float(alone[1])
    assert errors[0] / errors[1] < 1.5 * promised  # of a single seed; the help's are medians


def test_the_table_of_commands_names_each_once() -> None:
    rows = re.findall(r"^\| `python -m sinae (\w+)([^`]*)`", README, re.MULTILINE)
    (commands,) = (a for a in parser()._actions if isinstance(a, _SubParsersAction))
    assert sorted(name for name, _ in rows) == sorted(commands.choices)


def test_the_length_of_a_chunk_is_what_the_dispatcher_asks_for() -> None:
    policy = ChunkPolicy()
    said = (
        f"after {policy.seconds} s of CPU time, or {policy.crowded_seconds} s while others wait; "
        f"up to {policy.behind_seconds} s for who had less than the others"
    )
    assert said in " ".join(README.split())


def test_every_path_that_the_readme_names_is_there() -> None:
    paths = re.findall(r"`((?:sinae|tests|pages|\.ci)/[\w./]*)`", README)
    assert len(paths) > 10
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_every_module_that_the_readme_runs_is_there() -> None:
    modules = {*re.findall(r"(?:python3? -m|--preload) ([\w.]+)", README)}
    assert {"sinae", "tests.screenshot", "sinae.service.worker", "dask"} <= modules
    assert [name for name in modules if find_spec(name) is None] == []
