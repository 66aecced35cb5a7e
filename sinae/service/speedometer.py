"""`Speedometer`: steps a second over the last few seconds."""

import time
from collections import deque

SECONDS = 3.0  # over which the speed is measured


class Speedometer:
    """Measures how fast steps come; to be used under its owner's lock."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()  # when, and how many steps by then

    def reset(self) -> None:
        """Begin anew: what came before says nothing of what comes."""
        self._marks.clear()

    def reached(self, step: int) -> None:
        """Note that so many steps are done."""
        now = time.monotonic()
        self._marks.append((now, step))
        while len(self._marks) > 2 and self._marks[1][0] < now - SECONDS:
            self._marks.popleft()

    @property
    def steps_per_second(self) -> float | None:
        """The speed; None before it can be told."""
        if len(self._marks) < 2:
            return None
        (start, before), (end, after) = self._marks[0], self._marks[-1]
        return (after - before) / (end - start)
