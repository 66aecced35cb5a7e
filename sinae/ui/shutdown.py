"""Hearing of the server's end while it still answers.

Asked to end, uvicorn first waits for all requests that it has taken; only then comes the end of
the lifespan. So whoever holds a request back must hear of the signal itself.
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
def heard_of() -> Iterator[None]:
    """While the block lasts, `asked` returns once a signal to end has come.

    The server's own handlers are called as before. To be entered in the server's event loop;
    outside the main thread, where nobody can handle signals, it does nothing.
    """
    global _asked
    _asked = asked = asyncio.Event()
    loop = asyncio.get_running_loop()

    def passed_on(handler: Callable[..., Any]) -> Callable[..., None]:
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
        signal.signal(number, passed_on(handler))
    try:
        yield
    finally:
        _asked = None
        for number, handler in before.items():
            signal.signal(number, handler)


async def asked() -> None:
    """Wait until the server is asked to end."""
    await (_asked or asyncio.Event()).wait()
