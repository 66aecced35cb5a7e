"""The waiting line, alone and under runs."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sinae.model.experiment import Experiment
from sinae.service.admission import AdmissionQueue, QueueFullError
from sinae.service.engine import Engine
from sinae.service.request import Request
from sinae.service.run import Run
from sinae.service.snapshot import EngineStatus, Status
from tests.support.engines import Idle
from tests.support.waiting import wait_for


class LineAgainstAList(RuleBasedStateMachine):
    """Whoever enters and leaves in whatever order: the line does what a plain list would."""

    PLACES, WAITING = 2, 3

    def __init__(self) -> None:
        super().__init__()
        self.line = AdmissionQueue(self.PLACES, self.WAITING)
        self.started: list[int] = []
        self.inside: list[int] = []  # those who train, then those who wait, in order
        self.count = 0

    @rule()
    def enter(self) -> None:
        self.count += 1
        who = self.count
        if len(self.inside) == self.PLACES + self.WAITING:
            with pytest.raises(QueueFullError):
                self.line.enter(who, lambda: self.started.append(who))
        else:
            self.line.enter(who, lambda: self.started.append(who))
            self.inside.append(who)

    @precondition(lambda self: self.inside)
    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        who = data.draw(st.sampled_from(self.inside))
        self.inside.remove(who)
        self.line.leave(who)

    @invariant()
    def is_as_expected(self) -> None:
        training, waiting = self.inside[: self.PLACES], self.inside[self.PLACES :]
        assert set(training) <= set(self.started)
        assert not set(waiting) & set(self.started)
        assert len(self.started) == len(set(self.started))
        assert [self.line.position(who) for who in waiting] == list(range(1, len(waiting) + 1))
        assert all(self.line.position(who) is None for who in training)
        assert (self.line.training, self.line.waiting) == (len(training), len(waiting))


TestLine = LineAgainstAList.TestCase


def test_runs_wait_in_line_and_start_when_another_leaves() -> None:
    line = AdmissionQueue(places=1, waiting=1)
    first, second, third = (Run(Experiment(), Idle(), line) for _ in range(3))
    first.train()
    second.train()
    third.train()
    assert first.snapshot().status is Status.TRAINING
    assert (second.snapshot().status, second.snapshot().position) == (Status.WAITING, 1)
    assert third.snapshot().status is Status.READY
    assert "waiting line is full" in third.snapshot().message
    first.stop()
    assert second.snapshot().status is Status.TRAINING
    third.train()
    assert third.snapshot().status is Status.WAITING
    third.pause()
    assert line.waiting == 0


@pytest.mark.parametrize("halt", [Run.pause, Run.stop, Run.retire])
def test_whoever_halts_gives_up_the_place(halt: Callable[[Run], None]) -> None:
    line = AdmissionQueue(places=1, waiting=1)
    run = Run(Experiment(), Idle(), line)
    run.train()
    halt(run)
    assert line.training == 0


def test_a_place_given_up_is_not_taken_by_a_later_turn() -> None:
    line = AdmissionQueue(1, 2)
    first, second = Run(Experiment(), Idle(), line), Run(Experiment(), Idle(), line)
    first.train()
    second.train()
    stale = line._waiting[second]
    second.pause()
    second.train()
    stale()
    assert second.snapshot().status is Status.WAITING


class Broken(Engine):
    """An engine that cannot start, and says so in a thread of its own, as the real one does."""

    def __init__(self) -> None:
        self.status = EngineStatus.STARTING

    def submit(self, done: Callable[[BaseException], None], *_: Any, **__: Any) -> Request:
        threading.Timer(0, done, [OSError("gone")]).start()
        return Request(None, None)


def test_a_long_line_at_a_broken_engine_fails_one_after_the_other() -> None:
    line = AdmissionQueue(2, 300)
    runs = [Run(Experiment(), Broken(), line) for _ in range(300)]
    for run in runs:
        run.train()
    wait_for(lambda: {run.snapshot().status for run in runs}, lambda all: all == {Status.FAILED})
    assert (line.training, line.waiting) == (0, 0)
