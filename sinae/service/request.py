"""`Request`: a chunk that a run asks for, and who hears of it."""

from collections.abc import Callable, Hashable, Set
from dataclasses import dataclass
from typing import Any

from sinae.model.program import Program
from sinae.model.state import Chunk

Done = Callable[[Chunk | BaseException], None]
"""Called once, in a thread of the engine, with a chunk or with the reason that there is none."""


class WorkersLostError(Exception):
    """The worker processes that trained a chunk died, one after the other."""


@dataclass(eq=False, slots=True)
class Request:
    """A chunk that a run asks for.

    Attributes:
        run: whose chunk it is; a run asks for one at a time.
        program: what a worker has to compile for it; None for initial weights, which need nothing.
        urgent: whether somebody waits to see this very chunk: it goes before all others.
        done: who hears of it.
        arguments: the first ones of `advance`: an experiment, a state and a number of steps.
        future: Dask's, once a worker has the chunk.
        lap: the lap of the round robin in which it has its turn.
        given: whether a worker has it.
        cancelled: whether nobody wants it any more.
        lost: whether it went with a worker or a scheduler and was asked for again: the time that
            it took says nothing of what the next one will take.
        refused: whether a worker that started afresh has sent it back.
        deaths: workers that died at it.
        given_up: whether so many did that it is not tried again.
    """

    run: Hashable
    program: Program | None
    urgent: bool = False
    done: Done = lambda _result: None
    arguments: tuple[Any, ...] = ()
    future: Any = None
    lap: int = 0
    given: bool = False
    cancelled: bool = False
    lost: bool = False
    refused: bool = False
    deaths: int = 0
    given_up: bool = False

    def cancel(self) -> None:
        """Take it out of the queue, and keep `done` from being called."""
        self.cancelled = True
        # Not `Future.cancel`, which waits for the client's event loop and raises where it is gone.
        if (future := self.future) is not None:
            future.release()

    def runs_at_once(self, compiled: Set[Program]) -> bool:
        """Whether a worker that has compiled these programs need not compile for it."""
        return self.program is None or self.program in compiled
