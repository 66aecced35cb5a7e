"""Runs: their controls and their chain of chunks, most of them on a real Dask worker."""

import gc
import weakref
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sinae.model.arrays import Array
from sinae.model.experiment import Experiment
from sinae.model.training import advance
from sinae.service.admission import AdmissionQueue
from sinae.service.engine import Engine
from sinae.service.request import Done, Request
from sinae.service.run import Run
from sinae.service.snapshot import Snapshot, Status
from tests.support.engines import Idle
from tests.support.waiting import wait_for

LONG = Experiment(widths=(8, 3, 8), batch_size=10, steps=500_000)
SHORT = Experiment(widths=(8, 3, 8), batch_size=10, steps=1234)


def new_run(experiment: Experiment, engine: Engine) -> Run:
    return Run(experiment, engine, AdmissionQueue(places=9, waiting=9))


def halted(snapshot: Snapshot) -> bool:
    return not snapshot.status.moving


def test_a_run_gives_what_advance_gives_in_one_piece(engine: Engine) -> None:
    run = new_run(SHORT, engine)
    run.train()
    snapshot = wait_for(run.snapshot, halted)
    whole = advance(SHORT, None, SHORT.steps)
    assert snapshot.status is Status.FINISHED
    assert snapshot.step == SHORT.steps
    assert snapshot.losses.tobytes() == whole.losses.tobytes()
    assert snapshot.state is not None
    assert snapshot.state.weights.tobytes() == whole.state.weights.tobytes()
    assert snapshot.held_out_mse == whole.held_out_mse
    assert snapshot.errors == whole.held_out[-1]
    assert list(snapshot.held_out_steps) == sorted({*snapshot.held_out_steps})
    assert snapshot.held_out_steps[-1] == SHORT.steps
    marks = dict(zip(snapshot.held_out_steps.tolist(), snapshot.held_out_mses, strict=True))
    on_the_way = {errors.step: np.float32(errors.mean) for errors in whole.held_out}
    assert all(marks[step] == on_the_way[step] for step in marks.keys() & on_the_way.keys())


def test_pause_stands_still_and_resume_goes_on(engine: Engine) -> None:
    run = new_run(LONG, engine)
    run.train()
    wait_for(run.snapshot, lambda s: s.step > 0)
    run.pause()
    paused = run.snapshot()
    assert paused.status is Status.PAUSED
    wait_for(lambda: run._ahead)  # the chunk that was on its way has come back
    assert run.snapshot().step == paused.step
    run.step()
    assert wait_for(run.snapshot, halted).step == paused.step + 1
    assert run.snapshot().status is Status.PAUSED
    run.train()
    paused = wait_for(run.snapshot, lambda s: s.step > paused.step + 1)
    run.pause()
    wait_for(lambda: run._ahead)  # the chunk that was on its way has come back
    run.train()
    further = run.snapshot()  # nobody need wait for what it did
    assert further.step > paused.step
    assert further.status is Status.TRAINING
    run.stop()
    assert run.snapshot().status is Status.STOPPED
    whole = advance(LONG, None, further.step)
    assert further.losses.tobytes() == whole.losses.tobytes()


def test_a_finished_run_can_be_trained_more(engine: Engine) -> None:
    run = new_run(SHORT, engine)
    run.train()
    wait_for(run.snapshot, halted)
    run.train_more(100)
    more = wait_for(run.snapshot, halted)
    assert (more.status, more.step, more.target) == (Status.FINISHED, 1334, 1334)
    run.step()
    assert wait_for(run.snapshot, halted).step == 1335


def test_a_diverging_run_stops_and_says_where(engine: Engine) -> None:
    run = new_run(Experiment(widths=(50,) * 12, activation="linear", learning_rate=1.0), engine)
    run.train()
    snapshot = wait_for(run.snapshot, halted)
    assert snapshot.status is Status.DIVERGED
    assert f"at step {snapshot.step + 1:,}" in snapshot.message
    assert "smaller learning rate" in snapshot.message
    assert snapshot.state is not None
    assert np.isfinite(snapshot.state.weights).all()
    run.train()
    assert run.snapshot().status is Status.DIVERGED


def test_waiting_in_line_is_no_time_of_training(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("sinae.service.run.time", SimpleNamespace(monotonic=lambda: now))
    initial = advance(Experiment(), None, 0)

    class Answers(Idle):
        answer: Callable[[], None]

        def submit(self, done: Done, *_: Any, **__: Any) -> Request:
            request = Request(None, None)
            self.answer = lambda: done(request, initial)
            return request

    engine, line = Answers(), AdmissionQueue(1, 1)
    first, second = (Run(Experiment(), engine, line, max_seconds=100) for _ in range(2))
    first.train()
    second.train()
    now = 200.0
    first.stop()
    now = 299.0
    engine.answer()
    assert second.snapshot().status is Status.TRAINING
    now = 301.0
    engine.answer()
    assert second.snapshot().status is Status.PAUSED
    assert "Paused after 100 seconds" in second.snapshot().message


def test_more_steps_are_asked_for_of_a_run_that_stands_still_only() -> None:
    run = Run(Experiment(steps=100), Idle(), AdmissionQueue(1, 1))
    run.train()
    run.train_more(5)
    assert run.snapshot().target == 100


def test_weights_that_were_trained_on_are_gone_at_once(engine: Engine) -> None:
    """And not when Python next looks for cycles: many large networks would fill the memory."""
    run = new_run(SHORT, engine)

    def stepped() -> "weakref.ref[Array]":
        step = run.snapshot().step
        run.step()
        state = wait_for(run.snapshot, lambda s: halted(s) and s.step > step).state
        assert state is not None
        return weakref.ref(state.weights)

    gc.disable()
    try:
        before = stepped()
        after = stepped()
        wait_for(lambda: before() is None)
        assert after() is not None
    finally:
        gc.enable()
