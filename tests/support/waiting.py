"""Waits that end as soon as something happens, and fail if it never does."""

import os
import time
from collections.abc import Callable
from typing import TypeVar

import psutil

from sinae.service.deadline import Deadline

T = TypeVar("T")


def wait_for(ask: Callable[[], T], is_it: Callable[[T], object] = bool, seconds: float = 90) -> T:
    """Ask again and again, and return the first answer that is the right one.

    Args:
        ask: returns an answer.
        is_it: whether an answer is the right one.
        seconds: the deadline; see `Deadline`.

    Raises:
        AssertionError: there was none before the deadline; the message holds the last answer.
    """
    deadline, pause = Deadline(seconds), 0.01
    while not is_it(answer := ask()):
        assert not deadline.passed, f"Still {answer} after {deadline}"
        time.sleep(pause)
        pause = min(1.2 * pause, 0.2)  # to leave the processor to what is waited for
    return answer


def stretched(seconds: float) -> float:
    """Return a time limit for those who take it as a number: longer the busier the machine is."""
    return seconds * max(1.0, psutil.getloadavg()[0] / (os.cpu_count() or 1))
