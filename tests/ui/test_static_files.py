"""The files that the browser loads, as the real server sends them."""

import gzip

import aiohttp
import pytest

from sinae.ui.static_files import PLOTLY_JS, PLOTLY_PATH
from tests.support.http import visiting
from tests.support.server import App


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_plotly_comes_as_the_browser_takes_it(app: App, encoding: str) -> None:
    async def visit(browser: aiohttp.ClientSession) -> None:
        async with browser.get(PLOTLY_PATH, headers={"Accept-Encoding": encoding}) as answer:
            body = await answer.read()
            assert answer.headers.get("Content-Encoding", "identity") == encoding
            assert "immutable" in answer.headers["Cache-Control"]
        text = gzip.decompress(body) if encoding == "gzip" else body
        assert text == PLOTLY_JS.read_bytes()

    visiting(app.url, visit)
