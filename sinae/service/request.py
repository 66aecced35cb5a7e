"""`Request`: a chunk that a run asks for, and who hears of it."""

from collections.abc import Callable, Hashable, Set
from dataclasses import dataclass
from typing import Any

from sinae.model.program import Program
from sinae.model.state import Chunk

Done = Callable[["Request", Chunk | BaseException], None]
"""Called once, in a thread of the engine, with a request and its chunk, or the reason that there is
none. A function that itself knew the request would keep it, and its state, until Python next looks
for cycles."""


class WorkersLostError(Exception):
    """The worker processes that trained a chunk died, one after the other."""


def reason(error: BaseException) -> str:
    """A clause for everybody: what an error itself says may hold paths, and goes into the log."""
    match error:
        case MemoryError():
            return "there was not enough memory"
        case OSError():
            return "a worker could not write to its disk, which may be full"
        case WorkersLostError():
            return "its worker process died, and so did those that tried it after that"
        case _:
            return f"an error in a worker ({type(error).__name__})"


@dataclass(eq=False, slots=True)
class Request:
    """A chunk that a run asks for.

    Attributes:
        visitor: whose chunk it is; all runs of a visitor share one account of CPU seconds.
        program: what a worker has to compile for it; None for initial weights, which need nothing.
        urgent: whether somebody waits to see this very chunk: it may go before all others.
        done: who hears of it.
        arguments: the first ones of `advance`: an experiment, a state and a number of steps.
        future: Dask's, once a worker has the chunk.
        asked: when it was asked for, on the monotonic clock.
        given: whether a worker has it.
        cancelled: whether nobody wants it any more.
        lost: whether it went with a worker or a scheduler and was asked for again: the time that
            it took says nothing of what the next one will take.
        refused: whether a worker that started afresh has sent it back.
        deaths: workers that died at it.
        given_up: whether so many did that it is not tried again.
    """

    visitor: Hashable
    program: Program | None
    urgent: bool = False
    done: Done = lambda _request, _result: None
    arguments: tuple[Any, ...] = ()
    future: Any = None
    asked: float = 0.0
    given: bool = False
    cancelled: bool = False
    lost: bool = False
    refused: bool = False
    deaths: int = 0
    given_up: bool = False

    def cancel(self) -> None:
        """Take it out of the queue, and keep `done` from being called. A worker that has it trains
        it nevertheless: Dask stops none, and if it were let go of, nobody would count the time."""
        self.cancelled = True

    def runs_at_once(self, compiled: Set[Program]) -> bool:
        """Whether a worker that has compiled these programs need not compile for it."""
        return self.program is None or self.program in compiled
