"""The parts of the ASGI app: its lifespan, its routes and its middleware."""

import asyncio
import gc
import gzip
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import plotly
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from sinae.service.engine import Engine, EngineStatus
from sinae.service.registry import Registry
from sinae.service.settings import Limits
from sinae.ui import session, shutdown, updates
from sinae.ui.components import ASSETS, ASSETS_PATH, PLOTLY_PATH
from sinae.ui.middleware import OwnerCookie, RequestFilter

log = logging.getLogger(__name__)

SCRIPT = Path(__file__).parent / "navigation.py"
PLOTLY_JS = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
SWEEP_SECONDS = 5
YEAR = 365 * 24 * 3600
FOREVER = {"Cache-Control": f"public, max-age={YEAR}, immutable"}
"""For addresses that hold a version of what they name."""


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Start the engine, without waiting for it, and stop it when the server ends."""
    limits = Limits.from_environment()
    engine = Engine.from_environment(limits.workers)
    engine.start()
    compressed_plotly_js()
    # What is there by now stays for good: else each full garbage collection would visit it again,
    # for some tenths of a second in which no page is answered.
    gc.collect()
    gc.freeze()
    registry = Registry(engine, limits)
    session.use(registry)
    sweeping = asyncio.create_task(_sweep(registry))
    try:
        with shutdown.watch_signals():
            yield
    finally:
        sweeping.cancel()
        await asyncio.to_thread(engine.close)


async def _sweep(registry: Registry) -> None:
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        try:
            await asyncio.to_thread(registry.sweep)
        except Exception:  # else no visitor who leaves would ever be noticed again
            log.exception("Visitors who left could not be looked through.")


async def healthz(_request: Any) -> JSONResponse:
    """Answer a load balancer: 200 if this process can train, else 503, with how many runs train and
    wait."""
    registry = session.registry()
    available = registry.engine.status is EngineStatus.UP
    line = registry.line
    report = {
        "engine": available,
        "training": line.training,
        "waiting": line.waiting,
        # Always false: this process stays small, and Streamlit would reset Keras after every run.
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


ROUTES = [
    Route("/healthz", healthz),
    Route(updates.NEWS_PATH, updates.news),
    Route(updates.HERE_PATH, updates.here),
    Route(PLOTLY_PATH, plotly_js),
    Mount(ASSETS_PATH, Assets(directory=ASSETS)),
]
MIDDLEWARE = [Middleware(RequestFilter), Middleware(OwnerCookie)]
