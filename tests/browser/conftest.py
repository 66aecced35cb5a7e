"""Fixtures of the browser tests: the real app, and a real Chromium through pytest-playwright."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from sinae.ui.components import ASSETS_PATH
from tests.browser import chromium, probe
from tests.server import App, running_app

# The first visit of a test loads all of Plotly, on a machine that may be busy with training.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app, started once for all browser tests; each test's visitor is a new one."""
    with running_app(tmp_path_factory.mktemp("app") / "app.log") as running:
        yield running


@pytest.fixture(scope="session")
def base_url(app: App) -> str:
    """Where `page.goto` starts from."""
    return app.url


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """A Chromium that works everywhere."""
    return {"executable_path": chromium.find_or_install(), "args": chromium.ARGUMENTS}


@pytest.fixture
def mount(page: Page, app: App) -> probe.Mount:
    """Places the probe's module into an empty page of the app's, or gives it newer data."""
    page.goto(f"{app.url}{ASSETS_PATH}/words.js")
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.evaluate("document.body.innerHTML = '<div id=place></div>'; window.views = []")
    return partial(probe.mount, page)
