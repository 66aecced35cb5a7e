"""The waiting line, alone and under runs; limits; visitors who leave."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sinae.model.experiment import Experiment
from sinae.model.state import Chunk
from sinae.model.training import advance
from sinae.service.admission import AdmissionQueue, QueueFullError
from sinae.service.engine import Engine
from sinae.service.registry import Registry
from sinae.service.request import Request
from sinae.service.run import Run
from sinae.service.settings import Settings
from sinae.service.snapshot import EngineStatus, Status
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


class Idle(Engine):
    """An engine that never answers, so that runs stay where they are."""

    def __init__(self) -> None:
        self.status = EngineStatus.UP

    def submit(self, *_: Any, **__: Any) -> Request:
        return Request(None, None)


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


def test_who_leaves_is_paused_and_in_the_end_let_go() -> None:
    limits = Settings(grace_seconds=100, keep_seconds=1000)
    registry = Registry(Idle(), limits)
    run = registry.create("me", Experiment())
    run.train()
    now = time.monotonic()
    registry.sweep(now + 99)
    assert run.snapshot().status is Status.TRAINING
    registry.sweep(now + 102)
    assert run.snapshot().status is Status.PAUSED
    assert "while you were away" in run.snapshot().message
    assert registry.current("me") is run
    assert registry.visit(run.key) is run
    run.train()
    registry.sweep(time.monotonic() + 50)
    assert run.snapshot().status is Status.TRAINING
    registry.sweep(now + 2000)
    assert registry.current("me") is None
    assert registry.queue.training == 0


def test_what_was_looked_at_longest_ago_goes_when_all_takes_too_much(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = Registry(engine, Settings(max_kept_mb=1, grace_seconds=100))
    small = Experiment(widths=(8, 3, 8), batch_size=10, steps=20)
    large = replace(small, widths=(300,))  # 60,901 weights: 0.73 MB with their moments

    def trained(owner: str, experiment: Experiment) -> Run:
        run = registry.create(owner, experiment)
        run.train()
        wait_for(lambda: not run.moving)
        return run

    gone = trained("me", large)
    here = trained("me", small)
    later = trained("you", large)
    assert gone.nbytes + later.nbytes > 1_000_000 > later.nbytes + here.nbytes
    registry.sweep()
    assert (registry.runs("me"), registry.runs("you")) == ([here], [later])
    assert registry.visit(gone.key) is None
    trained("she", large)  # all are current ones of visitors who are there: nothing is let go of
    registry.sweep()
    assert registry.runs("you") == [later]
    assert registry.visit(here.key) is here
    registry.visit(here.key)
    now = time.monotonic()
    monkeypatch.setattr(registry._visitors["you"], "seen", now - 200)
    registry.sweep(now)
    assert registry.runs("you") == []
    assert registry.visit(later.key) is None
    assert registry.current("me") is here


def test_an_old_tab_cannot_start_what_another_run_has_replaced() -> None:
    registry = Registry(Idle())
    first = registry.create("me", Experiment())
    first.train()
    second = registry.create("me", Experiment())
    second.train()
    for start in (first.train, first.step, lambda: first.train_more(5)):
        start()
        assert first.snapshot().status is Status.STOPPED
    third = registry.create("me", Experiment())
    second.train()
    assert registry.queue.training == 0
    assert third.snapshot().status is Status.READY
    registry.sweep(time.monotonic() + 2 * registry.settings.keep_seconds)  # now it is let go of
    third.train()
    assert registry.queue.training == 0


def test_waiting_in_line_is_no_time_of_training(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr("sinae.service.run.time", SimpleNamespace(monotonic=lambda: now))
    initial = advance(Experiment(), None, 0)

    class Answers(Idle):
        answer: Callable[[], None]

        def submit(self, done: Callable[[Chunk], None], *_: Any, **__: Any) -> Request:
            self.answer = lambda: done(initial)
            return Request(None, None)

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


def test_a_run_ends_where_the_host_says() -> None:
    run = Registry(Idle(), Settings(max_steps=50)).create("me", Experiment(steps=100))
    assert run.snapshot().target == 50
    run.train_more(70)
    assert run.snapshot().target == 50


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
