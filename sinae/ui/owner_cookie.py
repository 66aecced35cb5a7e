"""ASGI middleware that gives each browser its cookie."""

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sinae.ui import session

COOKIE_SECONDS = 365 * 24 * 3600


def set_cookie(name: str, *, secure: bool) -> str:
    """The header's value that has a browser keep a visitor's secret name.

    Over https it does so also in a frame on another site's page, with a name of its own for each
    such site. Without https no browser keeps it there; see `sinae.ui.components.owner`.
    """
    given = Response()
    given.set_cookie(
        session.COOKIE,
        name,
        COOKIE_SECONDS,
        secure=secure,
        httponly=True,
        samesite="none" if secure else "lax",
    )
    # Before Python 3.14 the standard library, and so Starlette, cannot say it.
    return given.headers["set-cookie"] + ("; Partitioned" if secure else "")


class OwnerCookie:
    """Gives each browser a secret name in a cookie, by which its runs are found after a reload."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and set the cookie where it is missing."""
        if scope["type"] != "http" or session.is_name(
            HTTPConnection(scope).cookies.get(session.COOKIE, "")
        ):
            await self.app(scope, receive, send)
            return
        # Without the conditions the whole page is sent: a 304 would come without the cookie.
        conditions = (b"if-none-match", b"if-modified-since")
        headers = [pair for pair in scope["headers"] if pair[0] not in conditions]
        cookie = set_cookie(session.new_name(), secure=scope["scheme"] == "https")

        async def send_with_cookie(message: Message) -> None:
            # Only with a page: if the many files of a first visit set it too, the last would win.
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("set-cookie", cookie)
                    headers["cache-control"] = "no-store"  # this one is for one browser alone
            await send(message)

        await self.app({**scope, "headers": headers}, receive, send_with_cookie)
