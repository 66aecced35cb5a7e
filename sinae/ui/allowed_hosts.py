"""ASGI middleware: it answers under the names of this server only.

A page of another site can have its own name lead to this server's address, and is then, for the
browser, a page of this server: the name that the browser asked for gives it away.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from sinae.ui import session

REFUSAL = "This server does not answer under that name: see its setting SINAE_ALLOWED_HOSTS."


class AllowedHosts:
    """Refuses requests and connections to hosts that ``SINAE_ALLOWED_HOSTS`` does not name.

    (Starlette's ``TrustedHostMiddleware`` takes the same patterns, but no sentence.)
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
