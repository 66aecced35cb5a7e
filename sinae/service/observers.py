"""`Observers`: functions that are called when something changes."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Observer = Callable[[], None]
"""A function that is called after each change, in the thread that made it; it must return at
once."""


class Observers:
    """The functions to call after each change; safe in any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._observers: tuple[Observer, ...] = ()

    @contextmanager
    def observed_by(self, observer: Observer) -> Iterator[None]:
        """Call an observer after every change while the block lasts."""
        with self._lock:
            self._observers += (observer,)
        try:
            yield
        finally:
            with self._lock:
                self._observers = tuple(other for other in self._observers if other is not observer)

    def notify(self) -> None:
        """Call every observer."""
        for observer in self._observers:
            observer()
