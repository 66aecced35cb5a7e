"""The end of the real server, while a page waits for news."""

import asyncio
from pathlib import Path
from typing import Any

from sinae.model.experiment import Experiment
from sinae.ui.protocol import Show
from tests.support.follower import Follower
from tests.support.loop import run
from tests.support.server import App, ending
from tests.support.student import Student
from tests.support.waiting import wait_for

HOLDING = """
import sys
from streamlit.web.cli import main
from sinae.ui import shutdown, updates

async def asked(wait=shutdown.asked):
    print("A request is held.", flush=True)
    await wait()

updates.HOLD_SECONDS, shutdown.asked = 1e6, asked
sys.exit(main())
"""
"""The program `streamlit`, with an app that holds a request until there are news, and says so."""


def test_a_page_that_waits_for_news_does_not_hold_up_the_end(tmp_path: Path) -> None:
    app = App(tmp_path / "app.log", SINAE_WORKERS="1")
    app._command[1:3] = ["-c", HOLDING]
    app.start()

    async def nothing(*_: Any) -> None: ...

    async def visit() -> None:
        async with Student(app.url, Experiment(widths=(5,), steps=100).to_query()) as student:
            await student.press("Train")
            await student.until(lambda: "Train more" in student.buttons)
            shown, cookies = student.component("live")["run"], student.cookies
        held = app.log.read_text().count("held")
        page = Follower(app.url, Show.NOTHING, cookies, nothing, nothing)
        page.follow(shown)
        await asyncio.to_thread(wait_for, lambda: app.log.read_text().count("held") > held)
        app.process.terminate()
        await asyncio.to_thread(wait_for, lambda: app.process.poll() is not None)
        page.stop()

    with ending(app.process):
        run(visit)
