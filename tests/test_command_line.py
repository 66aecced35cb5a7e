"""The command line, as a user's shell runs it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sinae.experiment import Experiment
from sinae.training import advance

ROOT = Path(__file__).parents[1]


def sinae(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "sinae", *arguments]
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)


def test_train_prints_lines_like_the_post() -> None:
    done = sinae("train", "--widths", "10,3,10", "--steps", "200", "--seed", "3")
    assert done.returncode == 0
    *lines, last = done.stdout.splitlines()
    chunk = advance(Experiment(widths=(10, 3, 10), steps=200, seed=3), None, 200)
    expected = [f"step {n}, training MSE {chunk.losses[n - 1]:.6g}" for n in range(10, 201, 10)]
    assert lines == expected
    assert re.fullmatch(r"held-out MSE [\d.]+, \d+ steps a second", last)
    assert float(last.split()[2].strip(",")) == pytest.approx(chunk.held_out_mse, rel=1e-5)


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
    assert report["steps_per_second"] == pytest.approx(150 / report["seconds"])


def test_what_is_not_allowed_ends_with_status_2_and_a_sentence_each() -> None:
    done = sinae("train", "--widths", "50,0", "--learning-rate", "nan", "--steps", "1e12")
    assert done.returncode == 2
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert [line.split(":")[0] for line in lines] == ["--widths", "--steps", "--learning-rate"]
    assert "Traceback" not in done.stderr


def test_an_unknown_option_ends_with_status_2() -> None:
    assert sinae("train", "--depth", "3").returncode == 2


def test_a_diverging_run_says_so() -> None:
    widths = ",".join(["50"] * 12)
    done = sinae("train", "--widths", widths, "--activation", "linear", "--learning-rate", "1")
    assert done.returncode == 1
    assert "grew without bound at step" in done.stderr
