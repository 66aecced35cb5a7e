"""What moves while a run trains, sent past Streamlit: its pages are drawn once for each status.

A page's component asks `news` again and again with the run's secret key. The answer comes as soon
as there is something new, so that nobody need guess how often to ask.
"""

import asyncio
import base64
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from weakref import WeakKeyDictionary

import numpy as np
from cachetools import LRUCache
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sinae.figures import captions, encoding, loss
from sinae.figures import signals as signal_figures
from sinae.figures.encoding import number
from sinae.model.arrays import Array
from sinae.service.registry import Registry
from sinae.service.run import Run
from sinae.service.snapshot import Snapshot
from sinae.study import post
from sinae.ui import protocol, restart, session, shutdown
from sinae.ui.protocol import HOLD_SECONDS, KEY_HEADER, Charts, Followed, Nothing, Show, Weights
from sinae.ui.text import training as training_text

EXAMPLE = 1
"""Which of a family's examples goes through the picture of the network."""


def charts(snapshot: Snapshot) -> Charts:
    """The charts of the Train page, and what comes out of its picture of the network."""
    experiment, network = snapshot.experiment, snapshot.network
    examples = experiment.family.examples.signals
    drawn = network.reconstruct(examples) if network else None
    output = None if drawn is None else drawn[EXAMPLE].round(2)
    of = captions.of_run(experiment, snapshot.step, snapshot.held_out_mse)
    return Charts(
        loss=loss.loss_figure(snapshot, of, post.reference_lines(experiment)),
        examples=signal_figures.examples_figure(examples, drawn, experiment.family, of),
        output=None if output is None or not np.isfinite(output).all() else output.tolist(),
    )


def encoded_weights(weights: Array | None) -> str | None:
    """Weights as the browser takes them: float32, little-endian, in base64; None without any."""
    return None if weights is None else base64.b64encode(weights.astype("<f4").tobytes()).decode()


SHOWN: dict[str, Callable[[Snapshot], Nothing | Charts | Weights]] = {
    Show.NOTHING: lambda _snapshot: Nothing(),
    Show.LEARNING: charts,
    Show.WEIGHTS: lambda snapshot: Weights(
        encoded_weights(snapshot.state.weights if snapshot.state else None)
    ),
}
"""Makes of a run what a page asks to see of it."""

_held: WeakKeyDictionary[Run, int] = WeakKeyDictionary()
"""How many requests wait for news of each run."""


async def news(request: Request) -> Response:
    """Answer with news of a run, once its version, or the status of the engine, is not the one that
    the question says is known."""
    run = session.registry().visit(request.headers.get(KEY_HEADER, ""))
    names = protocol.SHOW_QUERY, protocol.SEEN_QUERY, protocol.ENGINE_QUERY
    show, seen, engine = (request.query_params.get(name, "") for name in names)
    if run is None or show not in SHOWN:
        return Response(status_code=404)
    if _held.get(run, 0) >= session.registry().settings.max_tabs:
        return Response(status_code=429)
    started = time.perf_counter()
    with _holding(run):
        await _change(request, run, seen, engine)
    waited = time.perf_counter() - started
    snapshot = run.snapshot()
    body = answer(
        snapshot,
        "null" if seen == str(snapshot.version) else _kept(run, snapshot, show),
        newest=session.registry().is_newest(run),
    )
    headers = {"Cache-Control": "no-store", "Server-Timing": f"wait;dur={1000 * waited:.1f}"}
    return Response(body, media_type="application/json", headers=headers)


async def here(request: Request) -> Response:
    """Note that a visitor is still there, so that their run goes on; tell them who is here."""
    run = session.registry().visit(request.headers.get(KEY_HEADER, ""))
    lost = None if run is None else restart.lost(run.snapshot())
    told = protocol.PresenceAnswer(restart.INSTANCE, lost)
    return JSONResponse(vars(told), headers={"Cache-Control": "no-store"})


def followed(snapshot: Snapshot) -> Followed | None:
    """What a component needs to follow a run from a snapshot on, also one that stands still:
    another tab may have it go on. None for no run."""
    if not snapshot.exists:
        return None
    now = snapshot.status, snapshot.version, snapshot.engine
    return Followed(snapshot.key, snapshot.id, *now)


def answer(snapshot: Snapshot, shown: str, *, newest: bool = True) -> str:
    """The `News` of a run, or of none, as JSON; the arguments are as there."""
    now = protocol.RunUpdate(
        version=snapshot.version,
        newest=newest,
        engine=snapshot.engine,
        status=snapshot.status,
        moving=snapshot.status.moving,
        progress=snapshot.progress,
        words=training_text.progress(snapshot),
        name=snapshot.title,
        held_out=training_text.uncertain(snapshot.errors),
        worst=number(snapshot.worst_mse),
        batch=number(snapshot.batch_mse),
        notes=training_text.notes(snapshot),
        announcement=training_text.announcement(snapshot),
        warning=snapshot.warning,
        network=captions.trained(snapshot.step, snapshot.held_out_mse),
        lost=restart.lost(snapshot),
    )
    return protocol.News(now, shown).to_json()


def encoded(snapshot: Snapshot, show: str) -> str:
    """What a page shows of a run, as JSON."""
    return encoding.to_json(vars(SHOWN[show](snapshot)))


@lru_cache(maxsize=1)
def _answers(registry: Registry) -> LRUCache[tuple[str, str], tuple[int, str]]:
    """By a run's key and what is shown, what was asked for last, with the run's version: all tabs
    that look on get the same."""
    return LRUCache(registry.settings.answer_bytes, getsizeof=lambda kept: len(kept[1]))


def _kept(run: Run, snapshot: Snapshot, show: str) -> str:
    answers = _answers(session.registry())
    version, text = answers.get((run.key, show), (-1, ""))
    if version != snapshot.version:
        text = encoded(snapshot, show)
        with suppress(ValueError):  # it is larger than all that is kept
            answers[run.key, show] = snapshot.version, text
    return text


@contextmanager
def _holding(run: Run) -> Iterator[None]:
    _held[run] = _held.get(run, 0) + 1
    try:
        yield
    finally:
        _held[run] -= 1


async def _change(request: Request, run: Run, seen: str, engine_seen: str) -> None:
    """Wait, for a limited time, until a run or the engine is not as it was seen; no longer than
    the visitor waits, nor than the server goes on."""
    engine = session.registry().engine
    loop, changed = asyncio.get_running_loop(), asyncio.Event()

    def tell() -> None:
        with suppress(RuntimeError):  # the server has come to its end
            loop.call_soon_threadsafe(changed.set)

    changes = run.changes, engine.changes
    with changes[0].observed_by(tell), changes[1].observed_by(tell):
        if (seen, engine_seen) == (str(run.version), engine.status):
            events = changed.wait(), _left(request), shutdown.asked()
            waits = [asyncio.create_task(event) for event in events]
            try:
                await asyncio.wait(waits, timeout=HOLD_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for wait in waits:
                    wait.cancel()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
