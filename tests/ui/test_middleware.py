"""The server's doors that stay shut, on the real app."""

import io

import aiohttp
import pytest
import streamlit as st
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest, BackMsg
from streamlit.proto.Common_pb2 import FileURLsRequest
from yarl import URL

from sinae.ui.middleware import RequestFilter
from tests.support.http import visiting
from tests.support.loop import run
from tests.support.server import App
from tests.support.student import Student

STREAM = "/_stcore/stream"


def test_no_file_can_be_put_into_memory(app: App) -> None:
    async def visit(browser: aiohttp.ClientSession) -> None:
        async with browser.get("/_stcore/health"):
            token = next(c.value for c in browser.cookie_jar if c.key == "_streamlit_xsrf")
        async with Student(app.url) as student:
            assert student._session
            async with browser.put(
                f"/_stcore/upload_file/{student._session}/x",
                data={"f": io.BytesIO(b"1")},
                headers={"X-Xsrftoken": token},
            ) as answer:
                assert answer.status == 404

    visiting(app.url, visit)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("metrics", 404),
        ("metrics/", 404),
        ("%6detrics", 404),
        ("script-health-check", 404),
        ("agent/openapi.json", 404),
        ("agent/interact", 404),
        ("upload_file/1/1", 404),
        ("", 404),
        ("health", 200),
        ("host-config", 200),
    ],
)
def test_of_streamlit_s_own_routes_browsers_find_what_they_need(
    app: App, path: str, status: int
) -> None:
    async def visit(browser: aiohttp.ClientSession) -> None:
        url = URL(f"{app.url}/_stcore/{path}", encoded=True)
        async with browser.get(url) as answer:
            assert answer.status == status

    visiting(app.url, visit)


@pytest.mark.parametrize(
    ("origin", "status"),
    [("http://elsewhere.example", 403), ("null", 403), ("http://[", 403), (None, 101)],
)
def test_a_page_of_another_site_cannot_connect(app: App, origin: str | None, status: int) -> None:
    async def visit(browser: aiohttp.ClientSession) -> None:
        headers = {"Origin": origin or app.url}
        try:
            async with browser.ws_connect(STREAM, headers=headers):
                found = 101
        except aiohttp.WSServerHandshakeError as error:
            found = error.status
        assert found == status

    visiting(app.url, visit)


@pytest.mark.parametrize(
    ("origin", "host", "passes"),
    [
        ("http://app.example", "app.example", True),
        ("https://app.example:8443", "app.example:8443", True),
        ("http://localhost:3000", "app.example", True),
        ("http://named.example", "app.example", True),
        ("http://app.example:1", "app.example:2", False),
        ("http://elsewhere.example", "app.example", False),
        ("null", "app.example", False),
        ("null", "", False),
        ("http://[", "app.example", False),
    ],
)
def test_who_is_foreign_is_found_without_asking_the_network(
    origin: str, host: str, passes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {"server.corsAllowedOrigins": ["named.example"]}
    real = st.get_option
    monkeypatch.setattr(st, "get_option", lambda name: options.get(name) or real(name))
    passed, sent = [], []

    async def inner(_scope: Scope, _receive: Receive, _send: Send) -> None:
        passed.append(True)

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"origin", origin.encode()), (b"host", host.encode())]
    run(lambda: RequestFilter(inner)({"type": "websocket", "headers": headers}, receive, send))
    assert passed == [True] * passes
    assert [message["type"] for message in sent] == ["websocket.close"] * (not passes)


def test_only_what_pages_need_is_heard() -> None:
    said = [
        BackMsg(load_git_info=True).SerializeToString(),
        BackMsg(clear_cache=True).SerializeToString(),
        BackMsg(set_run_on_save=True).SerializeToString(),
        BackMsg(debug_shutdown_runtime=True).SerializeToString(),
        BackMsg(file_urls_request=FileURLsRequest(request_id="1")).SerializeToString(),
        BackMsg(backend_operation_request=BackendOperationRequest()).SerializeToString(),
        b"\xff\xff",
        None,
        BackMsg(stop_script=True).SerializeToString(),
        b"\xff" * 2_000_000,  # too long, which Streamlit tells the browser
    ]
    messages: list[Message] = [{"type": "websocket.receive", "bytes": text} for text in said]
    messages.append({"type": "websocket.disconnect"})
    heard: list[Message] = []

    async def receive() -> Message:
        return messages.pop(0)

    async def send(_message: Message) -> None:
        raise AssertionError

    async def inner(_scope: Scope, receive: Receive, _send: Send) -> None:
        while messages:
            heard.append(await receive())

    run(lambda: RequestFilter(inner)({"type": "websocket", "headers": []}, receive, send))
    assert heard == [
        {"type": "websocket.receive", "bytes": said[-2]},
        {"type": "websocket.receive", "bytes": said[-1]},
        {"type": "websocket.disconnect"},
    ]
