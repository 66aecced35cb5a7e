"""What a visitor is told that is lost with a web process."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from sinae.model.experiment import Experiment
from sinae.service.snapshot import Status
from sinae.ui import restart
from tests.support.snapshots import NONE, SNAPSHOT

HOW = {
    Status.READY: "had reached",
    Status.WAITING: "had reached",
    Status.TRAINING: "had reached",
    Status.PAUSED: "was paused at",
    Status.STOPPED: "was stopped at",
    Status.DIVERGED: "had diverged at",
    Status.FAILED: "had failed at",
}


def test_each_status_has_its_sentence() -> None:
    assert HOW.keys() | {Status.FINISHED} == set(Status)
    for status, how in HOW.items():
        assert restart.lost(replace(SNAPSHOT, status=status)) == (
            f"Your run 50-20-10-3-10-20-50 selu, seed 1, {how} step 5,000 of 20,000 and is gone "
            "with the old one: runs are kept in a server's memory."
        )
    finished = replace(SNAPSHOT, status=Status.FINISHED, step=20_000)
    assert "seed 1, had finished its 20,000 steps and is gone" in restart.lost(finished)
    untrained = replace(SNAPSHOT, status=Status.WAITING, step=0)
    assert "had not made a step yet" in restart.lost(untrained)
    assert "nothing is lost" in restart.lost(NONE)


def test_earlier_runs_are_counted() -> None:
    told = [restart.lost_before(count) for count in range(3)]
    assert told == ["", "So is the one before it.", "So are the 2 before it."]


@pytest.mark.parametrize(
    "experiment",
    [
        Experiment(),
        Experiment(widths=()),
        Experiment(widths=(20, 3, 20), bottleneck_linear=True, learning_rate=0.0025, seed=7),
        Experiment(activation="tanh", schedule="cosine", steps=123),
    ],
    ids=lambda experiment: experiment.title,
)
def test_the_address_of_settings_describes_them(experiment: Experiment) -> None:
    parts = urlsplit(restart.settings_address(experiment))
    assert parts.path == "/"
    described: dict[str, Any] = dict(parse_qsl(parts.query, keep_blank_values=True))
    assert Experiment(**described) == experiment
