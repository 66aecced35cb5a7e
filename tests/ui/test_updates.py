"""The news of a run, asked of the app's own route, on a real worker."""

import asyncio
import base64
import json
import math
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive

from sinae.figures import captions, encoding, loss
from sinae.model.experiment import Experiment
from sinae.model.held_out import HeldOutErrors
from sinae.model.signals.sine import SINE
from sinae.model.state import State
from sinae.service.engine import Engine
from sinae.service.registry import Registry
from sinae.service.run import Run
from sinae.service.settings import Settings
from sinae.service.snapshot import EngineStatus, Snapshot, Status
from sinae.study.post import reference_lines
from sinae.ui import protocol, restart, session, updates
from sinae.ui.protocol import KEY_HEADER
from sinae.ui.text import training as training_text
from tests.support import loop
from tests.support.waiting import wait_for

SHORT = Experiment(widths=(8, 3, 8), batch_size=10, steps=500)
LONG = Experiment(widths=(8, 3, 8), batch_size=10, steps=500_000)


@pytest.fixture(autouse=True)
def registry(engine: Engine) -> Registry:
    registry = Registry(engine)
    session.use(registry)
    return registry


def request(key: str, query: str = "", receive: Receive | None = None) -> Request:
    return Request(
        {
            "type": "http",
            "method": "GET",
            "headers": [(KEY_HEADER.lower().encode(), key.encode())],
            "query_string": query.encode(),
        },
        as_of_uvicorn(receive or stays),
    )


def as_of_uvicorn(then: Receive) -> Receive:
    """What is received of a request without a body: that first, then what becomes of it."""
    waiting: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Message:
        return waiting.pop() if waiting else await then()

    return receive


async def stays() -> Message:
    """What is received of a visitor who waits for the answer."""
    return await asyncio.Future()


def get(route: Callable[[Request], Any], key: str, query: str = "") -> Response:
    return loop.run(lambda: route(request(key, query)))


def ask(
    run: Run, seen: int = -1, show: str = "nothing", engine: str = EngineStatus.UP
) -> dict[str, Any]:
    query = f"show={show}&seen={seen}&engine={engine}"
    answer = get(updates.news, run.key, query)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    news: dict[str, Any] = json.loads(bytes(answer.body))
    assert {*news} == {field.name for field in fields(protocol.News)}
    assert protocol.RunUpdate(**news["now"])._asdict() == news["now"]
    return news


def who_is_here(key: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(bytes(get(updates.here, key).body))
    assert vars(protocol.PresenceAnswer(**answer)) == answer
    return answer


def trained(run: Run, until: Callable[[Snapshot], bool]) -> Snapshot:
    run.train()
    return wait_for(run.snapshot, until)


def test_an_answer_comes_with_the_next_change_and_shows_it(registry: Registry) -> None:
    run = registry.create("me", LONG)
    run.train()
    seen = ask(run)["now"]["version"]
    for _ in range(3):
        news = ask(run, seen)
        assert news["now"]["version"] > seen
        assert news["now"]["status"] == Status.TRAINING
        seen = news["now"]["version"]
    run.stop()
    assert ask(run, seen)["now"]["status"] == Status.STOPPED


def test_without_news_an_answer_comes_in_the_end(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updates, "HOLD_SECONDS", 0.2)
    run = registry.create("me", SHORT)
    version = run.version
    news = ask(run, version, "learning")
    assert (news["now"]["version"], news["shown"]) == (version, None)
    assert run.changes._observers == ()


def test_news_of_the_engine_is_news_of_a_run(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updates, "HOLD_SECONDS", 10_000.0)
    run = registry.create("me", SHORT)
    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(ask, run, run.version)
        wait_for(lambda: registry.engine.changes._observers)
        registry.engine.changes.notify()
        assert answer.result()["now"]["status"] == Status.READY
        # And so is one that came between two questions.
        late = thread.submit(ask, run, run.version, engine=EngineStatus.AWAY)
        assert late.result()["now"]["engine"] == EngineStatus.UP


def test_a_request_is_held_no_longer_than_its_visitor_waits(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updates, "HOLD_SECONDS", 10_000.0)
    run = registry.create("me", SHORT)
    query = f"seen={run.version}&engine=up&show=nothing"

    async def leaves() -> Message:
        return {"type": "http.disconnect"}

    assert loop.run(lambda: updates.news(request(run.key, query, leaves))).status_code == 200
    assert run.changes._observers == ()


def test_the_train_page_gets_its_charts_as_they_are_drawn_elsewhere(registry: Registry) -> None:
    run = registry.create("me", SHORT)
    snapshot = trained(run, lambda s: s.status is Status.FINISHED)
    news = ask(run, show="learning")
    of = captions.of_run(SHORT, 500, snapshot.held_out_mse)
    figure = loss.loss_figure(snapshot, of, reference_lines(SHORT))
    assert news["shown"]["loss"] == json.loads(encoding.to_json(figure))
    assert "After 500 steps" in news["shown"]["loss"]["layout"]["meta"]["alt"]
    assert "their reconstructions" in news["shown"]["examples"]["layout"]["meta"]["alt"]
    assert snapshot.network is not None
    output = snapshot.network.reconstruct(SINE.examples.signals[updates.EXAMPLE])
    np.testing.assert_allclose(news["shown"]["output"], output, atol=0.006)
    assert news["now"]["held_out"] == training_text.uncertain(snapshot.errors)
    assert news["now"]["held_out"].startswith(encoding.number(snapshot.held_out_mse))
    assert news["now"]["batch"] == encoding.number(snapshot.batch_mse)
    assert news["now"]["progress"] == 1
    assert "step 500 of 500 · finished" in news["now"]["words"]
    again = ask(run, show="learning")
    assert again == news


def test_news_of_a_network_that_grew_without_bound_can_be_read(registry: Registry) -> None:
    huge = np.full(LONG.weight_count, 3e38, np.float32)
    run = registry.create("me", LONG)
    with run._lock:
        run._state = State(1, huge, huge, huge)
        run._history.append(np.full(1, 3e38, np.float32))
        run._held_out_steps.append(1)
        run._held_out_mses.append(math.inf)
        run._let_in_mses.append(math.inf)
        run._errors = HeldOutErrors(1, math.inf, math.nan, math.inf, math.inf, math.inf)
    for show in protocol.Show:
        body = bytes(get(updates.news, run.key, f"show={show}&seen=-1").body)
        assert b"NaN" not in body  # which no browser reads, nor Infinity
        assert b"Infinity" not in body


def test_the_probe_gets_the_newest_weights(registry: Registry) -> None:
    run = registry.create("me", SHORT)
    assert ask(run, show="weights")["shown"] == {"weights": None}
    snapshot = trained(run, lambda s: s.status is Status.FINISHED)
    news = ask(run, show="weights")
    weights = np.frombuffer(base64.b64decode(news["shown"]["weights"]), "<f4")
    assert snapshot.state is not None
    np.testing.assert_array_equal(weights, snapshot.state.weights)
    assert news["now"]["network"].startswith("step 500 · held-out MSE")


def test_news_of_a_long_run_are_small(registry: Registry) -> None:
    run = registry.create("me", LONG)
    rng = np.random.default_rng(1)
    with run._lock:
        run._history.append(rng.exponential(1, 999_999).astype(np.float32))
        run._held_out_steps.extend(range(1, 2001))
        run._held_out_mses.extend(rng.exponential(1, 2000).tolist())
        run._let_in_mses.extend(run._held_out_mses)
    assert trained(run, lambda s: s.step > 0).status is Status.TRAINING
    answer = get(updates.news, run.key, "show=learning&seen=-1")
    run.stop()
    assert len(answer.body) < 40_000


def test_many_may_follow_a_run_but_not_without_end(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updates, "HOLD_SECONDS", 0.3)
    run, other = registry.create("me", SHORT), registry.create("you", SHORT)
    most = Settings().max_tabs

    async def asked() -> list[int]:
        asking = [
            updates.news(request(r.key, f"seen={r.version}&engine=up&show=nothing"))
            for r in [run] * (most + 2) + [other]
        ]
        return [answer.status_code for answer in await asyncio.gather(*asking)]

    for _ in range(2):  # those who left count no more
        assert loop.run(asked) == [200] * most + [429] * 2 + [200]


def test_nobody_gets_news_without_the_key(registry: Registry) -> None:
    run = registry.create("me", SHORT)
    for key in ("", run.id, run.key[:-1], "me"):
        assert get(updates.news, key, "show=nothing").status_code == 404
        assert who_is_here(key) == {"instance": restart.INSTANCE, "lost": None}
    assert get(updates.news, run.key, "show=other").status_code == 404
    for _ in range(Settings().max_kept):  # then the first one is let go of
        registry.create("me", SHORT)
    assert who_is_here(run.key)["lost"] is None


def test_all_answers_say_what_would_be_lost_with_the_server(registry: Registry) -> None:
    run = registry.create("me", SHORT)
    trained(run, lambda snapshot: snapshot.status is Status.FINISHED)
    lost = restart.lost(run.snapshot())
    assert "finished its 500 steps" in lost
    assert who_is_here(run.key)["lost"] == ask(run)["now"]["lost"] == lost


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 400])
def test_a_version_that_makes_no_sense_is_answered_at_once(registry: Registry, seen: str) -> None:
    run = registry.create("me", SHORT)
    answer = get(updates.news, run.key, f"show=weights&seen={seen}")
    assert json.loads(bytes(answer.body))["shown"] == {"weights": None}


@pytest.mark.parametrize("asked", [updates.here, updates.news])
def test_who_asks_is_there(asked: Callable[[Request], Any], engine: Engine) -> None:
    registry = Registry(engine, Settings(grace_seconds=1000))
    session.use(registry)
    run = registry.create("me", LONG)
    run.train()
    registry._visitors["me"].seen -= 2000
    get(asked, run.key, "show=nothing")
    registry.sweep()
    assert run.snapshot().status is Status.TRAINING
    registry.sweep(time.monotonic() + 2000)
    assert run.snapshot().status is Status.PAUSED
    run.stop()
