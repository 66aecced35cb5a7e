"""Fairness of the dispatcher: thousands of chunks on simulated workers, without a process."""

import heapq
import itertools
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import mean

import pytest

from sinae.model.experiment import Experiment
from sinae.model.program import Program, program
from sinae.service.dispatcher import Assignment, ChunkPolicy, Dispatcher
from sinae.service.request import Request

COMPILE_SECONDS, READ_SECONDS = 2.0, 0.7
"""What a worker takes for a program that none has compiled yet, or that another one has."""

ROUND_TRIP_SECONDS, AWAY_SECONDS = 0.015, 5.0
"""From the end of a chunk to when its run asks for the next one; from the end of a worker until
another one is in its place."""

SPEEDS = (1.0, 0.6, 0.3)
PROGRAMS = [program(Experiment(widths=(4 + n,))) for n in range(60)]


@dataclass(eq=False)
class Worker:
    """Trains what it is given, one chunk after the other."""

    speed: float
    there: bool = True
    compiled: set[Program] = field(default_factory=set)
    given: list[Assignment] = field(default_factory=list)


class Simulation:
    """Events in the order of their times, which are counted and not waited for.

    Each run asks for a chunk when the last one has come back, as a `Run` does: first for what its
    initial weights do, then for an urgent chunk. The arguments of a request are its number in its
    run, and when it was asked for. A run's cost says how much longer than they were given its
    chunks take, as its steps are long.
    """

    def __init__(
        self, costs: Sequence[float], policy: ChunkPolicy | None = None, *, embedded: bool = True
    ) -> None:
        self.now = 0.0
        self.costs = costs
        self.workers = {f"worker {n}": Worker(speed) for n, speed in enumerate(SPEEDS)}
        self.dispatcher = Dispatcher(policy, len(SPEEDS) if embedded else None)
        self.given: list[Request] = []
        self.answered: list[Request] = []
        self.lost: list[Request] = []
        self.refusals = 0
        self.most_away = 0
        self.waits: list[float] = []  # from asking for a chunk to its end
        self.seconds = [0.0] * len(costs)  # that each run was given
        self.presses: set[int] = set()  # runs whose next chunk is urgent
        self._compiled: set[Program] = set()  # by any worker, ever
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._number = itertools.count()
        self._look()

    def begin(self, *runs: int) -> None:
        for run in runs:
            self._ask(run, 0)

    def let_pass(self, seconds: float) -> None:
        end = self.now + seconds
        while self._events and self._events[0][0] <= end:
            self.now, _, act = heapq.heappop(self._events)
            act()
        self.now = end

    def lose(self, address: str) -> None:
        """A worker dies."""
        had = [assignment.request for assignment in self.workers[address].given]
        self.lost += had
        assert self.dispatcher.set_workers(self._end(address), died=True) == had
        self._serve()

    def _after(self, seconds: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._events, (self.now + seconds, next(self._number), act))

    def _ask(self, run: int, number: int) -> None:
        urgent = number < 2 or run in self.presses
        self.presses.discard(run)
        needed = PROGRAMS[run] if number else None
        self.dispatcher.add(Request(run, needed, urgent, arguments=(number, self.now)))
        self._serve()

    def _serve(self) -> None:
        while (assignment := self.dispatcher.assign()) is not None:
            self.given.append(assignment.request)
            worker = self.workers[assignment.worker]
            worker.given.append(assignment)
            if len(worker.given) == 1:
                self._train(assignment)

    def _train(self, assignment: Assignment) -> None:
        """A worker begins with the first of its chunks."""
        worker, chunk = self.workers[assignment.worker], assignment.request
        assert isinstance(chunk.run, int)
        seconds, most = 0.02, assignment.most_programs
        if chunk.program is not None:
            seconds = assignment.seconds * self.costs[chunk.run]
            if chunk.program not in worker.compiled:
                if most is not None and len(worker.compiled) >= most:
                    self._refuse(assignment)
                    return
                seconds += READ_SECONDS if chunk.program in self._compiled else COMPILE_SECONDS
                worker.compiled.add(chunk.program)
                self._compiled.add(chunk.program)
        self._after(seconds / worker.speed, lambda: self._answer(worker, assignment))

    def _answer(self, worker: Worker, assignment: Assignment) -> None:
        if self.workers[assignment.worker] is not worker or not worker.there:
            return
        assert worker.given.pop(0) is assignment
        assert self.dispatcher.answered(assignment)
        chunk = assignment.request
        run, (number, asked) = chunk.run, chunk.arguments
        assert isinstance(run, int)
        self.answered.append(chunk)
        self.waits.append(self.now - asked)
        self.seconds[run] += assignment.seconds * (number > 1)
        self._after(ROUND_TRIP_SECONDS, lambda: self._ask(run, number + 1))
        if worker.given:
            self._train(worker.given[0])
        self._serve()

    def _refuse(self, assignment: Assignment) -> None:
        """A worker starts afresh."""
        self.refusals += 1
        self.dispatcher.refused(assignment)
        self._end(assignment.worker)
        self._after(AWAY_SECONDS / 2, self._look)

    def _end(self, address: str) -> set[str]:
        """A worker ends and comes back later; gives the addresses of the others."""
        self.workers[address].there = False
        self.most_away = max(self.most_away, sum(not w.there for w in self.workers.values()))

        def come_back() -> None:
            self.workers[address] = Worker(self.workers[address].speed)
            self._look()

        self._after(AWAY_SECONDS, come_back)
        return {address for address, worker in self.workers.items() if worker.there}

    def _look(self) -> None:
        there = {address for address, worker in self.workers.items() if worker.there}
        self.dispatcher.set_workers(there, died=True)
        self._serve()

    def turns(self, since: int = 0) -> list[int]:
        """How many chunks of each run came back, of all that did since so many had."""
        counts = Counter(chunk.run for chunk in self.answered[since:])
        return [counts[run] for run in range(len(self.costs))]

    def most_apart(self, since: int) -> int:
        """By how many turns, urgent chunks left out, two runs were ever apart since so many chunks
        had come back."""
        counts, apart = [0] * len(self.costs), 0
        for chunk in self.answered[since:]:
            assert isinstance(chunk.run, int)
            counts[chunk.run] += not chunk.urgent
            apart = max(apart, max(counts) - min(counts))
        return apart

    def assert_each_chunk_came_once(self) -> None:
        came: list[list[int]] = [[] for _ in self.costs]
        for chunk in self.answered:
            assert isinstance(chunk.run, int)
            came[chunk.run].append(chunk.arguments[0])
        assert came == [list(range(len(numbers))) for numbers in came]


@pytest.mark.parametrize("embedded", [True, False])
@pytest.mark.parametrize("costs", [[1.0] * 30, [1.0, 1.2, 2.0, 4.0] * 10], ids=["equal", "unequal"])
def test_all_runs_have_their_turns_alike_however_fast_the_workers_are(
    costs: list[float], embedded: bool
) -> None:
    simulation = Simulation(costs, embedded=embedded)
    simulation.begin(*range(len(costs)))
    simulation.let_pass(200)
    begun, waits = len(simulation.answered), len(simulation.waits)
    assert min(simulation.turns()) > 2  # from here on none is new
    simulation.let_pass(1800)
    turns = simulation.turns(begun)
    assert sum(turns) > 1500
    assert simulation.most_apart(begun) <= 3
    seconds = simulation.seconds
    assert max(seconds) < 1.05 * min(seconds)
    lap = 1800 / (sum(turns) / len(turns))
    assert max(simulation.waits[waits:]) < 2 * lap
    simulation.assert_each_chunk_came_once()


def test_who_comes_late_joins_the_others_and_need_not_catch_up() -> None:
    simulation = Simulation([1.0] * 20)
    simulation.begin(*range(19))
    simulation.let_pass(300)
    before = len(simulation.answered)
    simulation.begin(19)
    simulation.let_pass(600)
    turns = simulation.turns(before)
    assert turns[19] - 2 in range(min(turns[:19]) - 2, max(turns[:19]) + 3)


def test_an_urgent_chunk_waits_a_fraction_of_a_turn_and_is_none() -> None:
    simulation = Simulation([1.0] * 30)
    simulation.begin(*range(30))
    rng = random.Random(1)  # noqa: S311
    for _ in range(1000):
        simulation.let_pass(1)
        simulation.presses |= {rng.randrange(30)}
    came = list(zip(simulation.answered, simulation.waits, strict=True))[300:]
    urgent, others = ([wait for chunk, wait in came if chunk.urgent is u] for u in (True, False))
    assert len(urgent) > 500
    assert mean(urgent) < mean(others) / 5
    assert max(urgent) < mean(others)
    assert simulation.most_apart(300) <= 3  # it costs its run no turn, nor gives it one


def test_the_chunks_of_a_lost_worker_are_trained_again_once_and_no_other() -> None:
    simulation = Simulation([1.0] * 30)
    simulation.begin(*range(30))
    for address in (*simulation.workers, *simulation.workers):
        simulation.let_pass(150)
        simulation.lose(address)
    simulation.let_pass(300)
    assert len(simulation.lost) >= 6
    assert len({*simulation.lost}) == len(simulation.lost)
    times = Counter(simulation.given)
    assert {chunk for chunk, count in times.items() if count > 1} == {*simulation.lost}
    assert set(times.values()) == {1, 2}
    simulation.assert_each_chunk_came_once()
    assert simulation.most_apart(200) <= 3


def test_workers_start_afresh_but_not_all_at_once_and_nobody_loses_a_turn() -> None:
    simulation = Simulation([1.0] * 60, ChunkPolicy(programs_idle=5, programs_busy=25))
    simulation.begin(*range(60))
    simulation.let_pass(2000)
    assert simulation.refusals > 10
    assert simulation.most_away < len(SPEEDS)
    assert simulation.most_apart(600) <= 3
    simulation.assert_each_chunk_came_once()
