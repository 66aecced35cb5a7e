"""The command line, as a user's shell runs it."""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from sinae.__main__ import _experiment, main, parser
from sinae.model.experiment import SETTINGS, Experiment, InvalidExperimentError
from sinae.model.signals import FAMILIES
from sinae.model.training import advance
from sinae.study.presets import presets
from tests.support.waiting import wait_for

ROOT = Path(__file__).parents[1]

SHORT = {"presets": [], "signals": [], "baselines": ["--bottleneck", "3"]}
LONG = {
    "train": ["--steps", "200000"],
    "reproduce": ["--seeds", "1"],
    "bottlenecks": [],
    "ablations": [],
    "growth": [],
}
"""Every command, with arguments for which it has something to print."""

unix = pytest.mark.skipif(os.name == "nt", reason="Windows has neither SIGINT nor EPIPE")


def commands() -> dict[str, argparse.ArgumentParser]:
    (action,) = (a for a in parser()._actions if isinstance(a, argparse._SubParsersAction))
    return dict(action.choices)


def sinae(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "sinae", *arguments]
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)


def started(
    *arguments: str, flags: tuple[str, ...] = (), sigint: signal.Handlers = signal.SIG_DFL
) -> "subprocess.Popen[str]":
    """A command that runs, in a session of its own as in a terminal of its own."""
    return subprocess.Popen(
        [sys.executable, *flags, "-m", "sinae", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A suite that itself runs in the background would pass on that the signal is ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, sigint),
    )


def interrupted(command: "subprocess.Popen[str]") -> tuple[int, str]:
    """The status and what is still printed as an error after Ctrl-C.

    It waits for the end of both pipes, so for that of every process that the command started.
    """
    os.killpg(command.pid, signal.SIGINT)
    _, errors = command.communicate()
    return command.returncode, errors


def test_every_command_is_tried_here() -> None:
    assert set(commands()) == {*SHORT, *LONG}


@pytest.mark.parametrize("name", [None, *commands()])
def test_help_is_printed_whole(name: str | None) -> None:
    done = sinae(*([name] if name else []), "--help")
    assert (done.returncode, done.stderr) == (0, "")
    words = " ".join(done.stdout.split())
    if name is None:
        assert all(command in words for command in commands())
    else:
        for action in commands()[name]._actions:
            assert all(option in words for option in action.option_strings)
    if name == "train":
        for field, setting in SETTINGS.items():
            assert f"--{field.replace('_', '-')}" in words
            assert setting.help.replace("-", "") in words.replace("- ", "").replace("-", "")


@pytest.mark.parametrize(
    "texts",
    [
        {"learning_rate": "0,002", "steps": "20 000"},
        {"learning_rate": "1e-2", "widths": "50, 20, 3, 20, 50", "seed": "7"},
        {"steps": "2.000"},
        {"batch_size": "0,5", "clip_norm": "1.000"},
    ],
)
def test_a_setting_is_read_as_everywhere_else(texts: dict[str, str]) -> None:
    flags = [part for name, text in texts.items() for part in (f"--{name.replace('_', '-')}", text)]
    options = parser().parse_args(["train", *flags])
    try:
        expected: object = Experiment(**texts)  # type: ignore[arg-type]
    except InvalidExperimentError as error:
        with pytest.raises(InvalidExperimentError, match=re.escape(str(error))):
            _experiment(options)
    else:
        assert _experiment(options) == expected


@pytest.mark.parametrize(
    ("text", "status"), [("2.000", 2), ("0", 2), ("1,5", 2), ("two", 2), ("1e300", 2)]
)
def test_how_many_seeds_is_read_so_too(
    text: str, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(["reproduce", "--seeds", text])
    assert ended.value.code == status
    assert text in capsys.readouterr().err
    assert parser().parse_args(["reproduce", "--seeds", "1,000"]).seeds == 1000


@unix
@pytest.mark.parametrize(
    ("arguments", "after", "reached"),
    [
        (
            ["train", *LONG["train"]],
            "step 10000",
            r"at step [\d,]+ of 200,000, held-out MSE [\d.]+",
        ),
        (["reproduce", "--seeds", "1"], "preset ", "before a preset was done"),
        (
            ["reproduce", "--seeds", "1", "--processes", "2"],
            "linear-101 ",
            # The other process may have ended the second one by then.
            r"with (1 of \d+ presets done, up to linear-101|2 of \d+ .*, up to sigmoid-10)",
        ),
        (["bottlenecks", "--processes", "2"], "size ", "before a size was done"),
        (["ablations", "--processes", "2"], "change ", "before a change was done"),
        (["growth"], "growth both", r"after growth both +step +80"),
    ],
)
def test_ctrl_c_ends_a_command_with_one_line(
    arguments: list[str], after: str, reached: str
) -> None:
    command = started(*arguments)
    assert command.stdout
    next(line for line in command.stdout if line.strip().startswith(after))
    status, errors = interrupted(command)
    assert status == 130
    assert re.fullmatch(rf"Interrupted {reached}\.\n", errors), errors


@unix
@pytest.mark.parametrize(
    ("imported", "flags", "reached"),
    [
        ("numpy", [], "before it began"),
        ("tensorflow.python.pywrap_tensorflow", ["--json"], "before the first steps were done"),
        ("keras.src.backend.config", [], "before the first steps were done"),
    ],
)
def test_ctrl_c_while_something_is_imported(imported: str, flags: list[str], reached: str) -> None:
    command = started("train", *flags, flags=("-X", "importtime"))  # prints what is imported
    assert command.stderr
    next(line for line in command.stderr if line.endswith(f" {imported}\n"))
    status, errors = interrupted(command)
    (line,) = (line for line in errors.splitlines() if not line.startswith("import time:"))
    assert (status, line) == (130, f"Interrupted {reached}.")


@unix
def test_what_ignores_ctrl_c_goes_on() -> None:
    command = started("train", "--steps", "2000", sigint=signal.SIG_IGN)
    assert command.stdout
    command.stdout.readline()
    status, errors = interrupted(command)
    assert status == 0
    assert errors.startswith("A mean hides the worst: ")  # of the whole run


@unix
def test_ctrl_c_while_processes_start_is_heard_of() -> None:
    for count in (1, 2, 3):  # the first one only looks after what they share
        command = started("bottlenecks", "--processes", "2")
        children = psutil.Process(command.pid).children
        wait_for(children, lambda found: len(found) >= count)  # noqa: B023
        status, errors = interrupted(command)
        assert (status, errors.count("\n")) == (130, 1), errors


@unix
@pytest.mark.parametrize(
    ("name", "flags"),
    [
        *((name, arguments) for name, arguments in {**SHORT, **LONG}.items() if name != "growth"),
        ("train", ["--help"]),
    ],
)
def test_a_reader_who_left_is_no_error(name: str, flags: list[str]) -> None:
    command = started(name, *flags)
    assert command.stdout
    command.stdout.close()
    _, errors = command.communicate()
    # With unbuffered output it is argparse that notices, and goes on.
    assert command.returncode in ([141, 0] if "--help" in flags else [141])
    assert errors == ""


@unix
@pytest.mark.parametrize("name", ["train", "reproduce"])
def test_a_reader_who_leaves_is_no_error(name: str) -> None:
    command = started(name, *LONG[name])
    assert command.stdout
    command.stdout.readline()
    command.stdout.close()
    assert command.stderr
    assert command.stderr.read() == ""  # ends with the last of its processes
    assert command.wait() == 141


def test_train_prints_lines_like_the_post_and_the_worst_beside_the_mean() -> None:
    done = sinae("train", "--widths", "10,3,10", "--steps", "200", "--seed", "3")
    assert done.returncode == 0
    *lines, last = done.stdout.splitlines()
    chunk = advance(Experiment(widths=(10, 3, 10), steps=200, seed=3), None, 200)
    expected = [f"step {n}, training MSE {chunk.losses[n - 1]:.6g}" for n in range(10, 201, 10)]
    assert lines == expected
    assert re.fullmatch(r"held-out MSE [\d.]+, \d+ steps a second", last)
    assert float(last.split()[2].strip(",")) == pytest.approx(chunk.held_out_mse, rel=1e-5)
    assert f"the worst-drawn is at {chunk.held_out[-1].worst:.3g}" in done.stderr


def test_train_prints_one_json_object() -> None:
    done = sinae(
        "train", "--widths", "50-3-50", "--steps", "150", "--activation", "tanh", "--json",
        "--bottleneck-linear", "--batch-size", "20", "--learning-rate", "2e-3",
        "--schedule", "cosine",
    )  # fmt: skip
    report = json.loads(done.stdout)
    experiment = Experiment(
        widths=(50, 3, 50),
        steps=150,
        activation="tanh",
        bottleneck_linear=True,
        batch_size=20,
        learning_rate=0.002,
        schedule="cosine",
    )
    assert Experiment(**report["experiment"]) == experiment
    chunk = advance(experiment, None, 150)
    assert report["losses"] == chunk.losses.tolist()
    assert report["held_out_mse"] == chunk.held_out_mse
    errors = chunk.held_out[-1]
    assert report["worst_mse"] == errors.worst
    assert report["p999_mse"] == errors.p999
    assert report["standard_error"] == errors.standard_error
    assert report["warning"] == ""
    assert report["steps_per_second"] == pytest.approx(150 / report["seconds"])


def test_what_is_not_allowed_ends_with_status_2_and_a_sentence_each() -> None:
    done = sinae("train", "--widths", "50,0", "--learning-rate", "nan", "--steps", "1e12")
    assert done.returncode == 2
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert [line.split(":")[0] for line in lines] == ["--widths", "--steps", "--learning-rate"]
    assert "Traceback" not in done.stderr


def test_an_ingredient_of_a_preset_can_be_taken_out() -> None:
    arguments = ["train", "--preset", "three-nodes-solved", "--no-scaled", "--growth", "off"]
    preset = presets()["three-nodes-solved"].experiment
    changed = replace(preset, scaled=False, growth="off")
    assert _experiment(parser().parse_args(arguments)) == changed


@pytest.mark.parametrize("command", ["train", "reproduce"])
def test_an_empty_name_is_no_preset(command: str) -> None:
    done = sinae(command, "--preset", "")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1


def test_an_unknown_option_ends_with_status_2() -> None:
    assert sinae("train", "--depth", "3").returncode == 2


def test_a_diverging_run_says_so() -> None:
    widths = ",".join(["50"] * 12)
    done = sinae("train", "--widths", widths, "--activation", "linear", "--learning-rate", "1")
    assert done.returncode == 1
    assert "grew without bound at step" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence", "status"),
    [
        ("--widths 3,1,3 --activation relu --steps 2000 --seed 3", "the same code", 0),
        ("--learning-rate 1 --steps 3000", "worse than 16.8", 1),
    ],
)
def test_a_network_that_went_wrong_gets_a_sentence(
    arguments: str, sentence: str, status: int
) -> None:
    done = sinae("train", *arguments.split(), "--json")
    assert sentence in done.stderr
    assert sentence in json.loads(done.stdout)["warning"]
    assert done.returncode == status


def test_the_families_of_signals_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["signals", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [entry["name"] for entry in listed] == ["sine", "phase"]
    assert [entry["parameters"] for entry in listed] == [
        ["phase", "frequency", "amplitude"],
        ["phase"],
    ]
    assert [entry["needs"] for entry in listed] == [3, 2]
    assert [entry["power"] for entry in listed] == pytest.approx([16.834, 12.5], abs=1e-3)
    assert main(["signals"]) == 0
    text = capsys.readouterr().out
    assert all(family.about in text for family in FAMILIES.values())


def test_a_family_is_trained_by_its_name(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Ctrl-C stays pytest's.
    monkeypatch.setattr("sinae.__main__.when_interrupted", lambda _reached: None)
    network = ["--signals", "phase", "--widths", "16,2,16", "--activation", "silu"]
    recipe = ["--steps", "1000", "--learning-rate", "0.005", "--growth", "both", "--json"]
    assert main(["train", *network, *recipe]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["experiment"]["signals"] == "phase"
    assert report["held_out_mse"] < report["p999_mse"] < report["worst_mse"] < 12.5
    assert main(["train", "--signals", "phase", "--growth", "frequency"]) == 2
    refused = capsys.readouterr()
    assert refused.out == ""
    assert "--growth: The growth is off, phase or both for signals of the family phase" in (
        refused.err
    )
    assert main(["baselines", "--bottleneck", "2", "--signals", "square"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("--signals: The family of signals is one of sine, phase")
