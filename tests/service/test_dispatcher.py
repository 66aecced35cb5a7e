"""Whose turn it is."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial

import pytest

from sinae.model.experiment import Experiment
from sinae.model.program import Program, program
from sinae.service.admission import AdmissionQueue
from sinae.service.dispatcher import Assignment, ChunkPolicy, Dispatcher
from sinae.service.engine import Engine
from sinae.service.request import Request
from sinae.service.run import Run
from sinae.service.snapshot import Status
from tests.support.waiting import wait_for

SMALL, OTHER = (program(Experiment(widths=(width,))) for width in (4, 5))


def chunk(needed: Program | None = SMALL, *, urgent: bool = False) -> Request:
    """A chunk of a visitor of its own."""
    return Request(object(), needed, urgent)


def given(dispatcher: Dispatcher, request: Request) -> Assignment:
    dispatcher.add(request)
    assignment = dispatcher.assign()
    assert assignment is not None
    assert assignment.request is request
    return assignment


def filled(
    *waiting: Request,
    here: Program | None = None,
    elsewhere: Program | None = None,
    had: dict[Request, float] | None = None,
) -> Dispatcher:
    """Chunks wait for the worker ``here``; another one is busy. Each has compiled what is said, and
    visitors had so many CPU seconds."""
    dispatcher = Dispatcher(ChunkPolicy(at_a_worker=1))
    dispatcher.set_workers({"elsewhere"}, died=False)
    dispatcher.answered(given(dispatcher, chunk(elsewhere)), 0.0)
    given(dispatcher, chunk(None))
    dispatcher.set_workers({"elsewhere", "here"}, died=False)
    dispatcher.answered(given(dispatcher, chunk(here)), 0.0)
    for one in waiting:
        dispatcher.add(one)
    for one, seconds in (had or {}).items():
        dispatcher._accounts.join(one.visitor, 0.0)
        dispatcher._accounts.charge(one.visitor, seconds)
    return dispatcher


def taken(dispatcher: Dispatcher) -> Iterator[Request]:
    """What the worker takes, one after the other."""
    while (assignment := dispatcher.assign()) is not None:
        assert assignment.worker == "here"
        dispatcher.answered(assignment, 0.0)
        yield assignment.request


def test_first_come_first_served_but_urgent_ones_before() -> None:
    first, second, urgent, late, again = chunk(), chunk(), chunk(urgent=True), chunk(), chunk()
    dispatcher = filled()
    assignment = given(dispatcher, again)
    for one in (first, second, urgent, late):
        dispatcher.add(one)
    dispatcher.lost(assignment)
    second.cancel()
    assert list(taken(dispatcher)) == [urgent, again, first, late]


def test_urgent_chunks_alternate_with_others_while_there_are_some() -> None:
    urgent, others = [chunk(urgent=True) for _ in range(4)], [chunk() for _ in range(2)]
    order = list(taken(filled(*urgent, *others)))
    assert order == [urgent[0], others[0], urgent[1], others[1], urgent[2], urgent[3]]


def test_a_visitor_s_chunks_are_urgent_a_few_times_in_some_seconds() -> None:
    dispatcher, visitor = filled(), object()
    for asked, is_urgent in ((0.0, True), (0.1, True), (0.2, False), (2.9, False), (3.05, True)):
        other = chunk()
        dispatcher.add(other)
        dispatcher.add(pressed := Request(visitor, SMALL, urgent=True, asked=asked))
        order = [pressed, other] if is_urgent else [other, pressed]
        assert list(taken(dispatcher)) == order, asked


def test_whoever_had_least_goes_first_and_a_newcomer_is_no_later_than_they() -> None:
    most, some, none = chunk(), chunk(), chunk()
    dispatcher = filled(most, some, none, had={most: 3, some: 2})
    assert next(taken(dispatcher)) is none
    assert next(taken(dispatcher)) is some  # now the least of those who are there is 2
    new, urgent = chunk(), Request(most.visitor, SMALL, urgent=True)
    most.cancel()
    for one in (urgent, new):
        dispatcher.add(one)
    assert list(taken(dispatcher)) == [new, urgent]  # who had more than others can wait


def test_a_visitor_has_one_chunk_at_the_workers_also_one_that_nobody_wants() -> None:
    dispatcher = Dispatcher(expected=2)
    dispatcher.set_workers({"a", "b"}, died=False)
    visitor = object()
    stopped, following = Request(visitor, SMALL), Request(visitor, OTHER)
    assignment = given(dispatcher, stopped)
    stopped.cancel()
    dispatcher.add(following)
    assert dispatcher.assign() is None
    other = given(dispatcher, chunk())
    assert other.worker != assignment.worker
    dispatcher.answered(assignment, 0.3, 2.0)
    again = dispatcher.assign()
    assert again
    assert again.request is following


def test_nobody_who_is_ahead_waits_where_another_one_s_chunk_comes_back() -> None:
    dispatcher = Dispatcher(expected=1)
    dispatcher.set_workers({"here"}, died=False)
    steady, greedy = object(), object()
    dispatcher.answered(given(dispatcher, Request(greedy, OTHER)), 0.3, 9.0)
    for _ in range(5):
        training = given(dispatcher, Request(steady, SMALL))
        dispatcher.add(waiting := Request(greedy, OTHER))
        assert dispatcher.assign() is None
        dispatcher.answered(training, 0.5)
        dispatcher.add(following := Request(steady, SMALL))
        assert dispatcher.assign().request is following  # type: ignore[union-attr]
        following.cancel()
        waiting.cancel()
        dispatcher.set_workers(set(), died=False)
        dispatcher.set_workers({"here"}, died=False)
    # Where nobody else is, it waits for nothing.
    assert given(dispatcher, Request(greedy, OTHER))


def test_a_chunk_is_left_to_a_worker_that_has_compiled_it_but_not_for_long() -> None:
    both = partial(filled, here=SMALL, elsewhere=OTHER)
    for urgent in (False, True):
        other, *same = chunk(OTHER, urgent=urgent), *(chunk() for _ in range(5))
        later = chunk()
        dispatcher = both(other, later, *same, had={later: 2 * ChunkPolicy().crowded_seconds})
        found = taken(dispatcher)
        assert [next(found) for _ in range(6)] == [*same, other]
    # Nobody has compiled it: better now than later.
    new = chunk(OTHER)
    assert next(taken(filled(new, chunk(), here=SMALL))) is new
    # What initial weights do is nothing to compile for.
    initial = chunk(None)
    assert next(taken(both(initial, chunk()))) is initial
    # However far behind is what this worker has compiled.
    others, last = [chunk(OTHER) for _ in range(6)], chunk()
    assert next(taken(both(*others, last))) is last
    # Nothing that waits is.
    assert next(taken(both(*others))) is others[0]


def test_a_chunk_goes_where_it_waits_least() -> None:
    dispatcher = Dispatcher(expected=2)
    dispatcher.set_workers({"a", "b"}, died=False)
    dispatcher.answered(given(dispatcher, chunk()), 0.3, 4.0)
    compiling, short = given(dispatcher, chunk(OTHER)), given(dispatcher, chunk(None))
    assert compiling.worker != short.worker
    assert given(dispatcher, chunk()).worker == short.worker


def test_chunks_are_longer_while_others_wait_and_short_where_somebody_does() -> None:
    policy = ChunkPolicy(at_a_worker=2)
    dispatcher = Dispatcher(policy, expected=1)
    dispatcher.set_workers({"here"}, died=False)
    for one in (chunk(), chunk(urgent=True), chunk()):
        dispatcher.add(one)
    urgent, crowded = dispatcher.assign(), dispatcher.assign()
    assert dispatcher.assign() is None  # as many as a worker is given
    assert urgent
    assert crowded
    assert (urgent.seconds, urgent.most_programs) == (policy.urgent_seconds, policy.programs_busy)
    assert crowded.seconds == policy.crowded_seconds
    dispatcher.answered(urgent)
    last = dispatcher.assign()
    assert last
    assert (last.seconds, last.most_programs) == (policy.seconds, policy.programs_idle)


def test_a_worker_that_starts_afresh_sends_its_chunks_to_others_which_must_train_them() -> None:
    dispatcher = Dispatcher(expected=2)
    dispatcher.set_workers({"a", "b"}, died=False)
    requests = [chunk() for _ in range(4)]
    for one in requests:
        dispatcher.add(one)
    given_to_a = [a for _ in requests if (a := dispatcher.assign()) and a.worker == "a"]
    assert len(given_to_a) == 2
    back = dispatcher.refused(given_to_a[0])
    assert {*back} == {a.request for a in given_to_a}
    assert dispatcher.refused(given_to_a[1]) == []  # it was taken back with the other
    assert not dispatcher.answered(given_to_a[1])
    assert not any(one.lost or one.given_up or one.deaths for one in back)
    dispatcher.set_workers({"a", "b"}, died=False)
    assert dispatcher.workers == 1  # the scheduler does not know yet that it goes
    dispatcher.set_workers({"b"}, died=False)
    dispatcher.set_workers({"b", "c"}, died=False)
    again = dispatcher.assign()
    assert again
    assert (again.worker, again.request in back) == ("c", True)


def test_a_chunk_that_workers_die_of_is_given_up_but_not_one_that_waited_there() -> None:
    dispatcher = Dispatcher(ChunkPolicy(tries=3), expected=1)
    deadly, waiting = chunk(urgent=True), chunk()
    dispatcher.add(deadly)
    dispatcher.add(waiting)
    for number in range(3):
        dispatcher.set_workers({str(number)}, died=False)
        # So that it stays the second one: a death counts as all that the chunk was to take.
        dispatcher._accounts.charge(waiting.visitor, 1.6 if number else 0.5)
        assert [a.request for _ in range(2) if (a := dispatcher.assign())] == [deadly, waiting]
        assert {*dispatcher.set_workers(set(), died=True)} == {deadly, waiting}
        assert (deadly.deaths, deadly.given_up) == (number + 1, number == 2)
    assert (waiting.deaths, waiting.lost, waiting.given_up) == (0, True, False)
    dispatcher.set_workers({"last"}, died=False)
    assert given(dispatcher, chunk(urgent=True))
    assert (next_one := dispatcher.assign())
    assert next_one.request is waiting
    # A scheduler that is away is no death of its workers.
    assert dispatcher.set_workers(set(), died=False)
    assert waiting.deaths == 0


@pytest.mark.parametrize(
    ("others_had", "seconds"),
    [
        (0.0, ChunkPolicy().crowded_seconds),
        (1.0, 0.6),  # the mean of five, of whom three had a second
        (4.0, ChunkPolicy().behind_seconds),
    ],
)
def test_who_had_less_than_others_has_the_longer_chunks(others_had: float, seconds: float) -> None:
    behind, *others = (chunk() for _ in range(4))
    dispatcher = filled(behind, *others, had=dict.fromkeys(others, others_had))
    assignment = dispatcher.assign()
    assert assignment is not None
    assert assignment.request is behind
    assert assignment.seconds == pytest.approx(seconds)


def test_runs_have_their_turns_alike(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = engine._dispatcher.policy
    soon = replace(policy, crowded_seconds=policy.urgent_seconds)  # many turns
    monkeypatch.setattr(engine._dispatcher, "policy", soon)
    line = AdmissionQueue(5, 0)
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
            listening.enter_context(run.changes.observed_by(tell))
        wait_for(lambda: [turns.count(number) for number in range(5)], lambda had: min(had) >= 36)
        had = turns.copy()
    for run in runs:
        assert run.moving
        run.stop()
    # From when none of them is new: its first turns are urgent, and then it pays for compiling.
    begun = next(end for end in range(len(had)) if all(had[:end].count(n) >= 30 for n in range(5)))
    for end in range(begun, len(had)):
        each = [had[begun:end].count(number) for number in range(5)]
        assert max(each) - min(each) <= 2, had


def test_what_each_chunk_takes_beside_its_steps_is_no_compiling() -> None:
    """Else the initial weights would use up the credit, and the newcomer would wait."""
    dispatcher = Dispatcher(expected=1)
    dispatcher.set_workers({"one"}, died=False)
    first = chunk(None, urgent=True)
    dispatcher.answered(given(dispatcher, first), 0.02, 0.04)
    second = Request(first.visitor, SMALL, urgent=True)
    compiling = dispatcher._accounts.policy.credit
    dispatcher.answered(given(dispatcher, second), 0.1, compiling)
    assert dispatcher._accounts.seconds(first.visitor) == pytest.approx(0.02 + 0.04 + 0.1)
    third = Request(first.visitor, SMALL)
    dispatcher.answered(given(dispatcher, third), 0.5, 0.04)
    assert dispatcher._accounts.seconds(first.visitor) == pytest.approx(0.16 + 2 * 0.54)


def test_an_urgent_chunk_is_not_held_back_by_one_that_may_not_wait_at_a_busy_worker() -> None:
    dispatcher = Dispatcher(ChunkPolicy(at_a_worker=2), expected=1)
    dispatcher.set_workers({"one"}, died=False)
    ahead, running, pressed = chunk(), chunk(urgent=True), chunk(urgent=True)
    given(dispatcher, running)
    for one in (ahead, pressed):
        dispatcher.add(one)
    dispatcher._accounts.charge(ahead.visitor, 3.0)
    assignment = dispatcher.assign()
    assert assignment is not None
    assert assignment.request is pressed
    assert dispatcher.assign() is None
