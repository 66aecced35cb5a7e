"""Waits that end on what happens, and limits for what never does.

A limit counts the seconds that the machine had for these tests, not those of the clock: beside
other work a test takes longer, the more so as the app's workers yield to others.
"""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import psutil

T = TypeVar("T")

SLOWEST = 30
"""A limit ends after so many times its seconds, however busy the machine is."""

LOOK_SECONDS = 1.0
"""How often a limit looks at the machine."""


class Limit:
    """A limit of so many seconds on a machine that does nothing else.

    The time that counts is that of processors which were idle, or at work for this process and
    those it started, over the number of processors. Beside four busy loops on two cores that is a
    third of the clock's while the tests compute, and a tenth where they wait for a worker, since
    one of niceness 10 has a tenth of the weight of others.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._clock, self._had = self._looked = time.monotonic(), _seconds_had()

    def __str__(self) -> str:
        return f"{self.seconds:.0f} s ({self._looked[0] - self._clock:.0f} s by the clock)"

    @property
    def over(self) -> bool:
        """Whether it is reached."""
        if (now := time.monotonic()) >= self._looked[0] + LOOK_SECONDS:
            self._looked = now, _seconds_had()
        return self._looked[1] - self._had > self.seconds or (
            self._looked[0] - self._clock > self.seconds * SLOWEST
        )

    @property
    def stretch(self) -> float:
        """How many seconds of the clock have made one of the limit's so far, 1 to `SLOWEST`."""
        clock, had = time.monotonic() - self._clock, _seconds_had() - self._had
        return min(max(clock / had, 1.0), SLOWEST) if had > 0 else 1.0


def wait_for(ask: Callable[[], T], is_it: Callable[[T], object] = bool, seconds: float = 60) -> T:
    """Ask again and again; gives the first answer that is it.

    Raises:
        AssertionError: there was none within this limit; with the last answer.
    """
    limit = Limit(seconds)
    while not is_it(answer := ask()):
        assert not limit.over, f"Still {answer} after {limit}"
        time.sleep(0.01)
    return answer


def _seconds_had() -> float:
    """Of each processor, at the mean, since some time in the past."""
    idle = psutil.cpu_times()
    own, process = 0.0, psutil.Process()
    for one in (process, *process.children(recursive=True)):
        with suppress(psutil.Error):
            own += sum(one.cpu_times()[:4])  # with those of children that have ended
    return (idle.idle + getattr(idle, "iowait", 0.0) + own) / (os.cpu_count() or 1)
