"""The waiting line: so many runs train at once, the rest wait in the order in which they came."""

import threading
from collections.abc import Callable, Hashable


class LineFullError(Exception):
    """No place left, not even to wait."""


class Line:
    """Places for those who train, and a line for those who wait. For use from any thread."""

    def __init__(self, places: int, waiting: int) -> None:
        """
        Args:
            places: how many may train at once.
            waiting: how many may wait.
        """
        self._places = places
        self._most_waiting = waiting
        self._lock = threading.Lock()
        self._training: set[Hashable] = set()
        self._waiting: dict[Hashable, Callable[[], None]] = {}

    def enter(self, who: Hashable, start: Callable[[], None]) -> None:
        """Call ``start`` as soon as there is a place: now, or later in another thread.

        Raises:
            LineFullError: too many wait already.
        """
        with self._lock:
            if who in self._training or who in self._waiting:
                return
            if len(self._training) >= self._places:
                if len(self._waiting) >= self._most_waiting:
                    raise LineFullError
                self._waiting[who] = start
                return
            self._training.add(who)
        start()

    def leave(self, who: Hashable) -> None:
        """Give up a place, in the line or in training; the next one in the line starts."""
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

    def place(self, who: Hashable) -> int | None:
        """The place in the line, 1 for the next to start; None for who does not wait."""
        with self._lock:
            return next((i for i, other in enumerate(self._waiting, 1) if other == who), None)

    @property
    def training(self) -> int:
        """How many train now."""
        return len(self._training)

    @property
    def waiting(self) -> int:
        """How many wait now."""
        return len(self._waiting)
