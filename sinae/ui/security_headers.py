"""ASGI middleware: headers of every answer, which tell the browser what others may do with it."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sinae.ui import session


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
