"""`Deadline`: a limit on what may hang, which a busy machine does not bring nearer."""

import os
import time
from contextlib import suppress

import psutil

SLOWEST = 100
"""After so many times its seconds a deadline has passed, however busy the machine is: beside ten
processes a core one of niceness 10 gets a hundredth of it."""

LOOK_SECONDS = 1.0
"""How often it looks at the machine."""


class Deadline:
    """So many seconds from now, on a machine that does nothing else.

    The time that counts is that of processors which were idle, or at work for this process and
    those it started, over the number of processors. Beside four busy loops on two cores that is a
    third of the clock's time while this process computes, and much less while it waits for a
    worker: one of niceness 10 has a tenth of the weight of others.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._clock, self._had = self._looked = time.monotonic(), _seconds_had()

    def __str__(self) -> str:
        return f"{self.seconds:g} s ({self._looked[0] - self._clock:.0f} s by the clock)"

    @property
    def passed(self) -> bool:
        """Whether so much time has passed."""
        if (now := time.monotonic()) >= self._looked[0] + LOOK_SECONDS:
            self._looked = now, _seconds_had()
        return (
            self._looked[1] - self._had > self.seconds
            or self._looked[0] - self._clock > self.seconds * SLOWEST
        )


def _seconds_had() -> float:
    """How long this process and those it started had a processor, or could have had one: the mean
    over all processors, since some time in the past."""
    machine, own, this = psutil.cpu_times(), 0.0, psutil.Process()
    for process in (this, *this.children(recursive=True)):
        with suppress(psutil.Error):
            own += sum(process.cpu_times()[:4])  # with those of its children that have ended
    return (machine.idle + getattr(machine, "iowait", 0.0) + own) / (os.cpu_count() or 1)
