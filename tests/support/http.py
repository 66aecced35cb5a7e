"""Visits to the app by plain HTTP, with the cookies of a browser."""

import urllib.request
from collections.abc import Callable, Coroutine

import aiohttp

from tests.support.loop import run


def visiting(
    url: str, visit: Callable[[aiohttp.ClientSession], Coroutine[None, None, None]]
) -> None:
    """Call a coroutine function with a session of a browser that visits an address."""

    async def whole() -> None:
        jar = aiohttp.CookieJar(unsafe=True)  # else it takes none of an address in numbers
        async with aiohttp.ClientSession(url, cookie_jar=jar, auto_decompress=False) as browser:
            await visit(browser)

    run(whole)


def answers(url: str, path: str = "/_stcore/health") -> bool:
    """Whether the server answers a new connection with 200."""
    with urllib.request.urlopen(url + path) as answer:  # noqa: S310
        return bool(answer.status == 200)
