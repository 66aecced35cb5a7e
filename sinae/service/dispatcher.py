"""`Dispatcher`: which worker gets which waiting chunk, and for how long.

It only keeps books: it starts no process or thread, reads no clock, and never waits.
"""

from collections.abc import Set
from dataclasses import dataclass, field

from sinae.model.program import LOOPS_KEPT, Program
from sinae.service.accounts import Accounts, SharePolicy
from sinae.service.request import Request

SMOOTHING = 0.1  # the weight of the newest program in how long compiling takes


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkPolicy:
    """How long chunks are, and what workers are trusted with.

    Attributes:
        seconds: CPU seconds of a chunk: short enough to see the curve fall, long enough to make
            little of its round trip.
        crowded_seconds: the same while other chunks wait, to whom every round trip is lost too.
        behind_seconds: the same, at most, of a visitor who had less than others: whose chunks wait
            behind long ones, as of those who have large networks compiled, needs long ones too.
        urgent_seconds: the same of a chunk that somebody waits to see.
        initial_seconds: CPU seconds that initial weights take, about.
        compiling_seconds: CPU seconds that a worker takes to compile a program, about, before it
            was measured.
        at_a_worker: chunks that a worker is given: one waits there for the other to end, not for
            us to hear of it.
        programs_idle: compiled programs, of some 5 MB each, with which a worker starts afresh
            before another one, when no chunk waits.
        programs_busy: the same when some do, which would then wait longer.
        tries: how often a chunk may fail, or its worker die, before its run fails.
    """

    seconds: float = 0.35
    crowded_seconds: float = 0.5
    behind_seconds: float = 1.0
    urgent_seconds: float = 0.1
    initial_seconds: float = 0.05
    compiling_seconds: float = 1.5
    at_a_worker: int = 2
    programs_idle: int = 25
    programs_busy: int = LOOPS_KEPT
    tries: int = 3


@dataclass(frozen=True, eq=False, slots=True)
class Assignment:
    """A chunk on its way to a worker.

    Attributes:
        request: which chunk.
        worker: the worker's address.
        seconds: CPU seconds after which the chunk ends.
        expected: CPU seconds that it will take, about, with compiling.
        most_programs: with how many compiled programs the worker refuses to compile another one and
            starts afresh instead; None where it must not, as others already do.
    """

    request: Request
    worker: str
    seconds: float
    expected: float
    most_programs: int | None


@dataclass(eq=False, slots=True)
class _Worker:
    """What is known of a worker: its compiled programs, its chunks with the one that it is at
    first, and which of all chunks given to workers was the last one given to it."""

    programs: set[Program] = field(default_factory=set)
    assignments: list[Assignment] = field(default_factory=list)
    last_number: int = -1


class Dispatcher:
    """Fair shares of the workers' CPU time: the next chunk is that of the visitor who had least,
    after urgent ones, of which two follow each other only where nothing else may go.

    A visitor has one chunk at the workers at a time, also one that is not wanted any more, and
    whoever is ahead of others has none wait at a worker that is busy: it would keep them from it
    when their own chunk comes back.

    A worker leaves a chunk to another one that has compiled its network, and takes the next one
    that it can train at once, where its visitor had no more than a chunk more: to compile, or to
    read what another one compiled, takes nearly as long as a chunk does.

    For use under its owner's lock.
    """

    def __init__(
        self,
        policy: ChunkPolicy | None = None,
        expected: int | None = None,
        shares: SharePolicy | None = None,
    ) -> None:
        """``expected`` is how many workers there are when none is missing, where no other process
        gives them chunks; None where others may."""
        self.policy = policy or ChunkPolicy()
        self._expected = expected
        self._accounts = Accounts(shares)
        self._waiting: list[Request] = []
        self._workers: dict[str, _Worker] = {}
        self._closing: set[str] = set()  # addresses of workers that start afresh
        self._number = 0  # the number of the next chunk that a worker is given
        self._last_was_urgent = False
        self._compiling = self.policy.compiling_seconds

    @property
    def workers(self) -> int:
        """How many workers there are."""
        return len(self._workers)

    def add(self, request: Request) -> None:
        """Let a chunk wait."""
        self._accounts.join(request.visitor, request.asked)
        self._waiting.append(request)

    def assign(self) -> Assignment | None:
        """Give the next chunk to the best worker; None where none waits or no worker is free."""
        self._waiting = [request for request in self._waiting if not request.cancelled]
        given = [a.request for worker in self._workers.values() for a in worker.assignments]
        wanted = (request for request in given if not request.cancelled)
        self._accounts.present({request.visitor for request in (*self._waiting, *wanted)})
        busy = {request.visitor for request in given}
        ready = [request for request in self._waiting if request.visitor not in busy]
        if not ready:
            return None
        for first in self._firsts(ready):
            address = self._free_worker(first)
            if address is None:
                return None
            if self._may_go(first, worker := self._workers[address]):
                break
        else:
            return None
        request = self._next_at(worker, first, ready)
        urgent = self._goes_before(request)
        self._waiting.remove(request)
        self._last_was_urgent = urgent
        if urgent:
            self._accounts.was_urgent(request.visitor)
        seconds = self._seconds(request, urgent)
        expected = self._compiling * (not request.runs_at_once(worker.programs))
        expected += seconds if request.program is not None else self.policy.initial_seconds
        most = self._most_programs(request)
        assignment = Assignment(request, address, seconds, expected, most)
        request.given = True
        worker.assignments.append(assignment)
        worker.last_number, self._number = self._number, self._number + 1
        return assignment

    def answered(
        self, assignment: Assignment, seconds: float | None = None, beside: float = 0.0
    ) -> bool:
        """Note that a worker is done with a chunk, trained or failed, and what it took: the CPU
        seconds of its steps, None where that is not known, and those beside them, nearly all of
        which are compiling where its network was not compiled yet. Returns whether that was news:
        not where the chunk was taken from the worker before."""
        request, worker = assignment.request, self._take(assignment)
        if worker is None:
            return False
        if seconds is None:
            self._accounts.charge(request.visitor, assignment.expected)
        elif request.runs_at_once(worker.programs):
            self._accounts.charge(request.visitor, seconds + beside)
        else:
            self._accounts.charge(request.visitor, seconds, beside)
            self._compiling += SMOOTHING * (beside - self._compiling)
        if request.program is not None:
            worker.programs.add(request.program)
        return True

    def lost(self, assignment: Assignment) -> None:
        """Let a chunk that went with its scheduler wait again, before all others."""
        if self._take(assignment) is not None:
            assignment.request.lost = True
            self._put_back(assignment.request)

    def refused(self, assignment: Assignment) -> list[Request]:
        """Note that a worker starts afresh in place of training a chunk. Returns the chunks that
        it had, this one among them: they wait again, before all others."""
        worker = self._take(assignment)
        if worker is None:
            return []
        self._closing.add(assignment.worker)
        del self._workers[assignment.worker]
        assignment.request.refused = True
        return [self._put_back(a.request) for a in (*worker.assignments, assignment)]

    def set_workers(self, running: Set[str], *, died: bool) -> list[Request]:
        """Note the addresses of the workers that there are, and whether those that are missing
        died, and not the connection to all of them. Returns the chunks that the missing ones had:
        they wait again, before all others, but for those that are given up."""
        self._closing &= running
        before = self._workers
        self._workers = {a: before.get(a) or _Worker() for a in sorted(running - self._closing)}
        missing = [worker for address, worker in before.items() if address not in self._workers]
        for worker in missing:
            for assignment in worker.assignments[:1]:
                assignment.request.deaths += died
                self._accounts.charge(assignment.request.visitor, assignment.expected * died)
        requests = [a.request for worker in missing for a in worker.assignments]
        for request in requests:
            request.lost = True
            self._put_back(request)
        return requests

    def _free_worker(self, first: Request) -> str | None:
        """The address of the best worker for the next chunk; None where all have enough."""

        def rank(address: str) -> tuple[float, bool, int]:
            worker = self._workers[address]
            compiles = not first.runs_at_once(worker.programs)
            if worker.assignments and self._expected is not None:
                # Runs go round all workers: of three on two workers, one would have one for itself.
                compiles = False  # but reads from a file what another worker has compiled
            return sum(a.expected for a in worker.assignments), compiles, worker.last_number

        enough = self.policy.at_a_worker
        free = (a for a, worker in self._workers.items() if len(worker.assignments) < enough)
        return min(free, key=rank, default=None)

    def _firsts(self, ready: list[Request]) -> list[Request]:
        """The urgent chunk whose turn it is, of those that a worker may be given, and the other
        one: the one first that goes first."""
        urgent = [request for request in ready if self._goes_before(request)]
        others = [request for request in ready if not self._goes_before(request)]
        order = (others, urgent) if self._last_was_urgent else (urgent, others)
        return [min(among, key=self._had) for among in order if among]

    def _may_go(self, request: Request, worker: _Worker) -> bool:
        """Whether a chunk may go to a worker just now, where it may be busy."""
        if not worker.assignments or self._goes_before(request):
            return True
        return not self._accounts.is_ahead(request.visitor)

    def _goes_before(self, request: Request) -> bool:
        return request.urgent and self._accounts.may_be_urgent(request.visitor)

    def _had(self, request: Request) -> float:
        return self._accounts.seconds(request.visitor)

    def _next_at(self, worker: _Worker, first: Request, ready: list[Request]) -> Request:
        """The chunk whose turn it is at a worker, where ``first`` is the next one of all."""
        others = (other for other in self._workers.values() if other is not worker)
        if first.runs_at_once(worker.programs) or not any(
            first.runs_at_once(other.programs) for other in others
        ):
            return first
        window = self._had(first) + self.policy.crowded_seconds
        may = (request for request in ready if self._may_go(request, worker))
        same = (request for request in may if self._had(request) <= window)
        at_once = (request for request in same if request.runs_at_once(worker.programs))
        return min(at_once, key=self._had, default=first)

    def _seconds(self, request: Request, urgent: bool) -> float:
        policy = self.policy
        if urgent:
            return policy.urgent_seconds
        least = policy.crowded_seconds if self._waiting else policy.seconds
        behind = self._accounts.seconds_behind(request.visitor)
        return min(max(least, behind), policy.behind_seconds)

    def _most_programs(self, request: Request) -> int | None:
        if request.refused or (self._expected is not None and self.workers < self._expected):
            return None
        return self.policy.programs_busy if self._waiting else self.policy.programs_idle

    def _take(self, assignment: Assignment) -> _Worker | None:
        """Take a chunk from its worker; None where it was taken before."""
        worker = self._workers.get(assignment.worker)
        if worker is None or assignment not in worker.assignments:
            return None
        worker.assignments.remove(assignment)
        return worker

    def _put_back(self, request: Request) -> Request:
        request.given = False
        request.given_up = request.deaths >= self.policy.tries
        if not request.given_up:
            self._waiting.insert(0, request)
        return request
