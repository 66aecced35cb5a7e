"""Runs what is asynchronous in a test."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def run(task: Callable[[], Coroutine[None, None, T]]) -> T:
    """Run what the task gives, in a thread: Playwright keeps an event loop in this one after a
    browser test."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, task()).result()
