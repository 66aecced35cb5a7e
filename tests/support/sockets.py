"""Plain connections to a server, which say what no browser would."""

import socket
from contextlib import suppress
from urllib.parse import urlsplit

from tests.support.server import App
from tests.support.waiting import stretched


def connect(app: App) -> socket.socket:
    """A connection to an app; it fails where the server says nothing for long."""
    address = urlsplit(app.url)
    return socket.create_connection((address.hostname, address.port), stretched(60))


def rest(client: socket.socket) -> bytes:
    """What the server still says before it closes a connection."""
    said = b""
    with suppress(ConnectionError):
        while received := client.recv(65536):
            said += received
    return said
