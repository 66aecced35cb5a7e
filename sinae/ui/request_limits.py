"""Bounds what a client may send, and how long it may take, before its request is understood.

uvicorn takes in a request's line and headers without end, and copies what it has with each piece
that comes: one endless header would hold up all pages. It has no setting for that.
"""

import asyncio
import logging
import signal
from asyncio import TimerHandle
from typing import Any

import streamlit as st
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import Server

from sinae.ui import descriptors

log = logging.getLogger(__name__)

HEAD_BYTES = 64 * 1024
"""The most bytes of a request line and headers, and of what else no answer waits for: a body's
trailers, or a body that comes after the answer."""
LONG_HEAD = "This request has longer headers, such as cookies, than this server takes."
PIECE_BYTES = 4 * 1024
"""So much is read at once: a head may be longer than allowed by less than this."""
HEAD_SECONDS = 30.0
"""A connection on which no answer is due is closed unless it sends a whole head in this time."""
MAX_PIPELINED = 16
"""Requests that may wait on one connection for the answer to the one before; browsers send none."""


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's protocol for a connection, within the bounds of this module."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._unfinished = 0  # bytes since a head, a part of a body or a request was complete
        self._complete = False  # whether one was in the piece that is being read
        self._in_request = False  # whether a head was complete and its request is not
        self._late: TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request, where descriptors are left for that."""
        super().connection_made(transport)
        if descriptors.left() < descriptors.LAST:
            self._refuse(503, descriptors.SHORTAGE)
        else:
            self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read what has come, piece by piece."""
        for start in range(0, len(data), PIECE_BYTES):
            piece = data[start : start + PIECE_BYTES]
            self._complete = False
            super().data_received(piece)
            # It may have been closed, or given to the protocol of WebSockets.
            if self.transport.is_closing() or self.transport.get_protocol() is not self:
                return
            self._unfinished = 0 if self._complete else self._unfinished + len(piece)
            if self._unfinished > HEAD_BYTES:
                self._refuse(431, LONG_HEAD)
                return
            if len(self.pipeline) > MAX_PIPELINED:
                self.transport.close()
                return
        if self._is_idle:
            self._wait_for_head()

    def on_headers_complete(self) -> None:
        """Begin to answer a request."""
        self._complete = self._in_request = True
        self._stop_waiting()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a part of a request's body; one that comes after the answer is not read for long."""
        self._complete = not self._is_idle
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Note the end of a request."""
        self._complete, self._in_request = True, False
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """Give the connection to the protocol of WebSockets, which has bounds of its own (a line of
        8 kB, 128 lines), but leaves whoever goes beyond them without an answer."""
        super().handle_websocket_upgrade()
        protocol: Any = self.transport.get_protocol()
        if not self.transport.is_closing() and not protocol.handshake_initiated:
            self._refuse(431, LONG_HEAD)

    @property
    def _is_idle(self) -> bool:
        """Whether no answer is due."""
        return self.cycle is None or self.cycle.response_complete

    def _wait_for_head(self) -> None:
        if self._late is None:
            self._late = self.loop.call_later(HEAD_SECONDS, self.timeout_keep_alive_handler)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _refuse(self, status: int, sentence: str) -> None:
        """Close the connection, with an answer where none is there or under way."""
        if self._is_idle and not self._in_request:
            body = sentence.encode()
            head = (
                b"content-type: text/plain; charset=utf-8\r\nconnection: close\r\n"
                b"content-length: %d\r\n\r\n" % len(body)
            )
            self.transport.write(STATUS_LINE[status] + head + body)
        self.transport.close()


def install() -> None:
    """Have the uvicorn server that runs this process's event loop keep to the bounds.

    Streamlit makes the server and gives nobody a handle on it, but uvicorn sets its method as the
    handler of signals. Outside the main thread there is no such handler, and a warning is logged.
    """
    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    if not isinstance(server, Server) or server.config.http_protocol_class is not HttpToolsProtocol:
        log.warning("What a request may send is not bounded: have a server in front do that.")
        return
    server.config.http_protocol_class = BoundedProtocol
    # Else a message is taken in up to the limit of what the *server* may say, and then refused.
    server.config.ws_max_size = st.get_option("server.maxWidgetStateSize") * 1024 * 1024
