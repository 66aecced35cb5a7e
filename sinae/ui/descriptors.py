"""File descriptors: each connection takes one and each page some, and where none is left the
process can answer nobody. So it turns new pages away while those that are open can still go on."""

import errno
import os
import sys
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import runtime

FEW = 40
"""New pages are turned away while fewer are left: those that just load may take that many."""
LAST = 12
"""While fewer are left no new connection is taken: a script or the engine may need them."""
SHORTAGE = "This server has as many pages open as it can: please try again in a minute."
RETRY_SECONDS = 30
MAC_LIMIT = 10_240  # more, though the hard limit is infinite, macOS does not grant

_PAGE = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="{RETRY_SECONDS}">
<title>Sinae</title>
<style>
  body {{ font: 1.1rem/1.5 system-ui, sans-serif }}
  body {{ margin: 20vh auto; max-width: 30rem; padding: 1rem }}
  body {{ color: light-dark(#1c2530, #e6ebf0); background: light-dark(#ffffff, #11161d) }}
</style>
<main><h1>Sinae</h1><p>{SHORTAGE}</p></main>
</html>
"""


def raise_limit() -> None:
    """Raise this process's limit, and that of processes which it starts, as far as it may be."""
    if sys.platform == "win32":
        return  # it has none
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for limit in (hard, MAC_LIMIT):
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
        except (ValueError, OSError):
            continue
        return


def left() -> int:
    """How many descriptors this process may still open."""
    if sys.platform == "win32":
        return sys.maxsize
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return sys.maxsize
    try:
        return soft - _used()
    except OSError as error:  # to count them takes one; or a sandbox hides their number
        return 0 if error.errno in (errno.EMFILE, errno.ENFILE) else sys.maxsize


def _used() -> int:
    # Linux from 6.2 on knows the number, so that it need not be counted: it is asked for often.
    known = os.stat("/proc/self/fd").st_size if sys.platform == "linux" else 0
    return known or len(os.listdir("/dev/fd"))


def let_go_of_closed_pages() -> None:
    """Let go of what Streamlit keeps of pages that are gone, three descriptors each: of those whose
    time to come back is over, and of all while few are left. To be called in the event loop.

    Streamlit itself looks through them only when the next page goes, which may be never: it gives
    nobody a handle on its storage.
    """
    sessions: Any = runtime.get_instance()._session_mgr
    kept = sessions._session_storage._cache
    kept.expire()
    if left() < FEW:
        kept.clear()


class PageGate:
    """Turns new pages away, with a sentence, while few descriptors are left."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or turn it away."""
        free = left() if scope["type"] in ("http", "websocket") else FEW
        if free < FEW:
            let_go_of_closed_pages()
            free = left()
        if free >= FEW:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            # Above the last ones it passes: a page that has loaded, or had lost its connection.
            if free >= LAST:
                await self.app(scope, receive, send)
            else:
                await PlainTextResponse(SHORTAGE, 503)(scope, receive, send)
        elif "text/html" in Headers(scope=scope).get("accept", ""):
            headers = {
                "Retry-After": str(RETRY_SECONDS),
                "Cache-Control": "no-store",
                "Connection": "close",
            }
            await HTMLResponse(_PAGE, 503, headers)(scope, receive, send)
        else:
            await self.app(scope, receive, _closing(send))


def _closing(send: Send) -> Send:
    """Send an answer after which the connection is closed."""

    async def send_closing(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["connection"] = "close"
        await send(message)

    return send_closing
