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
from sinae.service.accounts import SharePolicy
from sinae.service.dispatcher import Assignment, ChunkPolicy, Dispatcher
from sinae.service.request import Request

COMPILE_SECONDS, READ_SECONDS, MEASURE_SECONDS = 2.0, 0.7, 0.03
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

    Each visitor asks for a chunk when the last one has come back, as a `Run` does: first for what
    its initial weights do, then for an urgent chunk. The arguments of a request are its number in
    its run, and when it was asked for. A visitor's cost says how much longer than they were given
    its chunks take, as its steps are long.
    """

    def __init__(
        self,
        costs: Sequence[float],
        policy: ChunkPolicy | None = None,
        *,
        speeds: Sequence[float] = SPEEDS,
        embedded: bool = True,
        compiling: float = COMPILE_SECONDS,
    ) -> None:
        self.now = 0.0
        self.costs = costs
        self.compiling = compiling
        self.workers = {f"worker {n}": Worker(speed) for n, speed in enumerate(speeds)}
        self.dispatcher = Dispatcher(policy, len(speeds) if embedded else None)
        self.given: list[Request] = []
        self.answered: list[Request] = []
        self.lost: list[Request] = []
        self.refusals = 0
        self.most_away = 0
        self.waits: list[float] = []  # from asking for a chunk to its end
        self.seconds = [0.0] * len(costs)  # of a worker that trained for each visitor
        self.steps = [0.0] * len(costs)  # those of them that were not for compiling
        self.presses: set[int] = set()  # visitors whose next chunk is urgent
        self.programs = {visitor: PROGRAMS[visitor] for visitor in range(len(costs))}
        self._asked: dict[int, Request] = {}  # the last chunk of each
        self._compiled: set[Program] = set()  # by any worker, ever
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._number = itertools.count()
        self._look()

    def begin(self, *visitors: int) -> None:
        for visitor in visitors:
            self._ask(visitor, 0)

    def attack(self, every: float, *visitors: int) -> None:
        """So often these stop what they train, and train a network that nobody has compiled."""
        for visitor in visitors:
            if visitor in self._asked:
                self._asked[visitor].cancel()
            self.programs[visitor] = ((next(self._number),), (), 0, False)
            self._ask(visitor, 0)
        self._after(every, lambda: self.attack(every, *visitors))

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
        assert {*had} <= {*self.dispatcher.set_workers(self._end(address), died=True)}
        self._serve()

    def _after(self, seconds: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._events, (self.now + seconds, next(self._number), act))

    def _ask(self, visitor: int, number: int) -> None:
        urgent = number < 2 or visitor in self.presses
        self.presses.discard(visitor)
        needed = self.programs[visitor] if number else None
        arguments = number, self.now
        request = Request(visitor, needed, urgent, arguments=arguments, asked=self.now)
        self._asked[visitor] = request
        self.dispatcher.add(request)
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
        visitor = chunk.visitor
        assert isinstance(visitor, int)
        # Beside its steps each chunk measures the held-out signals.
        seconds, compiling, most = 0.02, MEASURE_SECONDS, assignment.most_programs
        if chunk.program is not None:
            seconds = assignment.seconds * self.costs[visitor]
            if chunk.program not in worker.compiled:
                if most is not None and len(worker.compiled) >= most:
                    self._refuse(assignment)
                    return
                known = chunk.program in self._compiled
                compiling += READ_SECONDS if known else self.compiling
                worker.compiled.add(chunk.program)
                self._compiled.add(chunk.program)

        def end() -> None:
            if self.workers[assignment.worker] is not worker or not worker.there:
                return
            assert worker.given.pop(0) is assignment
            self.steps[visitor] += seconds
            self.seconds[visitor] += seconds + compiling
            self._after(ROUND_TRIP_SECONDS, lambda: self._hear(assignment, seconds, compiling))
            if worker.given:
                self._train(worker.given[0])

        self._after((seconds + compiling) / worker.speed, end)

    def _hear(self, assignment: Assignment, seconds: float, compiling: float) -> None:
        chunk = assignment.request
        if not self.dispatcher.answered(assignment, seconds, compiling):
            self.lost.append(chunk)  # with its worker, before it was heard of
            return
        visitor, (number, asked) = chunk.visitor, chunk.arguments
        assert isinstance(visitor, int)
        if not chunk.cancelled:
            self.answered.append(chunk)
            self.waits.append(self.now - asked)
            self._ask(visitor, number + 1)
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
        counts = Counter(chunk.visitor for chunk in self.answered[since:])
        return [counts[run] for run in range(len(self.costs))]

    def gained(self, before: Sequence[float]) -> list[float]:
        """The seconds of a worker that each visitor had since these."""
        return [now - then for now, then in zip(self.seconds, before, strict=True)]

    def most_apart(self, seconds: float) -> float:
        """Let some time pass. Returns by how many seconds of a worker two visitors were ever
        apart in it."""
        before, apart = self.seconds.copy(), 0.0
        for _ in range(round(seconds)):
            self.let_pass(1)
            gained = self.gained(before)
            apart = max(apart, max(gained) - min(gained))
        return apart

    def assert_each_chunk_came_once(self) -> None:
        came: list[list[int]] = [[] for _ in self.costs]
        for chunk in self.answered:
            assert isinstance(chunk.visitor, int)
            came[chunk.visitor].append(chunk.arguments[0])
        assert came == [list(range(len(numbers))) for numbers in came]


@pytest.mark.parametrize("embedded", [True, False])
@pytest.mark.parametrize("costs", [[1.0] * 30, [1.0, 1.2, 2.0, 4.0] * 10], ids=["equal", "unequal"])
def test_all_have_the_same_seconds_however_fast_workers_are_and_however_long_their_steps(
    costs: list[float], embedded: bool
) -> None:
    simulation = Simulation(costs, embedded=embedded)
    simulation.begin(*range(len(costs)))
    simulation.let_pass(200)
    begun, waits = len(simulation.answered), len(simulation.waits)
    assert min(simulation.turns()) > 2  # from here on none is new
    # A chunk and what it cost to read a program more or less; at most once what is free.
    longest = max(costs) * ChunkPolicy().crowded_seconds + READ_SECONDS
    assert simulation.most_apart(1800) <= 2 * longest + SharePolicy().credit
    turns = simulation.turns(begun)
    assert sum(turns) > 1000
    lap = 1800 / (sum(turns) / len(turns))
    assert max(simulation.waits[waits:]) < 2 * max(costs) * lap
    simulation.assert_each_chunk_came_once()


def test_who_comes_late_joins_the_others_and_need_not_catch_up() -> None:
    simulation = Simulation([1.0] * 20)
    simulation.begin(*range(19))
    simulation.let_pass(300)
    before = simulation.seconds.copy()
    simulation.begin(19)
    simulation.let_pass(600)
    *others, late = simulation.gained(before)
    assert min(others) - 2 < late < max(others) + COMPILE_SECONDS + 2 * READ_SECONDS


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
    assert simulation.most_apart(300) <= 2  # it is counted as any other


def test_the_chunks_of_a_lost_worker_are_trained_again_once_and_no_other() -> None:
    simulation = Simulation([1.0] * 30)
    simulation.begin(*range(30))
    for address in (*simulation.workers, *simulation.workers):
        simulation.let_pass(150)
        simulation.lose(address)
    simulation.let_pass(300)
    assert len(simulation.lost) >= 6
    times = Counter(simulation.given)
    assert {chunk for chunk, count in times.items() if count > 1} == {*simulation.lost}
    assert set(times.values()) == {1, 2}
    simulation.assert_each_chunk_came_once()
    assert simulation.most_apart(600) <= 4


def test_workers_start_afresh_but_not_all_at_once_and_nobody_loses_a_turn() -> None:
    simulation = Simulation([1.0] * 60, ChunkPolicy(programs_idle=5, programs_busy=25))
    simulation.begin(*range(60))
    simulation.let_pass(2000)
    assert simulation.refusals > 10
    assert simulation.most_away < len(SPEEDS)
    assert simulation.most_apart(1000) <= 4 * COMPILE_SECONDS
    simulation.assert_each_chunk_came_once()


@pytest.mark.parametrize("speeds", [(1.0,), (1.0, 1.0)], ids=["one worker", "two workers"])
@pytest.mark.parametrize("attackers", [1, 6])
@pytest.mark.parametrize("every", [0.25, 3.0])
@pytest.mark.parametrize(("compiling", "cost"), [(2.0, 1.0), (4.0, 2.0)], ids=["small", "large"])
def test_who_always_trains_something_new_takes_nobody_s_share(
    speeds: tuple[float, ...], attackers: int, every: float, compiling: float, cost: float
) -> None:
    simulation = Simulation([1.0, *[cost] * attackers], speeds=speeds, compiling=compiling)
    simulation.begin(0)
    simulation.let_pass(10)
    before = simulation.steps[0]
    simulation.let_pass(10)
    alone = (simulation.steps[0] - before) / 10
    before, seconds = simulation.steps[0], 600
    simulation.attack(every, *range(1, attackers + 1))
    simulation.let_pass(seconds)
    fair = min(1.0, len(speeds) / (attackers + 1))
    assert simulation.steps[0] - before > 0.8 * fair * alone * seconds
