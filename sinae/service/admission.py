"""Admission: a limited number of runs train at once, and the others wait in line."""

import threading
from collections.abc import Callable, Hashable


class QueueFullError(Exception):
    """Raised when too many wait already."""


class AdmissionQueue:
    """A limited number of places, and a line of so many at most who wait for one; safe in any
    thread."""

    def __init__(self, places: int, waiting: int) -> None:
        self._places = places
        self._most_waiting = waiting
        self._lock = threading.Lock()
        self._training: set[Hashable] = set()
        self._waiting: dict[Hashable, Callable[[], None]] = {}

    def enter(self, who: Hashable, start: Callable[[], None]) -> None:
        """Call ``start`` as soon as there is a place: at once, or later in another thread; raises
        `QueueFullError` where too many wait already."""
        with self._lock:
            if who in self._training or who in self._waiting:
                return
            if len(self._training) >= self._places:
                if len(self._waiting) >= self._most_waiting:
                    raise QueueFullError
                self._waiting[who] = start
                return
            self._training.add(who)
        start()

    def leave(self, who: Hashable) -> None:
        """Leave the line, or give up a place, which the first in line then takes."""
        start = None
        with self._lock:
            self._waiting.pop(who, None)
            self._training.discard(who)
            if self._waiting and len(self._training) < self._places:
                following = next(iter(self._waiting))
                start = self._waiting.pop(following)
                self._training.add(following)
        if start is not None:
            start()

    def position(self, who: Hashable) -> int | None:
        """Return a position in line, 1 for the next to start; None for one who does not wait."""
        with self._lock:
            return next((i for i, other in enumerate(self._waiting, 1) if other == who), None)

    @property
    def training(self) -> int:
        """The number of those who have a place."""
        return len(self._training)

    @property
    def waiting(self) -> int:
        """The number of those who wait in line."""
        return len(self._waiting)
