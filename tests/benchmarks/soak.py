"""Memory over a long time with students coming and going.

    python -m tests.benchmarks.soak --minutes 20 [--seats 12] [--json]

Each seat is taken by one student after another: everybody trains a network that nobody had before,
for a few seconds to a minute; some stop it, some reload the page in between, some just leave. Goal:
in the last minute the web process, the cluster's own one, and the workers together each hold at
most 10 % more than in the fifth. For that the app lets go of those who left sooner than it does by
default, so that it has come to rest by then; what it keeps for them until then is bounded by the
number of its visitors.
"""

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from sinae.model.experiment import MAX_STEPS, Experiment
from tests.benchmarks.classroom import app_processes
from tests.support.server import App, running_app
from tests.support.student import Student, engine_is_up

GRACE_SECONDS, KEEP_SECONDS = 20, 60
"""What the app is told to grant to those who left."""

WAIT_SECONDS = 120
REFERENCE_MINUTE = 5
GOAL = 1.1


@dataclass(frozen=True)
class Minute:
    """The mean resident memory over a minute, in MB, and how many students came in it."""

    web_mb: float
    cluster_mb: float
    workers_mb: float
    students: int
    failures: int


class Soak:
    """Students on some seats, for ever."""

    def __init__(self, app: App, seats: int) -> None:
        self.students = 0
        self.failures: list[str] = []
        self._app = app
        self._web = psutil.Process(app.process.pid)
        self._seats = seats

    async def run(self, minutes: int) -> list[Minute]:
        """Sit through some minutes; prints each as it goes by, to standard error."""
        seats = [asyncio.create_task(self._seat(number)) for number in range(self._seats)]
        report = []
        for number in range(1, minutes + 1):
            report.append(await self._minute())
            print(f"minute {number:3}: {asdict(report[-1])}", file=sys.stderr)
        for seat in seats:
            seat.cancel()
        return report

    async def _minute(self) -> Minute:
        students, failures = self.students, len(self.failures)
        used: Counter[str] = Counter()
        looks = 0
        end = time.monotonic() + 60
        while time.monotonic() < end:
            for name, process in app_processes(self._web):
                with suppress(psutil.NoSuchProcess):
                    used[name] += process.memory_info().rss
            looks += 1
            await asyncio.sleep(1)
        mean = {name: round(total / looks / 1e6) for name, total in used.items()}
        return Minute(
            web_mb=mean["web"],
            cluster_mb=mean["cluster"],
            workers_mb=mean["worker"],
            students=self.students - students,
            failures=len(self.failures) - failures,
        )

    async def _seat(self, number: int) -> None:
        generator = random.Random(number)  # noqa: S311
        await asyncio.sleep(generator.uniform(0, 30))
        while True:
            self.students += 1
            try:
                await self._student(generator)
            except Exception as error:
                self.failures.append(f"{type(error).__name__}: {error}")
                await asyncio.sleep(1)

    async def _student(self, generator: random.Random) -> None:
        widths = tuple(generator.randint(2, 60) for _ in range(generator.randint(1, 6)))
        chosen = Experiment(widths=widths, steps=MAX_STEPS, seed=generator.randint(0, 10**9))
        end = generator.choice(("stop", "reload and stop", "leave"))
        async with Student(self._app.url, chosen.to_query()) as student:
            await student.press("Train")
            await student.until(lambda: student.step > 0, WAIT_SECONDS)
            await asyncio.sleep(generator.uniform(3, 60))
            if end == "reload and stop":
                await student.reload()
                step = student.step
                await student.until(lambda: student.step > step, WAIT_SECONDS)
            if end != "leave":
                await student.press("Stop")
                await student.until(lambda: "Train" in student.buttons, WAIT_SECONDS)
                await student.fetch_weights(WAIT_SECONDS)


async def soak(app: App, options: argparse.Namespace) -> tuple[list[Minute], list[str]]:
    """What each minute took, and what went wrong."""
    await engine_is_up(app.url)
    students = Soak(app, options.seats)
    return await students.run(options.minutes), students.failures


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Memory while students come and go.")
    parser.add_argument("--minutes", type=int, default=20)
    parser.add_argument("--seats", type=int, default=12)
    parser.add_argument("--json", action="store_true", help="one JSON object, after the minutes")
    options = parser.parse_args()
    os.environ["SINAE_GRACE_SECONDS"] = str(GRACE_SECONDS)
    os.environ["SINAE_KEEP_SECONDS"] = str(KEEP_SECONDS)
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "app.log") as app,
    ):
        minutes, failures = asyncio.run(soak(app, options))
    reference, last = minutes[min(REFERENCE_MINUTE, len(minutes)) - 1], minutes[-1]
    grown = {
        "web": last.web_mb / reference.web_mb,
        "cluster": last.cluster_mb / reference.cluster_mb,
        "workers": last.workers_mb / reference.workers_mb,
    }
    if options.json:
        report = {"minutes": [asdict(m) for m in minutes], "failures": failures, "grown": grown}
        print(json.dumps(report))
        return
    for failure in failures:
        print("FAILED", failure)
    for name, ratio in grown.items():
        met = "met" if ratio <= GOAL else "NOT MET"
        print(f"{name}: {ratio:.2f} of minute {REFERENCE_MINUTE}, goal at most {GOAL}: {met}")


if __name__ == "__main__":
    main()
