"""What keeps a change of the page apart from parts of pages: of requests, and of what is sent."""

import asyncio
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

SETTLING_SECONDS = 0.15
"""How long a browser that was just sent another page is left alone. A part of the page that it
takes in together with the page itself it holds for a change of the page, throws away what it was
sent, and then shows nothing at all until it is reloaded. It happened where 5 ms lay between them.
"""

METADATA = b"\x12"
"""What a message begins with that is not kept by the browser, as that which announces a page."""


class PageChanges:
    """Sends no part of a page right after the page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a connection on, and later what would come too soon."""
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        page = SentPage()

        async def send_when_settled(message: Message) -> None:
            data = message.get("bytes") or b""
            if data.startswith(METADATA):
                early = page.seconds_before(ForwardMsg.FromString(data), time.monotonic())
                await asyncio.sleep(early)
            await send(message)

        await self.app(scope, receive, send_when_settled)


class RequestedPage:
    """The page that a browser asked for last.

    Until that is there the browser may still ask for a part of the one before, as when a run halts
    just then. Streamlit would do so after the new page, and show the old one, without the part that
    it then does not find: an empty page.
    """

    def __init__(self) -> None:
        self._page = ""  # as far as the browser told
        self._changed = False  # by the browser, so that it is the page and no other one

    def expects(self, request: ClientState) -> bool:
        """Note a request for a page, or for a part of one; whether that page was not left."""
        page = request.page_script_hash
        if request.fragment_id:
            if self._changed and page != self._page:
                return False
        else:
            self._changed = page not in ("", self._page)
        self._page = page
        return True


class SentPage:
    """The page that a browser was sent last."""

    def __init__(self) -> None:
        self._page = ""
        self._since = float("-inf")

    def seconds_before(self, message: ForwardMsg, now: float) -> float:
        """Note a message at ``now``, in seconds; how many seconds later it may go, mostly 0."""
        if message.WhichOneof("type") != "new_session":
            return 0
        if message.metadata.run.fragment_ids:
            return max(0.0, self._since + SETTLING_SECONDS - now)
        page = message.new_session.page_script_hash
        if page != self._page:
            self._page, self._since = page, now
        return 0
