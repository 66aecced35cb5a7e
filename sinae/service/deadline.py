"""`Deadline`: a time limit that allows for how busy the machine is."""

import os
import time
from contextlib import suppress

import psutil

SLOWEST = 100
"""A deadline has passed at the latest after this many times its seconds: beside ten other processes
a core, one of niceness 10 gets a hundredth of the core."""

LOOK_SECONDS = 1.0  # how often a deadline measures what the machine does


class Deadline:
    """A number of seconds from now, on a machine that does nothing else.

    Time counts while a processor is idle, or at work for this process and those that it started,
    summed over all processors and divided by their number. Beside four busy loops on two cores that
    is a third of the clock's time while this process computes, and much less while it waits for a
    worker: one of niceness 10 has a tenth of the weight of others.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._clock, self._had = self._looked = time.monotonic(), _seconds_had()

    def __str__(self) -> str:
        return f"{self.seconds:g} s ({self._looked[0] - self._clock:.0f} s by the clock)"

    @property
    def passed(self) -> bool:
        """Whether the time is over."""
        if (now := time.monotonic()) >= self._looked[0] + LOOK_SECONDS:
            self._looked = now, _seconds_had()
        return (
            self._looked[1] - self._had > self.seconds
            or self._looked[0] - self._clock > self.seconds * SLOWEST
        )


def _seconds_had() -> float:
    """Return how long this process and those it started had a processor, or could have had one: the
    mean over all processors, since some fixed time in the past."""
    machine, own, this = psutil.cpu_times(), 0.0, psutil.Process()
    for process in (this, *this.children(recursive=True)):
        with suppress(psutil.Error):
            own += sum(process.cpu_times()[:4])  # with those of its children that have ended
    return (machine.idle + getattr(machine, "iowait", 0.0) + own) / (os.cpu_count() or 1)
