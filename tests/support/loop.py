"""Runs coroutines in tests."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def run(task: Callable[[], Coroutine[None, None, T]]) -> T:
    """Run the coroutine that a function returns, in a thread of its own: Playwright keeps an event
    loop in this one after a browser test."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, task()).result()
