"""Runs what is asynchronous in a test."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def run(task: Callable[[], Coroutine[None, None, T]], seconds: float | None = None) -> T:
    """Run it in a thread: Playwright keeps an event loop in this one after a browser test.

    Args:
        task: gives what is to run.
        seconds: after which it is given up.

    Raises:
        TimeoutError: it was given up.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, asyncio.wait_for(task(), seconds)).result()
