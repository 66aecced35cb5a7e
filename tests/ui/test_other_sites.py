"""What the real app, with settings of a host, lets other sites do with it."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import aiohttp
import pytest

from sinae.ui.other_sites import REFUSAL, is_allowed
from sinae.ui.static_files import ASSETS_PATH, PLOTLY_PATH
from tests.support.http import visiting
from tests.support.server import App, running_app

STREAM = "/_stcore/stream"
ANCESTORS = "'self' https://courses.example.org"


@pytest.fixture(scope="module")
def hosted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app with these settings, without workers."""
    environment = {
        "SINAE_SCHEDULER": "tcp://127.0.0.1:1",
        "SINAE_ALLOW_INSECURE_SCHEDULER": "yes",
        "SINAE_ALLOWED_HOSTS": "127.0.0.1, *.example.org",
        "SINAE_FRAME_ANCESTORS": ANCESTORS,
    }
    with running_app(tmp_path_factory.mktemp("hosted") / "app.log", **environment) as app:
        yield app


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/probe", "/healthz", "/_stcore/health", "/_stcore/metrics", "/sinae/news"),
        *(f"{ASSETS_PATH}/live.js", PLOTLY_PATH, "/favicon.png"),
    ],
)
def test_every_answer_says_who_may_frame_it(hosted: App, path: str) -> None:
    async def visit(browser: aiohttp.ClientSession) -> None:
        async with browser.get(path) as answer:
            said = answer.headers
            assert said.getall("Content-Security-Policy") == [f"frame-ancestors {ANCESTORS}"]
            assert said.getall("X-Content-Type-Options") == ["nosniff"]
            assert said.getall("Referrer-Policy") == ["same-origin"]

    visiting(hosted.url, visit)


@pytest.mark.parametrize(
    ("host", "allowed"),
    [("sinae.example.org", True), ("127.0.0.1", True), ("attacker.example", False)],
)
def test_an_app_answers_under_its_names_only(hosted: App, host: str, allowed: bool) -> None:
    async def visit(browser: aiohttp.ClientSession) -> None:
        named = f"{host}:{urlsplit(hosted.url).port}"
        async with browser.get("/", headers={"Host": named}) as answer:
            assert answer.status == (200 if allowed else 400)
            assert ((await answer.read()).decode() == REFUSAL) is not allowed
        # A page of the other name is, for the browser, one of this server.
        headers = {"Host": named, "Origin": f"http://{named}"}
        try:
            async with browser.ws_connect(STREAM, headers=headers):
                found = 101
        except aiohttp.WSServerHandshakeError as error:
            found = error.status
        assert found == (101 if allowed else 400)

    visiting(hosted.url, visit)


@pytest.mark.parametrize(
    ("header", "passes"),
    [
        ("example.org", True),
        ("EXAMPLE.org:8501", True),
        ("a.b.example.com", True),
        ("[::1]:8501", True),
        ("example.com", False),
        ("notexample.com", False),
        ("example.org.attacker.example", False),
        ("example.org@attacker.example", False),
        ("attacker.example/example.org", False),
        ("[::1", False),
        ("", False),
    ],
)
def test_which_names_are_allowed(header: str, passes: bool) -> None:
    assert is_allowed(header, ("example.org", "*.example.com", "::1")) is passes
    assert is_allowed(header, ("*",))
