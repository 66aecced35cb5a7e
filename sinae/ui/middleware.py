"""ASGI middleware that refuses what no page asks for."""

from urllib.parse import urlsplit

import streamlit as st
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.url_util import get_hostname

from sinae.ui.page_changes import RequestedPage

INTERNALS = "/_stcore/"
ALLOWED_INTERNALS = {"health", "host-config", "stream"}
COMPONENTS, SCRIPT_HEALTH = "bidi-components/", "script-health-check"
"""Those of Streamlit's own routes that a page's browser asks, and a balancer may. Others keep
uploads in memory, whether a page asks for a file or not, tell of this process (``metrics``), or let
programs use the pages (``agent``)."""

ALLOWED_MESSAGES = {"rerun_script", "stop_script", "app_heartbeat"}
"""The messages that a page's browser needs to send. Streamlit also knows one that clears the cache
of all visitors, one that asks for the state of the git repository, which starts several programs
and reveals names of files, and one for operations without a run of the script: two serve elements
that no page here has, and two write files for the developer of an app."""

LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104
POLICY_VIOLATION = 1008


class RequestFilter:
    """Refuses routes that no page asks, connections from other sites' pages, and messages that no
    page sends."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] == "http" and not _is_asked_for(scope["path"]):
            await Response(status_code=404)(scope, receive, send)
        elif scope["type"] == "websocket":
            if _is_cross_origin(Headers(scope=scope)):
                await receive()  # the request to connect
                await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            else:
                await self.app(scope, _only_allowed(receive), send)
        else:
            await self.app(scope, receive, send)


def _is_asked_for(path: str) -> bool:
    """Whether a path is not one of Streamlit's own routes, or one that browsers need."""
    _, internals, name = path.partition(INTERNALS)
    return (
        not internals
        or name in ALLOWED_INTERNALS
        or name.startswith(COMPONENTS)
        # A host that has turned it on asks it.
        or (name == SCRIPT_HEALTH and st.get_option("server.scriptHealthCheckEnabled"))
    )


def _is_cross_origin(headers: Headers) -> bool:
    """Whether a connection comes from another site's page.

    Streamlit checks this too, but first asks the internet for its own address, and answers no page
    meanwhile.
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
    return parts.hostname not in {*LOCAL_HOSTS, st.get_option("browser.serverAddress"), *allowed}


def _only_allowed(receive: Receive) -> Receive:
    """The same messages without those that no page of this app sends, or that come too late."""
    page = RequestedPage()

    async def receive_allowed() -> Message:
        max_bytes = st.get_option("server.maxWidgetStateSize") * 1024 * 1024
        while True:
            message = await receive()
            data = message.get("bytes") or b""
            # Streamlit itself refuses a message that is too long, without reading it.
            if (
                message["type"] != "websocket.receive"
                or len(data) > max_bytes
                or _is_allowed(data, page)
            ):
                return message

    return receive_allowed


def _is_allowed(data: bytes, page: RequestedPage) -> bool:
    try:
        message = BackMsg.FromString(data)
    except DecodeError:
        return False
    type = message.WhichOneof("type")
    late = type == "rerun_script" and not page.expects(message.rerun_script)
    return type in ALLOWED_MESSAGES and not late
