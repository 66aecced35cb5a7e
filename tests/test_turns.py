"""Whose turn it is."""

import time

from sinae.engine import Engine
from sinae.experiment import Experiment
from sinae.line import Line
from sinae.runs import Run
from sinae.turns import OVERTAKEN, Turn, Turns

SMALL, OTHER = Experiment(widths=(4,)), Experiment(widths=(5,))


def turn(experiment: Experiment = SMALL, *, urgent: bool = False) -> Turn:
    return Turn(lambda _result: None, (experiment, None, 1), urgent)


def all_taken(turns: Turns, *compiled: Experiment) -> list[Turn]:
    programs = {turn(experiment).program for experiment in compiled}
    return [turns.take(programs) for _ in range(len(turns))]


def test_first_come_first_served_but_urgent_ones_before() -> None:
    turns = Turns()
    first, second, urgent, late, again = turn(), turn(), turn(urgent=True), turn(), turn()
    for one in (first, second, urgent, late):
        turns.add(one)
    turns.put_back(again)
    second.cancel()
    assert len(turns) == 4
    assert turns.first is urgent
    assert all_taken(turns, SMALL) == [urgent, again, first, late]


def test_a_worker_takes_what_it_has_compiled_but_lets_nobody_wait_for_long() -> None:
    turns = Turns()
    to_compile, *compiled = [turn(OTHER), *(turn() for _ in range(OVERTAKEN + 2))]
    for one in (to_compile, *compiled):
        turns.add(one)
    expected = [*compiled[:OVERTAKEN], to_compile, *compiled[OVERTAKEN:]]
    assert all_taken(turns, SMALL) == expected
    for one in (to_compile := turn(OTHER), *(turn(OTHER) for _ in range(OVERTAKEN)), turn()):
        turns.add(one)
    assert all_taken(turns, SMALL)[0] is to_compile  # the compiled one is too far behind


def test_runs_have_their_turns_alike(engine: Engine) -> None:
    line = Line(5, 0)
    runs = [
        Run(Experiment(widths=(8 + n, 3, 8), batch_size=10, steps=10**6), engine, line)
        for n in range(5)
    ]
    for run in runs:
        run.train()
    now = [0]
    while min(now) < 6:
        time.sleep(0.05)
        snapshots = [run.snapshot() for run in runs]
        assert all(snapshot.status.moving for snapshot in snapshots)
        now = [len(snapshot.held_out_steps) for snapshot in snapshots]
    for run in runs:
        run.stop()
    assert max(now) - min(now) <= 2, now
