"""Whose turn it is."""

from contextlib import ExitStack

import pytest

from sinae.model.experiment import Experiment
from sinae.service.admission import Line
from sinae.service.dispatcher import Turn, Turns
from sinae.service.engine import URGENT_SECONDS, Engine
from sinae.service.run import Run
from sinae.service.snapshot import Status
from tests.support.waiting import wait_for

SMALL, OTHER = Experiment(widths=(4,)), Experiment(widths=(5,))


def turn(
    experiment: Experiment = SMALL, *, steps: int = 1, urgent: bool = False, lap: int = 0
) -> Turn:
    return Turn(lambda _result: None, (experiment, None, steps), urgent, lap)


def filled(*waiting: Turn) -> Turns:
    turns = Turns()
    for one in waiting:
        turns.add(one)
    return turns


def test_first_come_first_served_but_urgent_ones_before() -> None:
    first, second, urgent, late, again = turn(), turn(), turn(urgent=True), turn(), turn()
    turns = filled(first, second, urgent, late)
    turns.put_back(again)
    second.cancel()
    assert len(turns) == 4
    assert turns.first is urgent
    assert [turns.take(set()) for _ in range(4)] == [urgent, again, first, late]


def test_who_comes_or_comes_back_joins_the_lap_that_is_run() -> None:
    ahead, here, behind = turn(lap=6), turn(lap=5), turn(lap=4)
    turns = filled(ahead, here)
    assert turns.take(set()) is here
    new, urgent = turn(), turn(urgent=True)
    for one in (new, behind, urgent):
        turns.add(one)
    assert [turns.take(set()) for _ in range(4)] == [urgent, new, behind, ahead]
    assert (new.lap, behind.lap, urgent.lap) == (5, 5, 5)


def test_a_chunk_is_left_to_a_worker_that_has_compiled_it_but_not_longer_than_a_lap() -> None:
    here, elsewhere = {turn(SMALL).program}, {turn(OTHER).program}
    for urgent in (False, True):
        other, *same = turn(OTHER, urgent=urgent), *(turn() for _ in range(5))
        turns = filled(other, turn(lap=1), *same)
        assert [turns.take(here, elsewhere) for _ in range(6)] == [*same, other]
    # Nobody has compiled it: better now than later.
    new = turn(OTHER)
    assert filled(new, turn()).take(here, set()) is new
    # What initial weights do is nothing to compile for.
    initial = turn(OTHER, steps=0)
    assert filled(initial, turn()).take(here, elsewhere) is initial
    # However far behind is what this worker has compiled.
    others, last = [turn(OTHER) for _ in range(6)], turn()
    assert filled(*others, last).take(here, elsewhere) is last
    # Nothing that waits is.
    assert filled(*others).take(here, elsewhere) is others[0]


def test_runs_have_their_turns_alike(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sinae.service.engine.CROWDED_SECONDS", URGENT_SECONDS)  # many turns soon
    line = Line(5, 0)
    runs = [
        Run(Experiment(widths=(8 + n, 3, 8), batch_size=10, steps=10**6), engine, line)
        for n in range(5)
    ]
    turns: list[int] = []  # whose each was, in the order in which they ended
    with ExitStack() as listening:
        for number, run in enumerate(runs):

            def tell(number: int = number, run: Run = run) -> None:
                if run.snapshot().status is Status.TRAINING:
                    turns.append(number)

            run.train()
            listening.enter_context(run.changes.heard_by(tell))
        wait_for(lambda: [turns.count(number) for number in range(5)], lambda had: min(had) >= 9)
        had = turns.copy()
    for run in runs:
        assert run.moving
        run.stop()
    # From when none of them is new: its first two turns are urgent, and others came before it.
    begun = next(end for end in range(len(had)) if all(had[:end].count(n) >= 3 for n in range(5)))
    for end in range(begun, len(had)):
        each = [had[begun:end].count(number) for number in range(5)]
        assert max(each) - min(each) <= 2, had
