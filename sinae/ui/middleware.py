"""`Guard`: shuts the doors of Streamlit's server that this app has no use for."""

from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.url_util import get_hostname

UPLOADS = "/_stcore/upload_file/"
"""Where Streamlit takes files, into memory, whether a page asks for one or not."""

WANTED = {"rerun_script", "stop_script", "app_heartbeat", "backend_operation_request"}
"""What a page's browser needs to say. Not, for one, to clear the cache of all visitors, nor to ask
for the state of the git repository, which takes several programs and tells names of files."""

LOCAL = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104
POLICY_VIOLATION = 1008


class Guard:
    """Lets through what pages need."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http" and UPLOADS in scope["path"]:
            await Response(status_code=404)(scope, receive, send)
        elif scope["type"] == "websocket":
            if _is_foreign(Headers(scope=scope)):
                await receive()  # the request to connect
                await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            else:
                await self.app(scope, _only_wanted(receive), send)
        else:
            await self.app(scope, receive, send)


def _is_foreign(headers: Headers) -> bool:
    """Whether a connection comes from another site's page.

    Streamlit looks too, but asks the internet for its own address first, during which no page is
    answered.
    """
    origin = headers.get("origin")
    if origin is None or not st.get_option("server.enableCORS"):
        return False
    try:
        parts = urlsplit(origin)
    except ValueError:
        return True
    if parts.netloc and parts.netloc == headers.get("host"):
        return False
    allowed = {get_hostname(allowed) for allowed in st.get_option("server.corsAllowedOrigins")}
    return parts.hostname not in {*LOCAL, st.get_option("browser.serverAddress"), *allowed}


def _only_wanted(receive: Receive) -> Receive:
    async def wanted() -> Message:
        most = st.get_option("server.maxWidgetStateSize") * 1024 * 1024
        while True:
            message = await receive()
            said = message.get("bytes") or b""
            # What is too long Streamlit refuses, unread.
            if message["type"] != "websocket.receive" or len(said) > most or _says(said) in WANTED:
                return message

    return wanted


def _says(message: bytes) -> Any:
    try:
        return BackMsg.FromString(message).WhichOneof("type")
    except DecodeError:
        return None
