"""The files that the browser loads: the components' modules, what is made of the protocol for
them, and Plotly.js. Their addresses hold a digest of all, so that browsers keep them for good."""

import gzip
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import plotly
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from sinae.ui import protocol
from sinae.ui.paths import address

ASSETS = Path(__file__).parent / "assets"
PLOTLY_JS = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
FOREVER = {"Cache-Control": f"public, max-age={365 * 24 * 3600}, immutable"}
"""The headers of files whose address changes with their content."""

PROTOCOL_JS = protocol.javascript()
_FILES = [path.read_bytes() for path in sorted(ASSETS.rglob("*")) if path.is_file()]
_DIGEST = hashlib.sha256(b"".join([*_FILES, PROTOCOL_JS.encode()])).hexdigest()
ASSETS_PATH = address(f"assets/{_DIGEST[:12]}")
"""Where the server offers ``assets``, with ``protocol.js`` and Plotly.js beside its modules."""
PLOTLY_PATH = f"{ASSETS_PATH}/{protocol.PLOTLY_FILE}"


def styles(*names: str) -> str:
    """The style sheet of a component: what all share, and its own, by their names in ``assets``."""
    sheets = [(ASSETS / f"{name}.css").read_text() for name in ("theme", *names)]
    return protocol.css() + "".join(sheets)


async def protocol_js(_request: Request) -> Response:
    """The constants of the protocol as a module."""
    return Response(PROTOCOL_JS, media_type="text/javascript", headers=FOREVER)


async def plotly_js(request: Request) -> Response:
    """The Plotly.js that the plotly package carries."""
    headers = FOREVER | {"Vary": "Accept-Encoding"}
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return FileResponse(PLOTLY_JS, media_type="text/javascript", headers=headers)
    return Response(
        compressed_plotly_js(),
        media_type="text/javascript",
        headers=headers | {"Content-Encoding": "gzip"},
    )


@cache
def compressed_plotly_js() -> bytes:
    """The same with gzip. Once, at the start: done for every visitor, as Streamlit would, it holds
    up all pages a tenth of a second."""
    return gzip.compress(PLOTLY_JS.read_bytes())


class Assets(StaticFiles):
    """The browser components' files."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        """The file, to be kept for good."""
        response = super().file_response(*args, **kwargs)
        response.headers.update(FOREVER)
        return response


ROUTES = [
    Route(PLOTLY_PATH, plotly_js),
    Route(f"{ASSETS_PATH}/protocol.js", protocol_js),
    Mount(ASSETS_PATH, Assets(directory=ASSETS)),
]
