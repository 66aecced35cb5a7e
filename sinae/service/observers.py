"""`Listeners`: the observers of something that changes."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Listener = Callable[[], None]
"""A function that is called after each change, in the thread that made it; it must return at
once."""


class Listeners:
    """The functions to call after each change; safe in any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: tuple[Listener, ...] = ()

    @contextmanager
    def heard_by(self, listener: Listener) -> Iterator[None]:
        """Call a listener after every change while the block lasts."""
        with self._lock:
            self._listeners += (listener,)
        try:
            yield
        finally:
            with self._lock:
                self._listeners = tuple(other for other in self._listeners if other is not listener)

    def tell(self) -> None:
        """Call all listeners."""
        for listener in self._listeners:
            listener()
