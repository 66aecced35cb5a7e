"""The parts of the ASGI app: its lifespan, its routes and its middleware."""

import asyncio
import gc
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.routing import Route

from sinae.model.runtime import tune_malloc
from sinae.service import host
from sinae.service.engine import Engine
from sinae.service.registry import Registry
from sinae.service.settings import Settings, temporary_directory
from sinae.service.snapshot import EngineStatus
from sinae.ui import descriptors, protocol, request_limits, session, shutdown, updates
from sinae.ui.descriptors import PageGate
from sinae.ui.middleware import RequestFilter
from sinae.ui.other_sites import AllowedHosts, SecurityHeaders
from sinae.ui.owner_cookie import OwnerCookie
from sinae.ui.page_changes import PageChanges
from sinae.ui.static_files import StaticFiles

log = logging.getLogger(__name__)

SCRIPT = Path(__file__).parent / "navigation.py"
SWEEP_SECONDS = 5


def end_where_a_setting_is_wrong() -> None:
    """End the process with a sentence on standard error, and status 1, where the engine cannot work
    on this host as it is set. To be called before the server begins, which would end with a
    traceback."""
    try:
        host.check(Settings.from_environment(), temporary_directory())
    except (ValueError, OSError) as error:
        raise SystemExit(str(error)) from None


@asynccontextmanager
async def lifespan(_app: Any) -> AsyncIterator[None]:
    """Start the engine, without waiting for it, and stop it when the server ends."""
    settings = Settings.from_environment()
    tune_malloc(2**17, 2**20)  # what a run took goes back to the system with it
    descriptors.raise_limit()  # before the engine starts: its processes inherit the limit
    request_limits.install()
    engine = Engine.from_settings(settings)
    engine.start()
    # What is there by now stays for good: else each full garbage collection would visit it again,
    # for some tenths of a second in which no page is answered.
    gc.collect()
    gc.freeze()
    registry = Registry(engine, settings)
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
            descriptors.let_go_of_closed_pages()
            await asyncio.to_thread(registry.sweep)
        except Exception:  # else no visitor who leaves would ever be noticed again
            log.exception("Visitors who left could not be looked through.")


async def healthz(_request: Any) -> JSONResponse:
    """Answer a load balancer: 200 if this process can take a new page and train, else 503 and why,
    with how many runs train and wait."""
    registry = session.registry()
    available = registry.engine.status is EngineStatus.UP
    reason = "" if available else "There is no worker to train on."
    if descriptors.left() < descriptors.FEW:
        reason = descriptors.SHORTAGE
    line = registry.queue
    report = {
        "engine": available,
        "reason": reason,
        "training": line.training,
        "waiting": line.waiting,
        # Always false: this process stays small, and Streamlit would reset Keras after every run.
        "tensorflow": bool({"tensorflow", "keras"} & sys.modules.keys()),
    }
    return JSONResponse(report, 503 if reason else 200, {"Cache-Control": "no-store"})


ROUTES = [
    Route("/healthz", healthz),
    Route(protocol.NEWS_PATH, updates.news),
    Route(protocol.HERE_PATH, updates.here),
]
MIDDLEWARE = [
    Middleware(SecurityHeaders),
    Middleware(AllowedHosts),
    Middleware(PageGate),
    Middleware(RequestFilter),
    Middleware(PageChanges),
    Middleware(StaticFiles),
    Middleware(OwnerCookie),
]
