"""Admission: a limited number of runs train at once, and the others wait in line."""

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from cachetools import LRUCache

NEWCOMER_SECONDS, PLACE_SECONDS = 5.0, 60.0
"""How long a place is kept while somebody waits who never had one, or somebody who had: to change
often costs much, since workers must then read or compile other networks all the time."""

NEWCOMERS_IN_A_ROW = 3
"""So many places go to visitors who never had one before the next goes to one who had, if both
wait: names cost nothing, so that newcomers may come for ever."""

REMEMBERED = 10_000
"""The visitors of whom is known that they had a place."""


class QueueFullError(Exception):
    """Raised when too many wait already."""


@dataclass(eq=False, slots=True)
class Turn:
    """Somebody's wish for a place.

    Attributes:
        visitor: whose it is.
        start: called once there is a place.
        put_off: called where the wish gives way in a full line to one of somebody who never had a
            place.
        since: when the place was taken, on the monotonic clock.
    """

    visitor: Hashable
    start: Callable[[], None]
    put_off: Callable[[], None] = lambda: None
    since: float = 0.0


class AdmissionQueue:
    """A limited number of places, and a line of so many at most who wait for one; safe in any
    thread.

    Most places go to visitors who never had one, and places are given up in turn while others
    wait: see `gives_way`.
    """

    def __init__(
        self,
        places: int,
        waiting: int,
        defer: Callable[[Callable[[], None]], object] = lambda call: call(),
    ) -> None:
        """``defer`` calls a function later, where no lock is held: what is called for others than
        the one who calls here."""
        self._places = places
        self._most_waiting = waiting
        self._defer = defer
        self._lock = threading.Lock()
        self._training: dict[Hashable, Turn] = {}
        self._newcomers: dict[Hashable, Turn] = {}
        self._others: dict[Hashable, Turn] = {}
        self._newcomers_in_a_row = 0
        self._had_a_place: LRUCache[Hashable, bool] = LRUCache(REMEMBERED)

    def enter(self, who: Hashable, turn: Turn) -> None:
        """Start as soon as there is a place: at once, or later; raises `QueueFullError` where too
        many wait already."""
        with self._lock:
            if who in self._training or who in self._newcomers or who in self._others:
                return
            if len(self._training) < self._places:
                self._take_place(who, turn)
            else:
                self._wait(who, turn)
                return
        turn.start()

    def leave(self, who: Hashable) -> None:
        """Leave the line, or give up a place, which the first in line then takes."""
        with self._lock:
            for those in (self._training, self._newcomers, self._others):
                those.pop(who, None)
            self._fill()

    def gives_way(self, who: Hashable, turn: Turn, now: float | None = None) -> bool:
        """Whether somebody with a place has had it for so long that another one who waits takes it;
        the wish for another turn is then the last one in line. ``now`` is a time on the monotonic
        clock."""
        now = time.monotonic() if now is None else now
        with self._lock:
            if who not in self._training or not self.waiting:
                return False
            allowed = NEWCOMER_SECONDS if self._newcomers else PLACE_SECONDS
            if now - self._training[who].since < allowed:
                return False
            del self._training[who]
            self._others[who] = turn  # in a line that is full too: one leaves it in exchange
            self._fill()
            return True

    def position(self, who: Hashable) -> int | None:
        """Return a position in line, about, 1 for the next to start; None for one who does not
        wait."""
        with self._lock:
            line = [*self._newcomers, *self._others]
            return line.index(who) + 1 if who in line else None

    @property
    def training(self) -> int:
        """The number of those who have a place."""
        return len(self._training)

    @property
    def waiting(self) -> int:
        """The number of those who wait in line."""
        return len(self._newcomers) + len(self._others)

    def _wait(self, who: Hashable, turn: Turn) -> None:
        new = turn.visitor not in self._had_a_place
        if self.waiting >= self._most_waiting:
            if not (new and self._others):
                raise QueueFullError
            _, last = self._others.popitem()
            self._defer(last.put_off)
        (self._newcomers if new else self._others)[who] = turn

    def _fill(self) -> None:
        while self.waiting and len(self._training) < self._places:
            again = self._newcomers_in_a_row >= NEWCOMERS_IN_A_ROW and self._others
            line = again or self._newcomers or self._others
            new = line is self._newcomers
            self._newcomers_in_a_row = self._newcomers_in_a_row + 1 if new else 0
            who = next(iter(line))
            turn = line.pop(who)
            self._take_place(who, turn)
            self._defer(turn.start)

    def _take_place(self, who: Hashable, turn: Turn) -> None:
        turn.since = time.monotonic()
        self._training[who] = turn
        self._had_a_place[turn.visitor] = True
