"""The ASGI side of the app: what lives as long as the server, its routes and its middleware."""

import asyncio
import gc
import gzip
import logging
import secrets
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import plotly
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sinae.service.engine import Engine, EngineStatus
from sinae.service.registry import Registry
from sinae.service.settings import Limits
from sinae.ui import session, shutdown, updates
from sinae.ui.components import ASSETS, ASSETS_PATH, PLOTLY_PATH
from sinae.ui.middleware import Guard

log = logging.getLogger(__name__)

SCRIPT = Path(__file__).parent / "navigation.py"
PLOTLY_JS = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
SWEEP_SECONDS = 5
YEAR = 365 * 24 * 3600
FOREVER = {"Cache-Control": f"public, max-age={YEAR}, immutable"}
"""For addresses that hold a version of what they name."""


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Start the engine beside the server, which does not wait for it, and stop it at the end."""
    limits = Limits.from_environment()
    engine = Engine.from_environment(limits.workers)
    engine.start()
    compressed_plotly_js()
    # What is there now stays: each full garbage collection would look at it again, for some tenths
    # of a second in which no page is answered.
    gc.collect()
    gc.freeze()
    registry = Registry(engine, limits)
    session.use(registry)
    sweeping = asyncio.create_task(_sweep(registry))
    try:
        with shutdown.heard_of():
            yield
    finally:
        sweeping.cancel()
        await asyncio.to_thread(engine.close)


async def _sweep(registry: Registry) -> None:
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        try:
            await asyncio.to_thread(registry.sweep)
        except Exception:  # else nobody who leaves would be noticed ever again
            log.exception("Visitors who left could not be looked through.")


async def healthz(_request: Any) -> JSONResponse:
    """For a balancer: whether this process can train, and how many do; without Streamlit."""
    registry = session.registry()
    available = registry.engine.status is EngineStatus.UP
    line = registry.line
    report = {
        "engine": available,
        "training": line.training,
        "waiting": line.waiting,
        # Never: this process stays small, and Streamlit would clear Keras's state after every run.
        "tensorflow": bool({"tensorflow", "keras"} & sys.modules.keys()),
    }
    return JSONResponse(report, 200 if available else 503, {"Cache-Control": "no-store"})


async def plotly_js(request: Request) -> Response:
    """The Plotly.js that the plotly package carries."""
    headers = FOREVER | {"Vary": "Accept-Encoding"}
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return FileResponse(PLOTLY_JS, media_type="text/javascript", headers=headers)
    return Response(
        compressed_plotly_js(),
        media_type="text/javascript",
        headers=headers | {"Content-Encoding": "gzip"},
    )


@cache
def compressed_plotly_js() -> bytes:
    """The same with gzip. Once, at the start: done for every visitor, as Streamlit would, it holds
    up all pages a tenth of a second."""
    return gzip.compress(PLOTLY_JS.read_bytes())


class Assets(StaticFiles):
    """The browser components' files."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """The file, to be kept for good."""
        response = super().file_response(*args, **kwargs)
        response.headers.update(FOREVER)
        return response


class OwnerCookie:
    """Gives each browser a secret name of its own, so that its runs are found after a reload."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and set the cookie where it is missing."""
        if scope["type"] != "http" or session.COOKIE in HTTPConnection(scope).cookies:
            await self.app(scope, receive, send)
            return
        # Answered whole: that a page has not changed would come without the cookie.
        conditions = (b"if-none-match", b"if-modified-since")
        headers = [pair for pair in scope["headers"] if pair[0] not in conditions]
        cookie: SimpleCookie = SimpleCookie({session.COOKIE: secrets.token_urlsafe(24)})
        cookie[session.COOKIE]["path"] = "/"
        cookie[session.COOKIE]["httponly"] = True
        cookie[session.COOKIE]["samesite"] = "Lax"
        cookie[session.COOKIE]["max-age"] = YEAR
        cookie[session.COOKIE]["secure"] = scope["scheme"] == "https"

        async def send_with_cookie(message: Message) -> None:
            # A page only: were the many files of a first visit to set it too, the last would win.
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("set-cookie", cookie.output(header="").strip())
                    headers["cache-control"] = "no-store"  # this one is for one browser alone
            await send(message)

        await self.app({**scope, "headers": headers}, receive, send_with_cookie)


ROUTES = [
    Route("/healthz", healthz),
    Route(updates.NEWS_PATH, updates.news),
    Route(updates.HERE_PATH, updates.here),
    Route(PLOTLY_PATH, plotly_js),
    Mount(ASSETS_PATH, Assets(directory=ASSETS)),
]
MIDDLEWARE = [Middleware(Guard), Middleware(OwnerCookie)]
