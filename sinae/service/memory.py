"""`MemoryBudget`: what all runs of this process may take together, and which goes for another."""

import threading
from collections.abc import Callable, Hashable
from typing import Any, Protocol


class Kept(Hashable, Protocol):
    """What takes memory."""

    @property
    def nbytes(self) -> int:
        """The bytes that it takes, or may come to take by itself."""

    @property
    def moving(self) -> bool:
        """Whether it trains or will by itself: then it stays, but for one that takes less."""


class MemoryFullError(Exception):
    """Raised where there is no room, and nothing that may go for it."""


class MemoryBudget:
    """A ceiling for the sum of what all take; safe in any thread.

    Above it goes what stands still and was steered longest ago; then, of what moves, the largest,
    as long as that takes more than what it goes for: else a few that are large could keep all
    others out.
    """

    def __init__(self, ceiling: int, let_go: Callable[[Any], object] = id) -> None:
        """``ceiling`` is in bytes; ``let_go`` is called, under no lock of this, for whatever has
        to go."""
        self._ceiling = ceiling
        self._let_go = let_go
        self._lock = threading.Lock()
        self._kept: dict[Kept, None] = {}  # in the order in which they were last steered

    def reserve(self, one: Kept, nbytes: int) -> None:
        """Make room for something that will take so many bytes, what it takes now included; raises
        `MemoryFullError` where there is none, and then nothing goes."""
        going: list[Kept] = []
        with self._lock:
            others = [other for other in self._kept if other is not one]
            too_much = sum(other.nbytes for other in others) + nbytes - self._ceiling
            standing = [other for other in others if not other.moving]
            larger = [other for other in others if other.moving and other.nbytes > nbytes]
            for other in (*standing, *sorted(larger, key=lambda it: -it.nbytes)):
                if too_much <= 0:
                    break
                going.append(other)
                too_much -= other.nbytes
            if too_much > 0:
                raise MemoryFullError
            for other in going:
                del self._kept[other]
            self._kept.setdefault(one)
        for other in going:
            self._let_go(other)

    def steered(self, one: Kept) -> None:
        """Note that a visitor asked something of one that is kept."""
        with self._lock:
            if one in self._kept:
                del self._kept[one]
                self._kept[one] = None

    def release(self, one: Kept) -> None:
        """Note that one is kept no longer."""
        with self._lock:
            self._kept.pop(one, None)

    def holds(self, one: Kept) -> bool:
        """Whether there is room for one that had reserved it."""
        return one in self._kept

    @property
    def nbytes(self) -> int:
        """What all take together."""
        with self._lock:
            return sum(one.nbytes for one in self._kept)
