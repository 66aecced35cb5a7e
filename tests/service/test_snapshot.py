"""Which commands a snapshot allows, and that its run refuses the others; the null form."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from sinae.model.experiment import Experiment
from sinae.model.training import advance
from sinae.service.admission import AdmissionQueue
from sinae.service.run import Run
from sinae.service.snapshot import Command, Status
from tests.support.engines import Idle
from tests.support.snapshots import NONE, SNAPSHOT

EXPERIMENT = Experiment(widths=(4,), batch_size=5, steps=100)

ASKED: dict[Command, Callable[[Run], None]] = {
    Command.TRAIN: Run.train,
    Command.RESUME: Run.train,
    Command.PAUSE: Run.pause,
    Command.STOP: Run.stop,
    Command.STEP: Run.step,
    Command.TRAIN_MORE: lambda run: run.train_more(10),
}
"""How a run is asked; the other commands make new runs."""


def run_that_is(status: Status, steps: int) -> Run:
    run = Run(EXPERIMENT, Idle(), AdmissionQueue(1, 0))
    with run._lock:
        run._state, run._status = advance(EXPERIMENT, None, steps).state, status
        if status is Status.FINISHED:
            run._target = steps
    return run


@pytest.mark.parametrize("steps", [0, 1])
@pytest.mark.parametrize("status", Status)
def test_a_run_does_what_its_snapshot_allows_and_nothing_else(status: Status, steps: int) -> None:
    for command, ask in ASKED.items():
        run = run_that_is(status, steps)
        version, allowed = run.version, run.snapshot().commands
        ask(run)
        same = {other for other, how in ASKED.items() if how is ask}
        assert (run.version > version) == bool(allowed & same), command


@pytest.mark.parametrize("status", Status)
def test_one_of_train_resume_and_pause_at_most_is_allowed(status: Status) -> None:
    allowed = replace(SNAPSHOT, status=status).commands
    assert len(allowed & {Command.TRAIN, Command.RESUME, Command.PAUSE}) <= 1
    assert (Command.STOP in allowed) == status.in_progress
    assert (Command.PAUSE in allowed) == status.moving
    assert (Command.RESET in allowed) == (status is not Status.READY)
    ended = status in (Status.STOPPED, Status.FINISHED)
    assert (Command.TRAIN_MORE in allowed) == ended
    assert Command.TRAIN_MORE not in replace(SNAPSHOT, status=status, step=0).commands
    assert (Command.STEP in allowed) == (not status.moving and status is not Status.DIVERGED)
    assert Command.NEW_WEIGHTS in allowed


def test_nothing_is_allowed_of_a_run_that_another_has_replaced() -> None:
    run = run_that_is(Status.PAUSED, 1)
    run.retire()
    snapshot = run.snapshot()
    assert (snapshot.status, snapshot.commands) == (Status.STOPPED, frozenset())


def test_a_step_is_the_run_s_own_while_it_is_in_progress_or_under_its_settings() -> None:
    other = replace(SNAPSHOT.experiment, seed=99)
    for status in Status:
        snapshot = replace(SNAPSHOT, status=status)
        same = snapshot.goes_on_with(snapshot.experiment)
        assert same == (status is not Status.DIVERGED)
        assert snapshot.goes_on_with(other) == snapshot.goes_on_with(None) == status.in_progress


def test_a_snapshot_has_the_key_of_its_run() -> None:
    run = Run(EXPERIMENT, Idle(), AdmissionQueue(1, 0))
    snapshot = run.snapshot()
    assert (snapshot.id, snapshot.key) == (run.id, run.key)
    assert snapshot.exists
    assert snapshot.title == EXPERIMENT.title


def test_without_a_run_there_is_nothing_but_an_experiment() -> None:
    assert not NONE.exists
    assert (NONE.id, NONE.key, NONE.title, NONE.message, NONE.warning) == ("",) * 5
    assert (NONE.step, NONE.progress, NONE.target) == (0, 0.0, NONE.experiment.steps)
    figures = NONE.held_out_mse, NONE.worst_mse, NONE.batch_mse, NONE.network, NONE.seconds_left
    assert figures == (None,) * 5
    assert len(NONE.envelope.steps) == len(NONE.losses) == len(NONE.held_out_mses) == 0
    assert NONE.losses.dtype == np.float32
    assert {Command.TRAIN, Command.STEP} < NONE.commands
