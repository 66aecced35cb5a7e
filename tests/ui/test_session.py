"""What a page asks of its visitor's runs."""

import json
from typing import Any

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState

from sinae.model.experiment import Experiment
from sinae.service.engine import Engine
from sinae.service.registry import Registry
from sinae.service.run import Run
from sinae.service.snapshot import Status
from sinae.ui import session
from tests.support.loop import run as in_loop
from tests.support.server import App
from tests.support.streamlit_page import StreamlitPage

EXPERIMENT = Experiment(widths=(4,), steps=100)


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> Registry:
    registry = Registry(Engine(workers=1))  # not started, as nothing is trained
    session.use(registry)
    monkeypatch.setattr(session, "owner", lambda: "me")
    return registry


def test_a_button_reaches_its_run_by_the_key_and_nothing_else(registry: Registry) -> None:
    run = session.new_run(EXPERIMENT)
    session.command(run.key, Run.train)
    assert run.snapshot().status is Status.TRAINING
    session.command(run.id, Run.stop)
    session.command("", Run.stop)
    assert run.snapshot().status is Status.TRAINING
    session.command(run.key, Run.stop)
    session.command(run.key, Run.train_more, 5)  # it has made no step
    assert (run.snapshot().status, run.snapshot().target) == (Status.STOPPED, 100)


def test_without_a_run_a_page_shows_the_experiment_to_come() -> None:
    none = session.snapshot(EXPERIMENT)
    assert (none.exists, none.experiment) == (False, EXPERIMENT)
    run = session.new_run(Experiment())
    assert session.snapshot(EXPERIMENT).id == run.id


def test_a_step_is_the_current_run_s_where_it_can_go_on_else_a_new_one_s() -> None:
    run = session.run_for(EXPERIMENT)
    assert session.run_for(EXPERIMENT) is run
    run.train()
    assert session.run_for(Experiment()) is run  # in progress
    run.stop()
    assert session.run_for(Experiment()) is not run


class Cookieless(StreamlitPage):
    """A page in a browser that keeps no cookie; `cookies` is what it sends all the same."""

    def _new_cookies(self) -> dict[str, str]:
        return {}

    async def tell(self, reply: Any) -> None:
        """Send what the component sends that asks for the visitor's name."""
        element = next(
            shown.element
            for shown in self._shown.values()
            if shown.element.bidi_component.component_name.endswith("sinae_owner")
        )
        state = WidgetState(id=element.bidi_component.id, json_value=json.dumps(reply))
        await self._rerun(trigger=state)
        await self.until(lambda: True)

    async def train(self) -> str:
        """Train, and return the secret key of the run."""
        await self.press("Train")
        await self.until(lambda: "Pause" in self.buttons)
        return self.run

    @property
    def run(self) -> str:
        """The secret key of the run that is shown; empty for none."""
        return str(self.component("live")["key"])


NAME = "a-name_of-32-characters-in-all-0"


def test_who_knows_the_name_that_a_browser_keeps_finds_its_runs_and_nobody_else(app: App) -> None:
    async def visits() -> None:
        query = {"widths": "4", "steps": "100"}
        async with Cookieless(app.url, query) as page:
            assert page.buttons == set()  # nobody is known who could train
            offered = page.component("owner")["offered"]
            await page.tell({"owner": NAME})
            assert page.run == ""
            mine = await page.train()
            await page.tell({"owner": offered})  # too late: it is who it is
            assert page.run == mine
            await page.rejoin()
            assert (page.run, page.component("owner")["offered"]) == (mine, "")
        async with Cookieless(app.url, query) as page:
            await page.tell({"owner": NAME})
            assert page.run == mine
        for told in ("", NAME[1:], NAME + "\n", "../" + NAME[3:], 5, [NAME]):
            for _ in range(2):  # what is no name is nobody's, but for that session
                async with Cookieless(app.url, query) as page:
                    await page.tell({"owner": told})
                    assert page.run == ""
                    await page.train()
        nothing: tuple[Any, ...] = (None, [], 5, {}, {"owner": None})
        for forged in nothing:
            async with Cookieless(app.url, query) as page:
                await page.tell(forged)
                assert page.buttons == set()
        async with Cookieless(app.url, query, cookies={session.COOKIE: NAME[::-1]}) as page:
            assert page.component("owner") == {}
            assert "Train" in page.buttons
            page.cookies.clear()
            await page.rejoin()  # as a browser that does not keep the cookie any more
            assert page.component("owner") == {"offered": ""}
            await page.tell({"owner": NAME})
            assert page.run == ""

    in_loop(visits)
    assert "Traceback" not in app.log.read_text()
