"""Fixtures of the browser tests: the real app, and a real Chromium through pytest-playwright."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from sinae.ui.static_files import ASSETS_PATH
from tests.browser import chromium, probe
from tests.support.server import App, running_app
from tests.support.student import can_train
from tests.support.waiting import stretched, wait_for

ONE_WORKER = {"SINAE_WORKERS": "1"}
"""For an app of a test: the tests run in as many processes as there are cores."""

LIMIT_SECONDS = 60
"""For whatever a page does: it may load all of Plotly, or wait for a network to be compiled."""


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app, started once for all browser tests; each test's visitor is a new one."""
    with running_app(tmp_path_factory.mktemp("app") / "app.log", **ONE_WORKER) as running:
        wait_for(lambda: can_train(running.url))
        yield running


@pytest.fixture(scope="session")
def base_url(app: App) -> str:
    """Where `page.goto` starts from."""
    return app.url


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """A Chromium that works everywhere."""
    return {"executable_path": chromium.find_or_install(), "args": chromium.ARGUMENTS}


@pytest.fixture(scope="session")
def browser(browser: Browser) -> Iterator[Browser]:
    """One whose pages have the longer for all they do, the busier the machine is."""
    new_context = browser.new_context

    def patient(**options: Any) -> BrowserContext:
        milliseconds = 1000 * stretched(LIMIT_SECONDS)
        expect.set_options(timeout=milliseconds)
        context = new_context(**options)
        context.set_default_timeout(milliseconds)
        return context

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(browser, "new_context", patient)
        yield browser


@pytest.fixture
def mount(page: Page, app: App) -> probe.Mount:
    """Places the probe's module into an empty page of the app's, or gives it newer data."""
    page.goto(f"{app.url}{ASSETS_PATH}/dom.js")
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.evaluate("document.body.innerHTML = '<div id=place></div>'; window.views = []")
    return partial(probe.mount, page)


@pytest.fixture
def known(browser: Browser, app: App, visitor: StorageState) -> Iterator[BrowserContext]:
    """A browser of the visitor whose module's fixture `visitor` tells of."""
    context = browser.new_context(base_url=app.url, storage_state=visitor)
    yield context
    context.close()
