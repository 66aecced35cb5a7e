"""A client that speaks Streamlit's WebSocket protocol as a browser's page does.

It sends what Streamlit's frontend sends, when the frontend sends it (the state of all widgets with
every message, hashes of large messages that it holds), and keeps the page's elements. What it
leaves out is drawing, and what the app's components do by themselves.
"""

import asyncio
import json
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.NumberInput_pb2 import NumberInput
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from sinae.service.deadline import LOOK_SECONDS, Deadline

CONTROLS = ("number_input", "text_input", "selectbox", "checkbox")
ENDED = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


@dataclass(frozen=True, slots=True)
class Shown:
    """An element on the page, its fragment ("" for none) and the script run that drew it."""

    element: Element
    fragment: str
    run: str


@dataclass(frozen=True, slots=True)
class Cached:
    """A large element that the server need not send again, and the run that last showed it."""

    delta: Delta
    runs: int


class StreamlitPage:
    """A page of an app: ``async with StreamlitPage(url, query) as page``.

    Attributes:
        cookies: the browser's cookies.
        on_message: called with every message of the server.
        on_answer: called whenever a run of the script has ended, or news has come.
    """

    def __init__(
        self,
        url: str,
        query: Mapping[str, str] | None = None,
        page: str = "",
        cookies: Mapping[str, str] | None = None,
    ) -> None:
        """
        Args:
            url: the address of the app.
            query: the page's query at first; see `Experiment.to_query`.
            page: the path of the page to open.
            cookies: the browser's cookies; another student's for a second tab of theirs.
        """
        self.url = url
        self.on_message: Callable[[bytes], None] = lambda _message: None
        self.on_answer: Callable[[], None] = lambda: None
        self._query = dict(query or {})
        self._page = page
        self.cookies = dict(cookies or {})
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._forget()

    def _forget(self) -> None:
        """Forget what a browser forgets when it loads a page again."""
        self._session = ""
        self._page_hash = ""
        self._pages: dict[str, str] = {}
        self._shown: dict[tuple[int, ...], Shown] = {}
        self._widgets: dict[str, WidgetState] = {}
        self._cache: dict[str, Cached] = {}
        self._cache_age = 0
        self._runs = 0
        self._awaited = False  # whether a run was asked for that has not begun
        self._run, self._run_fragments = "", frozenset[str]()
        self._answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    # Coming and going

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.leave()

    async def open(self) -> None:
        """Load the page."""
        self.cookies |= await asyncio.to_thread(self._new_cookies)
        await self._connect()
        await self._rerun()
        await self.until(lambda: bool(self._shown))

    async def reload(self) -> None:
        """Load the page again: a new session of the same browser."""
        await self.leave()
        self._forget()
        await self.open()

    async def rejoin(self) -> None:
        """Lose the connection and take it up again, in the same session."""
        await self.leave()
        self._answer = asyncio.get_running_loop().create_future()
        await self._connect()
        await self._rerun()
        await self.until(lambda: True)

    async def leave(self) -> None:
        """Close the page."""
        self._page_left()
        if self._socket is not None:
            await self._socket.close()
        if self._reader is not None:
            await self._reader

    def _new_cookies(self) -> dict[str, str]:
        header = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        request = urllib.request.Request(f"{self.url}/{self._page}", headers={"Cookie": header})  # noqa: S310
        with urllib.request.urlopen(request) as response:  # noqa: S310
            cookies = SimpleCookie("; ".join(response.headers.get_all("set-cookie") or ()))
        return {name: morsel.value for name, morsel in cookies.items()}

    async def _connect(self) -> None:
        token = self.cookies.get("_streamlit_xsrf", "PLACEHOLDER_AUTH_TOKEN")
        self._socket = await connect(
            f"ws://{urlsplit(self.url).netloc}/_stcore/stream",
            origin=Origin(self.url),
            subprotocols=[Subprotocol(s) for s in ("streamlit", token, self._session) if s],
            additional_headers={
                "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            },
            open_timeout=None,
            ping_interval=None,  # a browser sends none
            max_size=None,
            proxy=None,
        )
        self._reader = asyncio.create_task(self._read(self._socket))

    # What the visitor does

    async def press(self, label: str) -> None:
        """Click a button."""
        for shown in self._shown.values():
            if shown.element.WhichOneof("type") == "button" and shown.element.button.label == label:
                trigger = WidgetState(id=shown.element.button.id, trigger_value=True)
                await self._rerun(shown.fragment, trigger=trigger)
                return
        raise LookupError(f"There is no button {label!r}; there are {self.buttons}")

    async def change(self, label: str, value: Any) -> None:
        """Give a control another value."""
        for shown in self._shown.values():
            kind = shown.element.WhichOneof("type")
            if kind in CONTROLS and (control := getattr(shown.element, kind)).label == label:
                self._widgets[control.id] = _state_of(control, value)
                if control.query_param_key:
                    self._query[control.query_param_key] = str(value)
                await self._rerun(shown.fragment)
                return
        raise LookupError(f"There is no control {label!r}")

    async def go(self, page: str) -> None:
        """Follow a link of the navigation to the page of this path."""
        self._page_left()
        self._page, self._page_hash = page, self._pages[page]
        self._query, self._widgets, self._shown = {}, {}, {}
        await self._rerun()

    async def until(self, true: Callable[[], bool], seconds: float = 90) -> float:
        """Wait for an answer after which something is true of the page.

        Returns:
            The seconds that it took, from now.

        Raises:
            TimeoutError: it did not become true before this deadline.
            ConnectionError: the server closed the connection.
        """
        started, deadline, answer = time.monotonic(), Deadline(seconds), self._answer
        while not deadline.passed:
            answered, _ = await asyncio.wait([answer], timeout=LOOK_SECONDS)
            if answered:
                answer.result()
                if true():
                    return time.monotonic() - started
                answer = self._answer
        raise TimeoutError(f"Not in {deadline}; the page says {self.text!r}")

    async def _rerun(self, fragment: str = "", *, trigger: WidgetState | None = None) -> None:
        assert self._socket is not None
        message = BackMsg()
        rerun = message.rerun_script
        rerun.query_string = urlencode(self._query)
        rerun.widget_states.widgets.extend(self._widgets.values())
        if trigger is not None:
            rerun.widget_states.widgets.append(trigger)
        rerun.page_script_hash = self._page_hash
        rerun.page_name = "" if self._page_hash else self._page
        rerun.fragment_id = fragment
        rerun.cached_message_hashes.extend(self._cache)
        rerun.context_info.timezone = "UTC"
        rerun.context_info.locale = "en-US"
        rerun.context_info.url = f"{self.url}/{self._page}"
        self._awaited = True
        await self._socket.send(message.SerializeToString())

    # What the page shows

    @property
    def text(self) -> str:
        """All that can be read on the page."""
        lines = []
        for shown in self._shown.values():
            kind = shown.element.WhichOneof("type")
            if kind in ("markdown", "alert"):
                lines.append(getattr(shown.element, kind).body)
            elif kind == "exception":
                lines.append(f"{shown.element.exception.type}: {shown.element.exception.message}")
        return "\n".join(lines)

    @property
    def buttons(self) -> set[str]:
        """The labels of the buttons that can be pressed."""
        return {
            shown.element.button.label
            for shown in self._shown.values()
            if shown.element.WhichOneof("type") == "button" and not shown.element.button.disabled
        }

    def component(self, name: str) -> dict[str, Any]:
        """The data of the first component ``sinae_NAME`` on the page; empty without one."""
        for shown in self._shown.values():
            if shown.element.bidi_component.component_name.endswith(f"sinae_{name}"):
                return data_of(shown.element)
        return {}

    # What a subclass does as the app's components do

    def _component_drawn(self, element: Element, fragment: str) -> None:
        """A component came with its data."""

    def _components_left(self, there: set[str]) -> None:
        """The page was drawn, and only components with these ids are there."""

    def _page_left(self) -> None:
        """The page is left, or its connection is lost."""

    # What the server says

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for data in socket:
                assert isinstance(data, bytes)
                self.on_message(data)
                self._receive(ForwardMsg.FromString(data))
        except ConnectionClosed:
            pass
        except Exception as error:
            self._fail(error)
            raise
        self._fail(ConnectionError("The server closed the connection."))

    def _fail(self, error: Exception) -> None:
        self._page_left()
        if not self._answer.done():
            self._answer.set_exception(error)
            self._answer.exception()  # nobody need be waiting for it

    def _receive(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "delta":
            if message.metadata.cacheable:
                self._cache[message.hash] = Cached(message.delta, self._runs)
            self._show(tuple(message.metadata.delta_path), message.delta)
        elif kind == "ref_hash":
            delta = self._cache[message.ref_hash].delta
            self._cache[message.ref_hash] = Cached(delta, self._runs)
            self._show(tuple(message.metadata.delta_path), delta)
        elif kind == "new_session":
            self._begin(message)
        elif kind == "script_finished" and message.script_finished in ENDED:
            self._end()
        elif kind == "navigation":
            self._pages = {
                page.url_pathname: page.page_script_hash for page in message.navigation.app_pages
            }
            self._page_hash = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self._query = dict(parse_qsl(message.page_info_changed.query_string))

    def _begin(self, message: ForwardMsg) -> None:
        self._awaited = False
        run, session = message.metadata.run, message.new_session
        self._run, self._run_fragments = run.script_run_id, frozenset(run.fragment_ids)
        self._page_hash = session.page_script_hash
        self._cache_age = session.config.max_cached_message_age
        self._session = session.initialize.session_id or self._session

    def _show(self, path: tuple[int, ...], delta: Delta) -> None:
        if delta.WhichOneof("type") != "new_element":
            self._shown.pop(path, None)
            return
        element = delta.new_element
        self._shown[path] = Shown(element, delta.fragment_id, self._run)
        kind = element.WhichOneof("type")
        if kind in CONTROLS:
            control = getattr(element, kind)
            if control.id not in self._widgets or control.set_value:
                value = _value_of(control)
                if value is not None:
                    self._widgets[control.id] = _state_of(control, value)
        elif kind == "bidi_component":
            self._component_drawn(element, delta.fragment_id)

    def _end(self) -> None:
        fragments = self._run_fragments
        self._shown = {
            path: shown
            for path, shown in self._shown.items()
            if shown.run == self._run or (fragments and shown.fragment not in fragments)
        }
        if not fragments:
            there = {
                getattr(s.element, kind).id
                for s in self._shown.values()
                if (kind := s.element.WhichOneof("type")) in CONTROLS
            }
            self._widgets = {id: state for id, state in self._widgets.items() if id in there}
        if not self._awaited:
            self._runs += 1
            self._cache = {
                hash: cached
                for hash, cached in self._cache.items()
                if self._runs - cached.runs <= self._cache_age
                or (fragments and cached.delta.fragment_id not in fragments)
            }
        there = {shown.element.bidi_component.id for shown in self._shown.values()}
        self._components_left(there)
        self._answered()

    def _answered(self) -> None:
        self.on_answer()
        answered, self._answer = self._answer, asyncio.get_running_loop().create_future()
        if not answered.done():
            answered.set_result(None)


def data_of(element: Element) -> dict[str, Any]:
    """What a component was given."""
    component = element.bidi_component
    data: dict[str, Any] = json.loads(component.mixed.json or component.json)
    return data


def _value_of(control: Any) -> Any:
    """What a control shows when it is first drawn; None for nothing."""
    if control.set_value:
        return control.raw_value if hasattr(control, "raw_value") else control.value
    if not hasattr(control, "options"):
        return control.default
    return control.options[control.default] if control.HasField("default") else None


def _state_of(control: Any, value: Any) -> WidgetState:
    if isinstance(control, NumberInput):
        if control.data_type == NumberInput.INT:
            return WidgetState(id=control.id, int_value=int(value))
        return WidgetState(id=control.id, double_value=value)
    if isinstance(value, bool):
        return WidgetState(id=control.id, bool_value=value)
    return WidgetState(id=control.id, string_value=value)
