"""Tells requests that wait for news that the server is about to end.

Asked to end, uvicorn first waits until all its requests are answered, and only then ends the
lifespan. So a route that holds a request back must learn of the signal itself.
"""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from uvicorn.server import HANDLED_SIGNALS

_asked: asyncio.Event | None = None


@contextmanager
def watch_signals() -> Iterator[None]:
    """Have `asked` return once a signal to end has come, as long as the block lasts.

    The server's own handlers are called as before. The block must be entered in the server's event
    loop; outside the main thread, where Python handles no signals, it does nothing.
    """
    global _asked
    _asked = asked = asyncio.Event()
    loop = asyncio.get_running_loop()

    def with_event(handler: Callable[..., Any]) -> Callable[..., None]:
        def handle(*arguments: Any) -> None:
            with suppress(RuntimeError):  # the loop has come to its end
                loop.call_soon_threadsafe(asked.set)
            handler(*arguments)

        return handle

    before: dict[signal.Signals, Any] = {}
    if threading.current_thread() is threading.main_thread():
        handlers = {
            number: signal.getsignal(number) for number in map(signal.Signals, HANDLED_SIGNALS)
        }
        before = {number: handler for number, handler in handlers.items() if callable(handler)}
    for number, handler in before.items():
        signal.signal(number, with_event(handler))
    try:
        yield
    finally:
        _asked = None
        for number, handler in before.items():
            signal.signal(number, handler)


async def asked() -> None:
    """Wait until the server is asked to end."""
    await (_asked or asyncio.Event()).wait()
