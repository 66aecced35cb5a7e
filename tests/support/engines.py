"""Engines for tests: one that never answers, and real ones of a few workers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sinae.service.dispatcher import ChunkPolicy
from sinae.service.engine import Engine
from sinae.service.request import Request
from sinae.service.snapshot import EngineStatus


class Idle(Engine):
    """An engine that never answers, so that runs stay where they are."""

    def __init__(self) -> None:
        self.status = EngineStatus.UP

    def defer(self, call: Callable[[], object]) -> None:
        call()

    def submit(self, *_: Any, **__: Any) -> Request:
        return Request(None, None)


@contextmanager
def started(workers: int, policy: ChunkPolicy | None = None) -> Iterator[Engine]:
    """An engine of its own that is up, closed at the end."""
    engine = Engine(workers, policy=policy)
    engine.start()
    try:
        engine.wait()
        yield engine
    finally:
        engine.close()
