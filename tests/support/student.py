"""A student: a visitor of the app whose page follows a run as the app's components do."""

import asyncio
import base64
import json
import re
import urllib.request
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from urllib.error import URLError

import aiohttp
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.WidgetStates_pb2 import WidgetState

from sinae.ui.protocol import HERE_PATH, KEY_HEADER, PRESENCE_SECONDS, Show
from tests.support.follower import Follower
from tests.support.streamlit_page import StreamlitPage, data_of
from tests.support.waiting import wait_for

LIVE, STEERING = "sinae_live", "sinae_steering"
FOLLOWING = {LIVE: Show.LEARNING, "sinae_probe": Show.WEIGHTS, "sinae_follow": Show.NOTHING}
"""The components that follow a run, and what they ask to see of it."""

PRESENCE = "sinae_presence"
"""The component that tells now and then that the student is there."""


async def engine_is_up(url: str) -> None:
    """Wait until the app says that it can train."""
    await asyncio.to_thread(wait_for, lambda: can_train(url))


def can_train(url: str) -> bool:
    """Whether the app answers that it can train."""
    try:
        with urllib.request.urlopen(f"{url}/healthz"):  # noqa: S310
            return True
    except (URLError, ConnectionError):
        return False


class Student(StreamlitPage):
    """One visitor with one page: ``async with Student(url, query) as student``."""

    def _forget(self) -> None:
        super()._forget()
        self._now: dict[str, Any] = {}  # what the live part of the page says
        self._followers: dict[str, Follower] = {}
        self._steered: dict[str, Any] = {}  # what the buttons were drawn for
        self._redraw_steering: Callable[[], Awaitable[None]] | None = None
        self._polls: list[tuple[float, float]] = []  # of followers that are gone
        self._telling: asyncio.Task[None] | None = None

    async def go(self, page: str) -> None:
        """Follow a link of the navigation to the page of this path."""
        self._now = {}
        await super().go(page)

    async def fetch_weights(self, seconds: float = 60) -> bytes:
        """Go to the probe and wait for the weights of the newest run."""
        await self.go("probe")
        await self.until(lambda: bool(self.weights()), seconds)
        return self.weights()

    @property
    def text(self) -> str:
        """All that can be read on the page."""
        live = [self._now["words"], *self._now["notes"]] if self._now else []
        return "\n".join(filter(None, [super().text, *live]))

    @property
    def polls(self) -> list[tuple[float, float]]:
        """For each question for news of a run, when it was asked and how long the answer took."""
        return self._polls + [poll for one in self._followers.values() for poll in one.polls]

    @property
    def progress(self) -> str:
        """What the page says beside the progress bar; empty without one."""
        return str(self._now.get("words", ""))

    @property
    def step(self) -> int:
        """Steps done, as the progress bar says."""
        found = re.match(r"step ([\d,]+) of", self.progress)
        return int(found[1].replace(",", "")) if found else 0

    @property
    def finished(self) -> bool:
        """Whether the progress bar says so."""
        return "finished" in self.progress

    def networks(self) -> list[dict[str, Any]]:
        """The networks that the probe offers, the student's own before the app's."""
        networks: list[dict[str, Any]] = self.component("probe").get("networks", [])
        return networks

    def weights(self) -> bytes:
        """The weights of the student's newest run, as the probe gets them; empty without any."""
        encoded = self.networks()[0]["weights"] if self.networks() else None
        return base64.b64decode(encoded) if encoded else b""

    def _component_drawn(self, element: Element, fragment: str) -> None:
        """Do what a component does with its data."""
        id, data = element.bidi_component.id, data_of(element)
        name = element.bidi_component.component_name.split(".")[-1]
        if name == PRESENCE:
            if self._telling is not None:
                self._telling.cancel()
            self._telling = asyncio.create_task(self._tell(data)) if data["key"] else None
        elif name == "sinae_controls":
            self._query = data["said"]

        async def redraw() -> None:
            event = json.dumps([{"event": "news", "value": True}])
            events = f"$$STREAMLIT_INTERNAL_KEY_{id}__events"
            await self._rerun(fragment, trigger=WidgetState(id=events, json_trigger_value=event))

        if name == STEERING:
            self._steered, self._redraw_steering = data, redraw
            for follower in self._followers.values():
                follower.follow(self._as_steered(follower.run))
        if name not in FOLLOWING:
            return
        if name == LIVE:
            self._now = json.loads(data["answer"])["now"]

        async def on_news(answer: dict[str, Any]) -> None:
            if name == LIVE:
                self._now = answer["now"]
            elif name == "sinae_follow" and answer["shown"] is not None:
                await redraw()
            self._answered()

        async def on_end() -> None:
            await (self._redraw_steering or redraw if name == LIVE else redraw)()

        if id not in self._followers:
            show = FOLLOWING[name]
            self._followers[id] = Follower(self.url, show, self.cookies, on_news, on_end)
        run = data["run"]
        self._followers[id].follow(self._as_steered(run) if name == LIVE else run)

    def _components_left(self, there: set[str]) -> None:
        for id in self._followers.keys() - there:
            self._unfollow(id)

    def _page_left(self) -> None:
        for id in list(self._followers):
            self._unfollow(id)
        if self._telling is not None:
            self._telling.cancel()

    def _as_steered(self, run: dict[str, Any] | None) -> dict[str, Any] | None:
        """A run with the status that the buttons were drawn for, which may be newer."""
        if run and self._steered.get("key") == run["key"]:
            return run | {"status": self._steered["status"]}
        return run

    async def _tell(self, data: dict[str, Any]) -> None:
        async with aiohttp.ClientSession(cookies=self.cookies) as session:
            while True:
                with suppress(aiohttp.ClientError):
                    headers = {KEY_HEADER: data["key"]}
                    async with session.get(self.url + HERE_PATH, headers=headers):
                        pass
                await asyncio.sleep(PRESENCE_SECONDS)

    def _unfollow(self, id: str) -> None:
        follower = self._followers.pop(id)
        follower.stop()
        self._polls += follower.polls
