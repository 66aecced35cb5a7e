"""Waits for what comes by itself, but not for ever."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def wait_for(ask: Callable[[], T], is_it: Callable[[T], object] = bool, seconds: float = 90) -> T:
    """Ask again and again; gives the first answer that is it.

    Raises:
        AssertionError: there was none in so many seconds; with the last answer.
    """
    end = time.monotonic() + seconds
    while not is_it(answer := ask()):
        assert time.monotonic() < end, f"Still {answer} after {seconds} s"
        time.sleep(0.01)
    return answer
