"""What a client may send and for how long, tried with plain sockets on the real server."""

from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest

from sinae.ui.request_limits import HEAD_BYTES
from tests.support.http import answers
from tests.support.server import App, ending
from tests.support.sockets import connect, rest

HOST = b"Host: localhost\r\n"
GET = b"GET /_stcore/health HTTP/1.1\r\n" + HOST
POST = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + HOST
CHUNK = b"ffff\r\n" + b"x" * 0xFFFF + b"\r\n"
UPGRADE = (
    b"GET /_stcore/stream HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" + HOST
)
MOST = 50_000_000
"""Bytes that are sent at most, which the server must not take in."""


def exchange(app: App, first: bytes, again: bytes = b"") -> tuple[bytes, int]:
    """Send some bytes, and others again and again until the server has closed the connection or got
    `MOST`. Return what it answered, and how many bytes it took."""
    sent = 0
    with connect(app) as client:
        with suppress(ConnectionError):
            client.sendall(first)
            while again and sent < MOST:
                client.sendall(again)
                sent += len(again)
        return rest(client), sent


@pytest.mark.parametrize(
    ("first", "again", "status"),
    [
        (GET + b"X: ", b"x" * 65536, b"431"),
        (GET, b"X: x\r\n" * 10_000, b"431"),
        (b"GET /", b"x" * 65536, b"431"),
        (b"\r\n", b"\r\n" * 30_000, b"431"),
        (UPGRADE + b"X: ", b"x" * 65536, b"431"),
        (POST + b"\r\n0\r\nX: ", b"x" * 65536, b"405"),  # trailers
        (POST + b"\r\n1;", b"x" * 65536, b"405"),  # what may follow a chunk's length
        (POST + b"\r\n", CHUNK, b"405"),  # a body after its answer
        (b"", (GET + b"\r\n") * 1000, b""),  # requests that wait for each other's answers
    ],
)
def test_what_has_no_end_is_cut_off(app: App, first: bytes, again: bytes, status: bytes) -> None:
    process = psutil.Process(app.process.pid)
    before = process.memory_info().rss
    answer, sent = exchange(app, first, again)
    assert sent < MOST
    # An answer is lost where the client sends on: the end of the connection says it too.
    assert not answer or answer.split(b" ")[1] == status or not status
    assert process.memory_info().rss < before + 20_000_000
    assert answers(app.url)


@pytest.mark.parametrize(
    ("head", "bytes", "status"),
    [
        (GET + b"Connection: close\r\n", HEAD_BYTES - 1000, b"200"),
        (GET + b"Connection: close\r\n", HEAD_BYTES + 5000, b"431"),
        (UPGRADE, 9000, b"431"),
    ],
)
def test_a_head_is_taken_up_to_its_limit(app: App, head: bytes, bytes: int, status: bytes) -> None:
    answer, _ = exchange(app, head + b"X: " + bytes * b"x" + b"\r\n\r\n")
    assert answer.split(b" ")[1] == status


IMPATIENT = """
import sys
from streamlit.web.cli import main
from sinae.ui import request_limits

request_limits.HEAD_SECONDS = 0.5
sys.exit(main())
"""
"""The program `streamlit`, with an app that waits shortly for the head of a request."""


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app of that program, without workers."""
    environment = {"SINAE_SCHEDULER": "tcp://127.0.0.1:1", "SINAE_ALLOW_INSECURE_SCHEDULER": "yes"}
    app = App(tmp_path_factory.mktemp("impatient") / "app.log", **environment)
    app._command[1:3] = ["-c", IMPATIENT]
    app.start()
    with ending(app.process):
        yield app


@pytest.mark.parametrize("begun", [b"", GET])
def test_a_connection_without_a_whole_request_is_closed(impatient: App, begun: bytes) -> None:
    assert exchange(impatient, begun) == (b"", 0)


@pytest.mark.parametrize(
    ("request_", "after"),
    [(GET + b"\r\n", b"\r\n"), (GET + b"\r\n", GET), (POST + b"\r\n", b"1\r\n")],
)
def test_so_is_one_that_sends_no_whole_one_after_an_answer(
    impatient: App, request_: bytes, after: bytes
) -> None:
    with connect(impatient) as client:
        client.sendall(request_)
        assert client.recv(65536).startswith(b"HTTP/1.1 ")
        client.sendall(after)
        assert b"HTTP" not in rest(client)
