"""`Turns`: the chunks that wait for a worker, and which of them one gets."""

from collections.abc import Callable, Set
from typing import Any

from sinae.model.experiment import Experiment
from sinae.model.program import Program, program
from sinae.model.state import Chunk, State

Done = Callable[[Chunk | BaseException], None]
"""Called once, in a thread of the engine, with a chunk or with the reason that there is none."""


class Ticket:
    """A chunk on its way; `cancel` takes it out of the queue and keeps `Done` from being called.

    Attributes:
        lap: of the round robin, in which it has its turn; the run's next chunk in the one after.
        lost: whether it was lost with a worker or a scheduler, and asked for again: the time that
            it took says nothing of what the next one will take.
    """

    def __init__(self, lap: int = 0) -> None:
        self.lap = lap
        self.cancelled = False
        self.lost = False
        self.future: Any = None

    def cancel(self) -> None:
        self.cancelled = True
        # Not `Future.cancel`, which waits for the client's event loop and raises where it is gone.
        if (future := self.future) is not None:
            future.release()


class Turn(Ticket):
    """What the engine knows of a chunk."""

    def __init__(
        self,
        done: Done,
        arguments: tuple[Experiment, State | None, int],
        urgent: bool,
        lap: int = 0,
    ) -> None:
        super().__init__(lap)
        self.done = done
        self.arguments = arguments
        self.program = program(arguments[0])
        self.urgent = urgent
        self.refused = False  # by a worker that starts afresh
        self.deaths = 0  # of workers that were at it

    @property
    def compiles(self) -> bool:
        """Whether a worker needs the program; not for what initial weights do."""
        return self.arguments[2] > 0

    def runs_at_once(self, compiled: Set[Program]) -> bool:
        """Whether a worker that has compiled these programs need not compile for it."""
        return not self.compiles or self.program in compiled


class Turns:
    """A round robin: in each lap every run has one turn. Urgent chunks go before all others.

    Within a lap a worker leaves a chunk to another one that has compiled its network, and takes the
    next one that it can train at once: to compile, or to read what another one compiled, takes
    nearly as long as a chunk does. But it begins no other lap before: runs would otherwise stay
    with the worker that compiled them, and get what its core has to spare.
    """

    def __init__(self) -> None:
        self._waiting: list[Turn] = []
        self._lap = 0  # that the workers are at

    def __len__(self) -> int:
        self._waiting = [turn for turn in self._waiting if not turn.cancelled]
        return len(self._waiting)

    @property
    def first(self) -> Turn:
        """The next one, for a worker that has compiled everything."""
        return self._in_order()[0]

    def add(self, turn: Turn) -> None:
        """Behind all others of its lap, or of this one, where its run was not there before."""
        turn.lap = max(turn.lap, self._lap)
        self._waiting.append(turn)

    def put_back(self, turn: Turn) -> None:
        """Before all others."""
        turn.future = None
        self._waiting.insert(0, turn)

    def take(self, here: Set[Program], elsewhere: Set[Program] = frozenset()) -> Turn:
        """Take out the one whose turn it is at a worker.

        Args:
            here: the programs that the worker has compiled.
            elsewhere: those that others have.
        """
        first, *following = self._in_order()
        taken = first
        if not first.runs_at_once(here) and first.runs_at_once(elsewhere):
            same = (turn for turn in following if turn.lap <= first.lap)
            taken = next((turn for turn in same if turn.runs_at_once(here)), first)
        if not taken.urgent:
            self._lap = max(self._lap, taken.lap)
        self._waiting.remove(taken)
        return taken

    def clear(self) -> list[Turn]:
        """Take out all."""
        waiting, self._waiting = self._waiting, []
        return waiting

    def _in_order(self) -> list[Turn]:
        return sorted(self._waiting, key=lambda turn: (not turn.urgent, turn.lap))
