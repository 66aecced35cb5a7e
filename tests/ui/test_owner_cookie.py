"""The cookie that a browser gets with a page of the real app."""

import aiohttp
import pytest

from sinae.ui import session
from tests.support.http import visiting
from tests.support.server import App


def test_a_browser_that_lost_its_cookie_gets_another_though_it_kept_the_page(app: App) -> None:
    async def visit(browser: aiohttp.ClientSession) -> None:
        async with browser.get("/") as page:
            first = page.cookies[session.COOKIE].value
            assert page.headers["Cache-Control"] == "no-store"
            kept = {"If-None-Match": page.headers["ETag"]}
        async with browser.get("/", headers=kept) as page:
            assert page.status == 304
            assert not page.cookies
        browser.cookie_jar.clear()
        async with browser.get("/", headers=kept) as page:
            assert page.status == 200
            assert page.cookies[session.COOKIE].value != first

    visiting(app.url, visit)


@pytest.mark.parametrize("name", ["invented", "x" * 4000, f"{'x' * 31}."])
def test_a_name_of_another_form_is_none(app: App, name: str) -> None:
    """It would be kept in lists of names, where it may be as long as a header."""

    async def visit(browser: aiohttp.ClientSession) -> None:
        async with browser.get("/", headers={"Cookie": f"{session.COOKIE}={name}"}) as page:
            given = page.cookies[session.COOKIE].value
        assert session.is_name(given)

    visiting(app.url, visit)


@pytest.mark.parametrize(
    ("scheme", "flags"),
    [
        ("http", {"HttpOnly", "Path=/", "SameSite=lax"}),
        ("https", {"HttpOnly", "Path=/", "SameSite=none", "Secure", "Partitioned"}),
    ],
)
def test_only_over_https_is_the_cookie_for_frames_on_other_sites_too(
    app: App, scheme: str, flags: set[str]
) -> None:
    async def visit(browser: aiohttp.ClientSession) -> None:
        # As a server says that stands before the app.
        async with browser.get("/", headers={"X-Forwarded-Proto": scheme}) as page:
            name, *attributes = page.headers["Set-Cookie"].split("; ")
        assert name.startswith(f"{session.COOKIE}=")
        assert {said for said in attributes if not said.startswith("Max-Age")} == flags

    visiting(app.url, visit)
