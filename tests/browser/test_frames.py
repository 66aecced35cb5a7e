"""The app in a frame on another site's page, such as a course's, in a real browser."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from distributed.security import Security
from playwright.sync_api import Browser, FrameLocator, Page, expect

from sinae.ui.session import COOKIE
from tests.support.server import App, running_app

NOTHING = "Nothing is trained yet"
QUERY = "embed=true&widths=20,3,20&steps=50"
FINISHED = "step 50 of 50 · finished"

STORED = "() => localStorage.getItem('sinae-owner')"

WATCH = f"""
new MutationObserver(() => (window.flashed ||= document.body?.textContent.includes("{NOTHING}")))
    .observe(document, {{ childList: true, subtree: true, characterData: true }});
"""
"""Notes whether a page has ever shown that there is no run."""

REFUSED = """
Object.defineProperty(window, "localStorage", {
    get() { throw new DOMException("The request was denied.", "SecurityError"); },
});
"""
"""As of a browser in which a visitor has forbidden what sites keep."""


BLOCKED = (
    "enableThirdPartyCookieRestriction",
    "disableThirdPartyCookieMetadata",  # which lists exceptions
    "disableThirdPartyCookieHeuristics",
)
"""Has Chromium refuse the cookies of other sites, but for those that it keeps for each apart."""


class CoursePage(BaseHTTPRequestHandler):
    """A page with a frame that shows the address in its query."""

    def do_GET(self) -> None:
        shown = parse_qs(urlsplit(self.path).query).get("shown", [""])[0].replace("&", "&amp;")
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(
            b"<!doctype html><title>Course</title>"
            + f'<iframe src="{shown}" style="width: 100%; height: 650px"></iframe>'.encode()
        )

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of the course's server."""
    with ThreadingHTTPServer(("127.0.0.1", 0), CoursePage) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def course(port: int, app: App) -> str:
    """The address of a course's page with the app, whose host is 127.0.0.1, in a frame."""
    return f"http://localhost:{port}/?shown={quote(f'{app.url}/?{QUERY}')}"


def framed(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


def shows(page: Page, words: str) -> None:
    expect(framed(page).locator(".sinae-live .words")).to_contain_text(words)


def press(page: Page, name: str) -> None:
    framed(page).get_by_role("button", name=name, exact=True).click()


def test_without_https_the_browser_s_storage_leads_back_to_a_run(
    page: Page, app: App, port: int
) -> None:
    page.add_init_script(WATCH)
    page.goto(course(port, app))
    shows(page, NOTHING)
    press(page, "Train")
    shows(page, FINISHED)
    assert page.context.cookies() == []
    page.reload()
    shows(page, FINISHED)
    assert not page.frames[1].evaluate("window.flashed")
    second = page.context.new_page()
    second.goto(course(port, app))
    shows(second, FINISHED)

    # By itself the app has its cookie, and asks nothing else: Playwright has the storage of all
    # sites' frames be one, which browsers do not.
    second.goto(app.url)
    expect(second.locator(".sinae-live .words")).to_contain_text(NOTHING)
    assert second.evaluate(STORED) == page.frames[1].evaluate(STORED)
    assert COOKIE in {cookie["name"] for cookie in page.context.cookies(app.url)}

    # What is no name is replaced by one.
    page.frames[1].evaluate("() => localStorage.setItem('sinae-owner', 'x')")
    page.reload()
    shows(page, NOTHING)
    press(page, "Step")
    shows(page, "step 1 of")
    page.reload()
    shows(page, "step 1 of")


def test_a_browser_that_keeps_nothing_trains_all_the_same(page: Page, app: App, port: int) -> None:
    page.add_init_script(REFUSED)
    page.goto(course(port, app))
    press(page, "Step")
    shows(page, "step 1 of")


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app over https, without workers."""
    folder = tmp_path_factory.mktemp("encrypted")
    made = Security.temporary()
    options = []
    for option, text in (("Cert", made.tls_client_cert), ("Key", made.tls_client_key)):
        Path(folder, option).write_text(text)
        options.append(f"--server.ssl{option}File={folder / option}")
    unreachable = {"SINAE_SCHEDULER": "tcp://127.0.0.1:1"}
    secure = {"SINAE_ALLOW_INSECURE_SCHEDULER": "yes"}
    with running_app(folder / "app.log", *options, **unreachable, **secure) as running:
        yield running


def test_over_https_the_cookie_does_also_where_those_of_other_sites_are_blocked(
    browser: Browser, encrypted: App, port: int
) -> None:
    with browser.new_context(ignore_https_errors=True) as context:
        page = context.new_page()
        devtools = context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.send("Network.setCookieControls", dict.fromkeys(BLOCKED, True))
        page.goto(course(port, encrypted))
        shows(page, NOTHING)
        press(page, "Train")
        expect(framed(page).get_by_role("button", name="Pause", exact=True)).to_be_visible()
        page.reload()
        expect(framed(page).get_by_role("button", name="Pause", exact=True)).to_be_visible()
        assert [cookie["name"] for cookie in context.cookies()] == [COOKIE]
        assert page.frames[1].evaluate(STORED) is None
