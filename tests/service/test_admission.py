"""The waiting line, alone and under runs."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sinae.model.experiment import Experiment
from sinae.model.state import Chunk
from sinae.model.training import advance
from sinae.service import admission
from sinae.service.admission import (
    NEWCOMER_SECONDS,
    PLACE_SECONDS,
    AdmissionQueue,
    QueueFullError,
    Turn,
)
from sinae.service.engine import Engine
from sinae.service.request import Done, Request
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
                self.line.enter(who, Turn(who, lambda: self.started.append(who)))
        else:
            self.line.enter(who, Turn(who, lambda: self.started.append(who)))
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


def test_newcomers_do_not_keep_out_for_ever_those_who_had_a_place() -> None:
    line = AdmissionQueue(places=1, waiting=100)
    started: list[str] = []

    def enter(who: str, visitor: str) -> None:
        line.enter(who, Turn(visitor, lambda: started.append(who)))

    enter("first", "regular")
    enter("again", "regular")
    for number in range(20):
        enter(f"new {number}", str(number))
    line.leave("first")
    while "again" not in started:
        line.leave(started[-1])
    row = admission.NEWCOMERS_IN_A_ROW
    assert started == ["first", *(f"new {number}" for number in range(row)), "again"]


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
    stale = line._newcomers[second]
    second.pause()
    second.train()
    stale.start()
    assert second.snapshot().status is Status.WAITING


def test_places_are_given_up_in_turn_while_others_wait_and_sooner_for_newcomers() -> None:
    line, started = AdmissionQueue(1, 5), list[str]()

    def turn(visitor: str) -> Turn:
        return Turn(visitor, lambda: started.append(visitor))

    line.enter("a", turn("a"))
    assert not line.gives_way("a", turn("a"), time.monotonic() + 10 * PLACE_SECONDS)  # for nobody
    line.enter("b", turn("b"))
    now = time.monotonic()
    assert not line.gives_way("a", turn("a"), now + 0.5 * NEWCOMER_SECONDS)
    assert line.gives_way("a", turn("a"), now + NEWCOMER_SECONDS + 1)
    assert (started, line.position("a")) == (["a", "b"], 1)
    assert not line.gives_way("b", turn("b"), now + NEWCOMER_SECONDS + 1)  # a had its time
    line.enter("c", turn("c"))
    assert (line.position("c"), line.position("a")) == (1, 2)
    line.leave("c")
    assert line.gives_way("b", turn("b"), now + PLACE_SECONDS + 1)
    assert started == ["a", "b", "a"]
    assert (line.training, line.waiting) == (1, 1)


def test_a_full_line_has_room_for_whoever_never_had_a_place() -> None:
    line = AdmissionQueue(1, 2)
    put_off = list[str]()

    def enter(visitor: str) -> None:
        line.enter(visitor, Turn(visitor, lambda: None, lambda: put_off.append(visitor)))

    for visitor in ("a", "b", "c"):  # each had a place once
        enter(visitor)
        line.leave(visitor)
    for visitor in ("a", "b", "c", "d"):
        enter(visitor)
    assert (put_off, line.position("d"), line.position("b")) == (["c"], 1, 2)
    with pytest.raises(QueueFullError):
        enter("c")
    enter("e")
    assert put_off == ["c", "b"]
    with pytest.raises(QueueFullError):
        enter("f")  # all who wait are as new
    assert line.waiting == 2


def test_a_run_that_gives_way_goes_on_by_itself_when_it_is_its_turn_again(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NEWCOMER_SECONDS", "PLACE_SECONDS"):
        monkeypatch.setattr(admission, name, 0.0)
    line = AdmissionQueue(1, 5, engine.defer)
    experiment = Experiment(widths=(4,), batch_size=10, steps=40_000)
    runs = [Run(replace(experiment, seed=seed), engine, line) for seed in range(3)]
    for run in runs:
        run.train()
    snapshots = wait_for(
        lambda: [run.snapshot() for run in runs], lambda all: all[-1].status is Status.FINISHED
    )
    assert {s.status for s in snapshots} <= {Status.FINISHED, Status.TRAINING, Status.WAITING}
    wait_for(lambda: not any(run.moving for run in runs))
    for run in runs:
        assert run.snapshot().losses.tobytes() == alone(run.experiment).losses.tobytes()
    assert (line.training, line.waiting) == (0, 0)


def alone(experiment: Experiment) -> Chunk:
    return advance(experiment, None, experiment.steps)


class Broken(Engine):
    """An engine that cannot start, and says so in a thread of its own, as the real one does."""

    def __init__(self) -> None:
        self.status = EngineStatus.STARTING

    def defer(self, call: Callable[[], object]) -> None:
        threading.Timer(0, call).start()

    def submit(self, done: Done, *_: Any, **__: Any) -> Request:
        request = Request(None, None)
        threading.Timer(0, done, [request, OSError("gone")]).start()
        return request


def test_a_long_line_at_a_broken_engine_fails_one_after_the_other() -> None:
    line = AdmissionQueue(2, 300)
    runs = [Run(Experiment(), Broken(), line) for _ in range(300)]
    for run in runs:
        run.train()
    wait_for(lambda: {run.snapshot().status for run in runs}, lambda all: all == {Status.FAILED})
    assert (line.training, line.waiting) == (0, 0)
