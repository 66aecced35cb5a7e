"""The files that the browser loads, as the real server sends them."""

import gzip
import re
from pathlib import Path

import aiohttp
import brotli
import pytest

from sinae.ui.paths import address
from sinae.ui.static_files import (
    ASSETS,
    ASSETS_PATH,
    PLOTLY_JS,
    PLOTLY_PATH,
    PROTOCOL_JS,
    STREAMLIT_FILES,
    STREAMLIT_PATH,
)
from tests.support.http import visiting
from tests.support.server import App

UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress, "identity": bytes}
INDEX = (STREAMLIT_FILES.parent / "index.html").read_text()
CODE = re.findall(r'"\./static/(\S+\.(?:js|css))"', INDEX)
"""What Streamlit's page loads first."""
[FONT] = re.findall(r'"\./static/(\S+\.woff2)"', INDEX)

FILES = {
    PLOTLY_PATH: PLOTLY_JS.read_bytes(),
    f"{ASSETS_PATH}/protocol.js": PROTOCOL_JS.encode(),
    f"{ASSETS_PATH}/charts/figure.js": (ASSETS / "charts/figure.js").read_bytes(),
    **{f"{STREAMLIT_PATH}/{name}": (STREAMLIT_FILES / name).read_bytes() for name in CODE},
}


@pytest.mark.parametrize("encoding", UNPACK)
def test_code_comes_as_the_browser_takes_it(app: App, encoding: str) -> None:
    async def visit(browser: aiohttp.ClientSession) -> None:
        for path, content in FILES.items():
            async with browser.get(path, headers={"Accept-Encoding": encoding}) as answer:
                body = await answer.read()
            assert answer.headers.get("Content-Encoding", "identity") == encoding
            assert answer.headers["Vary"] == "Accept-Encoding"
            assert "immutable" in answer.headers["Cache-Control"]
            assert answer.content_type == f"text/{'css' if path.endswith('css') else 'javascript'}"
            assert UNPACK[encoding](body) == content
            assert encoding == "identity" or len(body) < len(content) or len(content) < 200

    assert len(CODE) > 50
    visiting(app.url, visit)


def test_a_font_comes_as_it_is(app: App) -> None:
    async def visit(browser: aiohttp.ClientSession) -> None:
        headers = {"Accept-Encoding": "gzip, br"}
        async with browser.get(f"{STREAMLIT_PATH}/{FONT}", headers=headers) as answer:
            assert await answer.read() == (STREAMLIT_FILES / FONT).read_bytes()
            assert "Content-Encoding" not in answer.headers
            assert "Vary" not in answer.headers
            assert answer.content_type == "font/woff2"

    visiting(app.url, visit)


def test_a_copy_that_the_browser_has_is_not_sent_again(app: App) -> None:
    async def visit(browser: aiohttp.ClientSession) -> None:
        path, tags = f"{ASSETS_PATH}/dom.js", set()
        for encoding in ("gzip", "identity"):
            headers = {"Accept-Encoding": encoding}
            async with browser.head(path, headers=headers) as answer:
                assert await answer.read() == b""
                length, etag = answer.headers["Content-Length"], answer.headers["ETag"]
            async with browser.get(path, headers=headers) as answer:
                assert str(len(await answer.read())) == length
            async with browser.get(path, headers=headers | {"If-None-Match": etag}) as answer:
                assert (answer.status, await answer.read()) == (304, b"")
                assert answer.headers["ETag"] == etag
                assert answer.headers["Vary"] == "Accept-Encoding"
            tags.add(etag)
            # A part of it is allowed to be the whole.
            async with browser.get(path, headers=headers | {"Range": "bytes=3-5"}) as answer:
                assert (answer.status, str(len(await answer.read()))) == (200, length)
        assert len(tags) == 2

    visiting(app.url, visit)


def test_what_is_not_there_is_not_found(app: App) -> None:
    paths = [
        address("assets/0123456789ab/dom.js"),  # of another version of the app
        address("static/js/index.00000000.js"),  # of another version of Streamlit
        f"{ASSETS_PATH}/nothing.js",
        f"{ASSETS_PATH}/charts",
        f"{ASSETS_PATH}/%2e%2e/server.py",
        f"{ASSETS_PATH}//dom.js",
        f"{STREAMLIT_PATH}/",
    ]

    async def visit(browser: aiohttp.ClientSession) -> None:
        for path in paths:
            async with browser.get(path) as answer:
                assert answer.status == 404, path
                assert answer.headers["Cache-Control"] == "no-store"
        async with browser.post(f"{ASSETS_PATH}/dom.js") as answer:
            assert answer.status == 405
        async with browser.get("/") as page:
            assert await page.text() == INDEX

    visiting(app.url, visit)


def test_all_names_hold_a_digest() -> None:
    names = [path.name for path in Path(STREAMLIT_FILES).rglob("*") if path.is_file()]
    assert len(names) > 100
    assert [name for name in names if not re.search(r"\.[\w-]{8}\.\w+$", name)] == []
