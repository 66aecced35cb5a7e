"""`Ticket`: a chunk that the engine was asked for, and who hears of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sinae.model.experiment import Experiment
from sinae.model.state import Chunk, State
from sinae.service.dispatcher import Request

Done = Callable[[Chunk | BaseException], None]
"""Called once, in a thread of the engine, with a chunk or with the reason that there is none."""


class WorkersLostError(Exception):
    """The worker processes that trained a chunk died, one after the other."""


@dataclass(eq=False, kw_only=True)
class Ticket(Request):
    """A request with the arguments of `advance`, and Dask's future once a worker has it."""

    done: Done
    arguments: tuple[Experiment, State | None, int]
    future: Any = None

    def cancel(self) -> None:
        """Take it out of the queue, and keep `done` from being called."""
        super().cancel()
        # Not `Future.cancel`, which waits for the client's event loop and raises where it is gone.
        if (future := self.future) is not None:
            future.release()
