"""Waits that end on what happens, with a limit for what never does."""

import os
import time
from collections.abc import Callable
from typing import TypeVar

import psutil

from sinae.service.deadline import Deadline

T = TypeVar("T")


def wait_for(ask: Callable[[], T], is_it: Callable[[T], object] = bool, seconds: float = 90) -> T:
    """Ask again and again; gives the first answer that is it.

    Raises:
        AssertionError: there was none before this deadline; with the last answer.
    """
    deadline, pause = Deadline(seconds), 0.01
    while not is_it(answer := ask()):
        assert not deadline.passed, f"Still {answer} after {deadline}"
        time.sleep(pause)
        pause = min(1.2 * pause, 0.2)  # to leave the processor to what is waited for
    return answer


def stretched(seconds: float) -> float:
    """A limit for those who take it as a number: so much longer as processes wait for each core."""
    return seconds * max(1.0, psutil.getloadavg()[0] / (os.cpu_count() or 1))
