"""The real app where it may open few files."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import aiohttp
import psutil
import pytest

from sinae.ui.descriptors import FEW, LAST, MAC_LIMIT, SHORTAGE, left, raise_limit
from tests.support.http import visiting
from tests.support.loop import run
from tests.support.server import App, ending
from tests.support.sockets import connect, rest
from tests.support.student import Student
from tests.support.waiting import wait_for

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit.")

SOFT, HARD = 100, 128
PATIENT = """
import sys
from streamlit.web.cli import main
from sinae.ui import request_limits

request_limits.HEAD_SECONDS = 1e6
sys.exit(main())
"""
"""The program `streamlit`, with an app that holds connections without a request."""

HTML = {"Accept": "text/html,*/*;q=0.8"}


@pytest.fixture(scope="module")
def tight(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app of that program, without workers, which may open few files."""
    environment = {"SINAE_SCHEDULER": "tcp://127.0.0.1:1", "SINAE_ALLOW_INSECURE_SCHEDULER": "yes"}
    log = tmp_path_factory.mktemp("tight") / "app.log"
    app = App(log, "--server.disconnectedSessionTTL=5", **environment)
    app._command[1:3] = ["-c", PATIENT]
    limits = f'ulimit -n {HARD}; ulimit -S -n {SOFT}; exec "$0" "$@"'
    app._command[:0] = ["/bin/sh", "-c", limits]
    app.start()
    with ending(app.process):
        yield app


def free(app: App) -> int:
    """How many descriptors an app may still open."""
    return HARD - psutil.Process(app.process.pid).num_fds()


def ask(app: App, path: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
    """The status and the text of an answer over a new connection."""
    found = []

    async def visit(browser: aiohttp.ClientSession) -> None:
        async with browser.get(path, headers=headers) as answer:
            found.append((answer.status, (await answer.read()).decode()))

    visiting(app.url, visit)
    return found[0]


def reason(app: App) -> str:
    """Why the app is not ready, as it tells a balancer."""
    status, text = ask(app, "/healthz")
    assert status == 503  # there is no worker in any case
    return str(json.loads(text)["reason"])


def test_pages_that_are_gone_keep_no_new_ones_out_and_are_let_go_of(tight: App) -> None:
    before = free(tight)

    async def reload() -> None:
        async with Student(tight.url):
            pass

    for _ in range(45):  # each keeps three
        assert ask(tight, "/", HTML)[0] == 200
        run(reload)
    # Nobody comes or goes any more. Streamlit itself still holds the last one.
    wait_for(lambda: free(tight) >= before - 4)


def test_near_the_limit_new_pages_are_turned_away_and_open_ones_go_on(tight: App) -> None:
    assert SHORTAGE not in reason(tight)
    assert ask(tight, "/", HTML)[0] == 200

    async def visit() -> None:
        async with Student(tight.url) as student:
            with ExitStack() as held:
                while free(tight) >= FEW:
                    held.enter_context(connect(tight))
                    wait_for(lambda: ask(tight, "/_stcore/health")[0] == 200)
                status, page = ask(tight, "/", HTML)
                assert (status, SHORTAGE in page) == (503, True)
                assert reason(tight) == SHORTAGE
                await student.go("the_post")
                for _ in range(HARD):
                    held.enter_context(connect(tight))
                with connect(tight) as refused:
                    assert SHORTAGE.encode() in rest(refused)
                assert 0 < free(tight) <= LAST
                await student.go("probe")

    run(visit)
    wait_for(lambda: ask(tight, "/", HTML)[0] == 200)
    assert SHORTAGE not in reason(tight)


def test_what_is_left_is_known_and_as_much_as_there_may_be() -> None:
    import resource

    before = soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(500, soft), hard))
        known = left()
        with Path(os.devnull).open():
            assert left() == known - 1
        raise_limit()
        assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] in (hard, MAC_LIMIT)
        assert left() > known
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
