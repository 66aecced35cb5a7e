"""Compressed copies of the files that browsers load, each made once and kept."""

import asyncio
import gzip
import hashlib
import logging
import os
import sys
from collections.abc import Callable
from functools import cache, partial
from queue import SimpleQueue
from threading import Lock, Thread
from typing import NamedTuple

import brotli

log = logging.getLogger(__name__)

ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": partial(brotli.compress, quality=5),
    "gzip": partial(gzip.compress, mtime=0),
    "identity": bytes,
}
"""The better first, as the first browser gets them: Plotly.js takes 0.2 s of CPU with either.
Browsers take Brotli over https and from their own machine alone."""

SMALLER: dict[str, Callable[[bytes], bytes]] = {"br": brotli.compress}
"""What later browsers get, 14 % less of Plotly.js, for 12 s of CPU."""


class Copy(NamedTuple):
    """A file's content in one encoding."""

    body: bytes
    etag: str
    """Another one for each body."""

    @classmethod
    def of(cls, body: bytes) -> "Copy":
        """A copy with its tag."""
        return cls(body, f'"{hashlib.sha256(body).hexdigest()[:16]}"')


def accepted(header: str) -> str:
    """The best of the encodings that a browser accepts, by its ``Accept-Encoding``."""
    names = {"identity"}
    for part in header.lower().split(","):
        name, _, quality = part.replace(" ", "").partition(";q=")
        if quality.strip("0.") or not quality:  # 0 stands for one that must not be sent
            names.add(name)
    return next(encoding for encoding in ENCODINGS if encoding in names)


class Copies:
    """The copies of one file, in each encoding.

    One is made when it is first asked for. Where a smaller one takes long, it is made afterwards,
    in the processor's idle time, and takes its place.
    """

    def __init__(self, read: Callable[[], bytes]) -> None:
        """
        Args:
            read: returns the file's content, the same each time.
        """
        self._read = read
        self._made: dict[str, Copy] = {}
        self._lock = Lock()

    async def get(self, encoding: str) -> Copy:
        """The copy in one of the encodings.

        Raises:
            OSError: the file cannot be read.
        """
        if encoding not in self._made:
            await asyncio.to_thread(self._make, encoding)
        return self._made[encoding]

    def _make(self, encoding: str) -> None:
        with self._lock:  # a class opens its pages all at once
            if encoding not in self._made:
                self._made[encoding] = Copy.of(ENCODINGS[encoding](self._read()))
                if encoding in SMALLER:
                    _idle_work().put(partial(self._make_smaller, encoding))

    def _make_smaller(self, encoding: str) -> None:
        self._made[encoding] = Copy.of(SMALLER[encoding](self._read()))


@cache
def _idle_work() -> "SimpleQueue[Callable[[], None]]":
    """What is to be done in the processor's idle time, one after the other."""
    waiting: SimpleQueue[Callable[[], None]] = SimpleQueue()

    def work() -> None:
        if sys.platform == "linux":  # elsewhere it would hold for the whole process
            os.nice(19)
        while True:
            do = waiting.get()
            try:
                do()
            except OSError:  # the copy stays as it is
                log.exception("A file that browsers load can no longer be read.")

    # The end of the server must not wait for it.
    Thread(target=work, name="compression", daemon=True).start()
    return waiting
