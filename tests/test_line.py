"""The waiting line, alone and under runs; limits; visitors who leave."""

import re
import threading
import time
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sinae.engine import EngineStatus
from sinae.experiment import MAX_STEPS, Experiment
from sinae.limits import Limits
from sinae.line import Line, LineFullError
from sinae.registry import Registry
from sinae.runs import Run, Status
from sinae.turns import Ticket


class LineAgainstAList(RuleBasedStateMachine):
    """Whoever enters and leaves in whatever order: the line does what a plain list would."""

    PLACES, WAITING = 2, 3

    def __init__(self) -> None:
        super().__init__()
        self.line = Line(self.PLACES, self.WAITING)
        self.started: list[int] = []
        self.inside: list[int] = []  # those who train, then those who wait, in order
        self.count = 0

    @rule()
    def enter(self) -> None:
        self.count += 1
        who = self.count
        if len(self.inside) == self.PLACES + self.WAITING:
            with pytest.raises(LineFullError):
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
        assert [self.line.place(who) for who in waiting] == list(range(1, len(waiting) + 1))
        assert all(self.line.place(who) is None for who in training)
        assert (self.line.training, self.line.waiting) == (len(training), len(waiting))


TestLine = LineAgainstAList.TestCase


class Idle:
    """An engine that never answers, so that runs stay where they are."""

    status = EngineStatus.UP

    def submit(self, *_: Any, **__: Any) -> Ticket:
        return Ticket()


def test_runs_wait_in_line_and_start_when_another_leaves() -> None:
    line = Line(places=1, waiting=1)
    first, second, third = (Run(Experiment(), Idle(), line) for _ in range(3))
    first.train()
    second.train()
    third.train()
    assert first.snapshot().status is Status.TRAINING
    assert (second.snapshot().status, second.snapshot().place) == (Status.WAITING, 1)
    assert third.snapshot().status is Status.READY
    assert "waiting line is full" in third.snapshot().message
    first.stop()
    assert second.snapshot().status is Status.TRAINING
    third.train()
    assert third.snapshot().status is Status.WAITING
    third.pause()
    assert line.waiting == 0


@pytest.mark.parametrize("halt", [Run.pause, Run.stop, Run.reset])
def test_whoever_halts_gives_up_the_place(halt: Callable[[Run], None]) -> None:
    line = Line(places=1, waiting=1)
    run = Run(Experiment(), Idle(), line)
    run.train()
    halt(run)
    assert line.training == 0


def test_who_leaves_is_paused_and_in_the_end_let_go() -> None:
    limits = Limits(grace_seconds=100, keep_seconds=1000)
    registry = Registry(Idle(), limits)  # type: ignore[arg-type]
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
    assert registry.line.training == 0


def test_limits_come_from_the_environment() -> None:
    limits = Limits.from_environment({"SINAE_MAX_RUNS": "3", "PATH": "x"})
    assert (limits.max_runs, limits.max_waiting) == (3, Limits().max_waiting)
    for text in ("0", "-1", "many", "2.5", ""):
        with pytest.raises(ValueError, match="SINAE_MAX_RUNS must be a whole number"):
            Limits.from_environment({"SINAE_MAX_RUNS": text})
    with pytest.raises(ValueError, match="SINAE_MAX_STEPS must be a whole number from 1 to 1,000,"):
        Limits(max_steps=MAX_STEPS + 1)


def test_a_limit_in_the_readme_is_a_limit_in_the_code() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text()
    listed = set(re.findall(r"^\| `SINAE_(\w+)`", readme, re.MULTILINE))
    assert listed == {field.name.upper() for field in fields(Limits)} | {"SCHEDULER", "PROGRAMS"}


def test_more_steps_are_asked_for_of_a_run_that_stands_still_only() -> None:
    run = Run(Experiment(steps=100), Idle(), Line(1, 1))
    run.train()
    run.train_more(5)
    assert run.snapshot().target == 100


def test_a_run_ends_where_the_host_says() -> None:
    run = Registry(Idle(), Limits(max_steps=50)).create("me", Experiment(steps=100))  # type: ignore[arg-type]
    assert run.snapshot().target == 50
    run.train_more(70)
    assert run.snapshot().target == 50


def test_a_place_given_up_is_not_taken_by_a_later_turn() -> None:
    line = Line(1, 2)
    first, second = Run(Experiment(), Idle(), line), Run(Experiment(), Idle(), line)
    first.train()
    second.train()
    stale = line._waiting[second]
    second.pause()
    second.train()
    stale()
    assert second.snapshot().status is Status.WAITING


class Broken:
    """An engine that cannot start, and says so in a thread of its own, as the real one does."""

    status = EngineStatus.STARTING

    def submit(self, done: Callable[[BaseException], None], *_: Any, **__: Any) -> Ticket:
        threading.Timer(0, done, [OSError("gone")]).start()
        return Ticket()


def test_a_long_line_at_a_broken_engine_fails_one_after_the_other() -> None:
    line = Line(2, 300)
    runs = [Run(Experiment(), Broken(), line) for _ in range(300)]
    for run in runs:
        run.train()
    for _ in range(500):
        if all(run.snapshot().status is Status.FAILED for run in runs):
            break
        time.sleep(0.02)
    assert {run.snapshot().status for run in runs} == {Status.FAILED}
    assert (line.training, line.waiting) == (0, 0)
