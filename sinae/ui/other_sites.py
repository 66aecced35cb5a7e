"""ASGI middleware: what the pages of other sites may do with this one."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sinae.ui import session

REFUSAL = "This server does not answer under that name: see its setting SINAE_ALLOWED_HOSTS."


class SecurityHeaders:
    """Has the browser take files for what they are said to be, tell other sites no address of this
    one, and show the pages in frames of the sites that ``SINAE_FRAME_ANCESTORS`` names."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add the headers to its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        policy = f"frame-ancestors {session.registry().settings.frame_ancestors}"

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["x-content-type-options"] = "nosniff"
                headers["referrer-policy"] = "same-origin"
                headers.append("content-security-policy", policy)
            await send(message)

        await self.app(scope, receive, send_with_headers)


class AllowedHosts:
    """Refuses requests and connections to hosts that ``SINAE_ALLOWED_HOSTS`` does not name.

    Another site's name can lead to this server's address. Its page is then, for the browser, one of
    this server: only the name that was asked for gives it away. (Starlette's class for this takes
    the same patterns, but no sentence.)
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] in ("http", "websocket") and not is_allowed(
            Headers(scope=scope).get("host", ""), session.registry().settings.hosts
        ):
            await PlainTextResponse(REFUSAL, 400)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def is_allowed(header: str, hosts: tuple[str, ...]) -> bool:
    """Whether a ``Host`` header names one of some hosts, whatever the port. ``*`` stands for any,
    ``*.example.org`` for all below example.org."""
    if "*" in hosts:
        return True
    try:
        host = urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return False
    return any(
        host.endswith(allowed[1:]) if allowed.startswith("*.") else host == allowed
        for allowed in hosts
    )
