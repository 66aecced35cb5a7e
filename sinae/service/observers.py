"""`Listeners`: whoever wants to hear of changes."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Listener = Callable[[], None]
"""Called after a change, in whatever thread made it; must return at once."""


class Listeners:
    """For use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: tuple[Listener, ...] = ()

    @contextmanager
    def heard_by(self, listener: Listener) -> Iterator[None]:
        """Call a listener after every change as long as the block lasts."""
        with self._lock:
            self._listeners += (listener,)
        try:
            yield
        finally:
            with self._lock:
                self._listeners = tuple(other for other in self._listeners if other is not listener)

    def tell(self) -> None:
        """Something has changed."""
        for listener in self._listeners:
            listener()
