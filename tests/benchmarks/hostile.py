"""Visitors who mean harm, on the real app: does one script take the memory, or the others' turns?

    python -m tests.benchmarks.hostile
        [--cookies 1000] [--crowd 249] [--seconds 60] [--workers 1 2] [--json]

Starts the app and speaks its real protocol, on loopback, for a bounded time.

Memory: so many invented owner cookies, each with a single step of the largest kind of network, all
of whom then say every 20 seconds that they are there. Goal: the web process takes at most
`SINAE_MAX_KEPT_MB` and 100 MB more than before.

Line: a crowd of cookies that all train for ever, each a network of its own, fills all places and
the waiting line. Once the last of them has had a place, newcomers press Train, one after the
other. Goal: each one's first steps come within a minute.

Turns: one visitor trains while others press "Stop it and train these" four times a second, each
time with widths that nobody had. Goal: the one has at least 0.8 of a fair share of the CPU time
that the workers get, beside pages and this client: with ``n`` others one part in ``n + 1``, at most
what one worker gets. What a step takes is measured by the one alone, before each attack and after
it. It counts once an attack is 18 seconds old: at first each of the others has a network
compiled on credit, as every newcomer has.
"""

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp
import psutil

from sinae.model.experiment import MAX_STEPS, SETTINGS, Experiment
from sinae.service.settings import Settings
from sinae.study.presets import presets
from sinae.ui.protocol import HERE_PATH, KEY_HEADER, PRESENCE_SECONDS
from sinae.ui.session import COOKIE
from tests.benchmarks.classroom import LARGEST, Watch
from tests.support.server import App, running_app
from tests.support.student import PRESENCE, Student, engine_is_up

LARGE = replace(LARGEST, batch_size=Experiment().batch_size)
STEADY = replace(presets()["selu-50-20-10-3-10-20-50"].experiment, steps=MAX_STEPS)
AT_ONCE = 8  # cookies that open a page at the same time
PRESS_SECONDS = 0.25
SETTLE_SECONDS, BURST_SECONDS = 3.0, 15.0
LIMIT_SECONDS = 600.0
NEWCOMERS = 5
MEMORY_GOAL_MB, START_GOAL_SECONDS, SHARE_GOAL = 100.0, 60.0, 0.8
ANOTHER = ("Stop it and train these", "Stop it and train this one", "Let it go and begin", "Train")


@dataclass(frozen=True)
class Attack:
    """Others who press: how many, and what their networks are like."""

    name: str
    others: int
    like: Experiment


ATTACKS = (
    Attack("one, networks like the other's", 1, STEADY),
    Attack("one, 512x4 at batches of 1000", 1, LARGEST),
    Attack("six, networks like the other's", 6, STEADY),
    Attack("six, 512x4 at batches of 1000", 6, LARGEST),
)


@dataclass(frozen=True)
class Share:
    """What an attack left to the one who trains; speeds in steps a second, and the cores that all
    workers together got meanwhile."""

    workers: int
    attack: str
    presses: int
    alone: float
    alone_cores: float
    attacked: float
    attacked_cores: float
    fair: float  # of these cores

    @property
    def of_fair(self) -> float:
        """The part of a fair share."""
        cores = self.attacked * self.alone_cores / self.alone
        return cores / (self.fair * self.attacked_cores)


def megabytes(app: App) -> float:
    """The resident memory of the web process, in MB."""
    return float(psutil.Process(app.process.pid).memory_info().rss / 1e6)


async def take_memory(app: App, cookies: int) -> dict[str, Any]:
    """Have so many cookies each train a step, and say that they are there."""
    await engine_is_up(app.url)
    async with Student(app.url):  # what a first page loads is no visitor's
        before = peak = megabytes(app)
    keys: list[str] = []
    refused = 0
    numbers = iter(range(cookies))

    async def visitors() -> None:
        nonlocal refused, peak
        for number in numbers:
            query = replace(LARGE, seed=number).to_query()
            owner = {COOKIE: f"invented{number:024}"}
            async with Student(app.url, query, cookies=owner) as student:
                await student.press("Step")
                await student.until(
                    lambda: student.step > 0 or "memory" in student.text, LIMIT_SECONDS
                )
                refused += not student.step
                keys.append(student.component(PRESENCE.removeprefix("sinae_"))["key"])
            peak = max(peak, megabytes(app))

    staying = asyncio.create_task(stay(app.url, keys))
    await asyncio.gather(*(visitors() for _ in range(AT_ONCE)))
    staying.cancel()
    ceiling = Settings.from_environment().max_kept_mb
    return {
        "cookies": cookies,
        "refused": refused,
        "before_mb": before,
        "peak_mb": max(peak, megabytes(app)),
        "ceiling_mb": ceiling,
        "growth_mb": max(peak, megabytes(app)) - before,
    }


async def stay(url: str, keys: list[str]) -> None:
    """Say now and then that the visitors with runs of these keys are there, for ever."""
    async with aiohttp.ClientSession() as session:
        while True:
            for key in keys.copy():
                with suppress(aiohttp.ClientError):
                    async with session.get(url + HERE_PATH, headers={KEY_HEADER: key}):
                        pass
            await asyncio.sleep(PRESENCE_SECONDS)


async def fill_the_line(app: App, crowd: int) -> dict[str, Any]:
    """Have a crowd train for ever, and newcomers come to it."""
    await engine_is_up(app.url)
    keys: list[str] = []
    numbers = iter(range(crowd))

    async def come(number: int, like: Experiment) -> tuple[float, float]:
        owner = {COOKIE: f"in-crowd{number:024}"}
        async with Student(app.url, like.to_query(), cookies=owner) as student:
            await student.press("Train")
            await student.until(lambda: "Pause" in student.buttons, LIMIT_SECONDS)
            pressed = time.monotonic()
            keys.append(student.component(PRESENCE.removeprefix("sinae_"))["key"])
            if number < crowd - 1:
                return 0.0, 0.0
            await student.until(lambda: "waiting" not in student.progress, LIMIT_SECONDS)
            started = time.monotonic()
            await student.until(lambda: student.step > 0, LIMIT_SECONDS)
            return started - pressed, time.monotonic() - pressed

    async def visitors() -> None:
        for number in numbers:
            await come(number, other_widths(STEADY, random.Random(number)))  # noqa: S311

    staying = asyncio.create_task(stay(app.url, keys))
    await asyncio.gather(*(visitors() for _ in range(AT_ONCE)))
    found = [
        await come(number, other_widths(STEADY, random.Random(number)))  # noqa: S311
        for number in range(crowd, crowd + NEWCOMERS)
    ]
    staying.cancel()
    started, stepped = zip(*found, strict=True)
    return {"crowd": crowd, "newcomers": NEWCOMERS, "started": started, "first_step": stepped}


def other_widths(like: Experiment, generator: random.Random) -> Experiment:
    """A network like another one, with some nodes less in each layer."""
    widths = tuple(w - generator.randint(0, min(9, w - 1)) for w in like.widths)
    return replace(like, widths=widths)


async def press_again_and_again(
    url: str, like: Experiment, number: int, pressed: list[int]
) -> None:
    """Train another network four times a second, for ever."""
    generator = random.Random(number)  # noqa: S311
    owner = {COOKIE: f"presser-{number:024}"}
    async with Student(url, like.to_query(), cookies=owner) as student:
        while True:
            widths = other_widths(like, generator).widths
            await student.change(SETTINGS["widths"].label, ",".join(map(str, widths)))
            for label in ANOTHER:
                if label in student.buttons:
                    await student.press(label)
                    pressed[0] += 1
                    break
            await asyncio.sleep(PRESS_SECONDS)


async def speed(student: Student, watch: Watch, seconds: float) -> tuple[float, float]:
    """Steps a second of a student, as the page shows them, and the cores that the workers get."""
    await asyncio.sleep(SETTLE_SECONDS)
    await student.until(lambda: True, LIMIT_SECONDS)
    started, before = time.monotonic(), student.step
    await asyncio.sleep(seconds)
    await student.until(lambda: True, LIMIT_SECONDS)
    ended = time.monotonic()
    watch.look()
    return (student.step - before) / (ended - started), watch.workers_between(started, ended)


async def take_turns(app: App, workers: int, seconds: float) -> list[Share]:
    """Measure what each attack leaves to one who trains."""
    await engine_is_up(app.url)
    shares = []
    watch = Watch(psutil.Process(app.process.pid))
    watching = asyncio.create_task(watch.run())
    async with Student(app.url, STEADY.to_query()) as student:
        await student.press("Train")
        await student.until(lambda: student.step > 0, LIMIT_SECONDS)
        alone = [await speed(student, watch, seconds / 2)]
        for attack in ATTACKS:
            pressed = [0]
            others = [
                asyncio.create_task(press_again_and_again(app.url, attack.like, number, pressed))
                for number in range(attack.others)
            ]
            await asyncio.sleep(BURST_SECONDS)
            attacked, cores = await speed(student, watch, seconds)
            for other in others:
                other.cancel()
            ends = await asyncio.gather(*others, return_exceptions=True)
            failures = [end for end in ends if not isinstance(end, asyncio.CancelledError)]
            assert not failures, failures
            await leave_them(app.url, attack.others)
            alone.append(await speed(student, watch, seconds / 2))
            lone, lone_cores = map(statistics.mean, zip(*alone[-2:], strict=True))
            shares.append(
                Share(
                    workers=workers,
                    attack=attack.name,
                    presses=pressed[0],
                    alone=lone,
                    alone_cores=lone_cores,
                    attacked=attacked,
                    attacked_cores=cores,
                    fair=min(1 / workers, 1 / (attack.others + 1)),
                )
            )
    watching.cancel()
    return shares


async def leave_them(url: str, others: int) -> None:
    """Stop what the others train."""
    for number in range(others):
        owner = {COOKIE: f"presser-{number:024}"}
        async with Student(url, cookies=owner) as student:
            if "Pause" in student.buttons:
                await student.press("Stop")
                await student.until(lambda: "Pause" not in student.buttons, LIMIT_SECONDS)


def show(
    memory: dict[str, Any] | None, line: dict[str, Any] | None, shares: Sequence[Share]
) -> None:
    """Print it for people."""
    if memory:
        goal = memory["ceiling_mb"] + MEMORY_GOAL_MB
        met = "met" if memory["growth_mb"] <= goal else "NOT MET"
        print(
            f"memory: {memory['cookies']} cookies, {memory['refused']} refused in a sentence: "
            f"{memory['before_mb']:.0f} MB before, {memory['peak_mb']:.0f} at most, "
            f"{memory['growth_mb']:.0f} more; goal {goal:.0f}: {met}"
        )
    if line:
        met = "met" if max(line["first_step"]) <= START_GOAL_SECONDS else "NOT MET"
        print(
            f"line: {line['newcomers']} newcomers to {line['crowd']} who train: had a place after "
            f"{statistics.median(line['started']):.1f} s (at most {max(line['started']):.1f}), the "
            f"first steps after {statistics.median(line['first_step']):.1f} s (at most "
            f"{max(line['first_step']):.1f}); goal {START_GOAL_SECONDS:.0f}: {met}"
        )
    for share in shares:
        met = "met" if share.of_fair >= SHARE_GOAL else "NOT MET"
        print(
            f"turns, {share.workers} worker{'s' * (share.workers > 1)}: {share.attack}: "
            f"{share.presses} presses, {share.attacked:,.0f} of {share.alone:,.0f} steps a second, "
            f"{share.of_fair:.2f} of a fair share; goal {SHARE_GOAL}: {met}"
        )


def main() -> None:
    """Attack, measure and print."""
    parser = argparse.ArgumentParser(description="Visitors who mean harm, on the real app.")
    parser.add_argument("--cookies", type=int, default=1000, help="0 for none")
    parser.add_argument("--crowd", type=int, default=249, help="who fill the line, 0 for none")
    parser.add_argument("--seconds", type=float, default=60, help="of each attack on turns")
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2], help="none for no attack")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    options = parser.parse_args()
    memory, line, shares = None, None, []
    with tempfile.TemporaryDirectory() as folder:
        if options.cookies:
            with running_app(Path(folder) / "memory.log") as app:
                memory = asyncio.run(take_memory(app, options.cookies))
        if options.crowd:
            with running_app(Path(folder) / "line.log") as app:
                line = asyncio.run(fill_the_line(app, options.crowd))
        for workers in options.workers:
            log = Path(folder) / f"{workers}.log"
            with running_app(log, SINAE_WORKERS=str(workers)) as app:
                shares += asyncio.run(take_turns(app, workers, options.seconds))
    if options.json:
        found = [asdict(share) | {"of_fair": share.of_fair} for share in shares]
        print(json.dumps({"memory": memory, "line": line, "turns": found}))
    else:
        show(memory, line, shares)


if __name__ == "__main__":
    main()
