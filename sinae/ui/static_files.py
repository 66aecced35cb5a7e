"""The files that the browser loads and that never change: Streamlit's own, the components' modules,
what is made of the protocol for them, and Plotly.js. Their addresses hold a digest, so that
browsers keep them for good."""

import base64
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import plotly
import streamlit as st
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from sinae.ui import protocol
from sinae.ui.compression import Copies, accepted
from sinae.ui.paths import address

ASSETS = Path(__file__).parent / "assets"
PLOTLY_JS = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
STREAMLIT_FILES = Path(st.__file__).parent / "static" / "static"

PROTOCOL_JS = protocol.javascript()
_CONTENTS = [path.read_bytes() for path in sorted(ASSETS.rglob("*")) if path.is_file()]
_DIGEST = hashlib.sha256(b"".join([*_CONTENTS, PROTOCOL_JS.encode()])).hexdigest()
PAGE_STYLE = f"<style>{(ASSETS / 'page.css').read_text(encoding='utf-8')}</style>"
ICON = f"data:image/svg+xml;base64,{base64.b64encode((ASSETS / 'icon.svg').read_bytes()).decode()}"
"""What every page takes in; from a file Streamlit would read it each time that it draws one."""

_ASSETS_ROOT, STREAMLIT_PATH = address("assets"), address("static")
ASSETS_PATH = f"{_ASSETS_ROOT}/{_DIGEST[:12]}"
"""Where the server offers ``assets``, with ``protocol.js`` and Plotly.js beside its modules."""
PLOTLY_PATH = f"{ASSETS_PATH}/{protocol.PLOTLY_FILE}"

FOREVER = {"Cache-Control": f"public, max-age={365 * 24 * 3600}, immutable"}
"""The headers of files whose address changes with their content."""

TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".png": "image/png",
    ".gif": "image/gif",
}
"""Not as the machine has them, where Windows may hold JavaScript for plain text."""
COMPRESSIBLE = {TYPES[".js"], TYPES[".css"], TYPES[".svg"]}


def styles(*names: str) -> str:
    """The style sheet of a component: what all share, and its own, by their names in ``assets``."""
    sheets = [(ASSETS / f"{name}.css").read_text() for name in ("theme", *names)]
    return protocol.css() + "".join(sheets)


class _File(NamedTuple):
    media_type: str
    copies: Copies


def _files() -> Iterator[tuple[str, Callable[[], bytes]]]:
    """The addresses of all files, and what reads them."""
    yield f"{ASSETS_PATH}/protocol.js", PROTOCOL_JS.encode
    yield PLOTLY_PATH, PLOTLY_JS.read_bytes
    for root, folder in ((ASSETS_PATH, ASSETS), (STREAMLIT_PATH, STREAMLIT_FILES)):
        for path in folder.rglob("*"):
            if path.is_file():
                yield f"{root}/{path.relative_to(folder).as_posix()}", path.read_bytes


class StaticFiles:
    """Middleware that answers all that is asked for beside or below these files. Streamlit would
    send its own uncompressed, and its page for what is not there."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._roots = (f"{_ASSETS_ROOT}/", f"{STREAMLIT_PATH}/")
        self._files = {
            path: _File(TYPES.get(Path(path).suffix, "application/octet-stream"), Copies(read))
            for path, read in _files()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send a file, or pass the request on."""
        app: ASGIApp = self.app
        if scope["type"] == "http" and scope["path"].startswith(self._roots):
            app = await self._answer(scope["method"], scope["path"], Headers(scope=scope))
        await app(scope, receive, send)

    async def _answer(self, method: str, path: str, headers: Headers) -> Response:
        if path not in self._files:  # a page of an older version of the app may ask for it
            return PlainTextResponse("Not Found", 404, {"Cache-Control": "no-store"})
        if method not in ("GET", "HEAD"):
            return PlainTextResponse("Method Not Allowed", 405, {"Allow": "GET, HEAD"})
        media_type, copies = self._files[path]
        encoding, sent = "identity", dict(FOREVER)
        if media_type in COMPRESSIBLE:
            encoding = accepted(headers.get("Accept-Encoding", ""))
            sent["Vary"] = "Accept-Encoding"
        body, sent["ETag"] = await copies.get(encoding)
        if sent["ETag"] in headers.get("If-None-Match", ""):
            return Response(status_code=304, headers=sent)
        if encoding != "identity":
            sent["Content-Encoding"] = encoding
        return Response(body, headers=sent, media_type=media_type)
