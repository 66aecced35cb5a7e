"""Visits to the app by plain HTTP, with the cookies of a browser."""

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
