"""What the browser's ``follower.js`` does: it follows a run by asking the app for its news."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp

from sinae.ui import protocol
from sinae.ui.protocol import KEY_HEADER, NEWS_PATH, PAUSE_SECONDS, REDRAW_SECONDS


class Follower:
    """Follows at most one run.

    Attributes:
        polls: for each question, when it was asked (monotonic clock) and the seconds until the
            answer, less those that the app waited for news.
    """

    def __init__(
        self,
        url: str,
        show: protocol.Show,
        cookies: Mapping[str, str],
        on_news: Callable[[dict[str, Any]], Awaitable[None]],
        redraw: Callable[[], Awaitable[None]],
    ) -> None:
        """
        Args:
            url: the address of the app.
            show: what to ask for about the run.
            cookies: the browser's cookies.
            on_news: called with every answer.
            redraw: called when the page was drawn for a status that is over.
        """
        self.polls: list[tuple[float, float]] = []
        self._url = url
        self._show = show
        self._cookies = cookies
        self._on_news = on_news
        self._redraw = redraw
        self._run: dict[str, Any] | None = None
        self._seen: dict[str, Any] = {}
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def follow(self, run: dict[str, Any] | None) -> None:
        """Follow the run that a component was given; None for none."""
        if run and (self._run is None or run["key"] != self._run["key"]):
            self._seen = run
        self._run = run
        self._wake.set()
        if run and (self._task is None or self._task.done()):
            self._task = asyncio.create_task(self._ask_on())

    @property
    def run(self) -> dict[str, Any] | None:
        """The run that is followed, if any."""
        return self._run

    def stop(self) -> None:
        """Stop following."""
        self._run = None
        if self._task is not None and self._task is not asyncio.current_task():
            self._task.cancel()

    async def _ask_on(self) -> None:
        # Of the cookies none is set here: a component's requests get pages none.
        async with aiohttp.ClientSession(cookies=self._cookies) as session:
            while self._run:
                try:
                    seconds = await self._ask(session, self._run)
                except (aiohttp.ClientError, TimeoutError):
                    seconds = 0.5
                self._wake.clear()
                try:
                    async with asyncio.timeout(seconds):
                        await self._wake.wait()
                except TimeoutError:
                    pass

    async def _ask(self, session: aiohttp.ClientSession, run: dict[str, Any]) -> float:
        """Ask once, and return the seconds to wait before the next question."""
        asked = time.monotonic()
        async with session.get(
            self._url + NEWS_PATH,
            params={
                protocol.SHOW_QUERY: self._show,
                protocol.SEEN_QUERY: self._seen["version"],
                protocol.ENGINE_QUERY: self._seen["engine"],
            },
            headers={KEY_HEADER: run["key"]},
        ) as response:
            if not response.ok and response.status != 404:
                return 0.5
            answer = await response.json() if response.ok else None
            waited = re.search(r"wait;dur=([\d.]+)", response.headers.get("Server-Timing", ""))
        if self._run is None or self._run["key"] != run["key"]:
            return 0.0
        if answer:
            took = time.monotonic() - asked
            self.polls.append((asked, took - (float(waited[1]) / 1000 if waited else 0.0)))
            self._seen = answer["now"]
            await self._on_news(answer)
            now = answer["now"]
            if self._run is None or (now["status"] == self._run["status"] and now["newest"]):
                return PAUSE_SECONDS
        await self._redraw()
        return REDRAW_SECONDS
