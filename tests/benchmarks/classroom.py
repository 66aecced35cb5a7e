"""A whole class at once: students who train, others who look on, each with a page of their own.

    python -m tests.benchmarks.classroom --students 30 --onlookers 100
        [--preset NAME] [--largest] [--seconds 120 | --steps N] [--json]

Starts the real app and speaks its real protocol. A student alone gives the speed of a single run,
before and after; as the machine's own speed may change meanwhile, the CPU time that workers get is
compared too, which does not hang on that. In between all students press Train, each with an own
network and an own seed; while they train, they change a control now and then, and once the class
has come half way, pause and resume. Onlookers watch the live charts of a student, as in a second
tab of the same browser. With ``--largest`` one more student trains one of the largest networks that
are allowed, all the time, and is not counted. In the end each student's weights are compared with
what the same experiment gives alone, in a process of its own, byte for byte.

The students run on the same machine as the app, so what they use is printed too, and how late they
were themselves: an answer cannot be measured to be faster than that.
"""

import argparse
import asyncio
import importlib.metadata
import json
import math
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from numpy.typing import NDArray

from sinae.model.experiment import MAX_STEPS, Experiment
from sinae.model.runtime import keep_programs_in
from sinae.model.training import advance
from sinae.service.settings import Settings, programs
from sinae.study.presets import presets
from tests.benchmarks.training_speed import machine
from tests.support.server import App, running_app
from tests.support.student import Student, engine_is_up

ACTION_SECONDS = 8.0
"""How long a student looks on, at the mean, before doing something."""

SETTLE_SECONDS, LONE_SECONDS = 3.0, 40.0
"""How long a student alone trains before, and while, the speed is measured."""

LARGEST = Experiment(widths=(512, 512, 512, 512), batch_size=1000, steps=MAX_STEPS)
"""One of the largest networks that are allowed: most nodes in a layer, most signals in a batch."""

LIMIT_SECONDS = 1800.0
"""How long students wait for anything: an app that is too slow shows in the times."""

DIFFER = "The controls differ"
"""What the page says when the controls do not describe the run that it shows."""

PROCESSES = {
    "cluster": "sinae.service.cluster",
    "resource tracker": "resource_tracker import",
    "worker": "spawn_main",
}
"""What the web process starts, and what is in its command line."""


def experiments(base: Experiment, count: int) -> list[Experiment]:
    """Different networks of one speed: this one, with one or two nodes less in a layer.

    Never more: a layer that is a node too wide for the processor's vectors takes a tenth of the
    speed, which would look as if its student got less than the others.

    Raises:
        ValueError: there are not so many.
    """
    bottleneck = base.bottleneck
    less = [
        0 if i == bottleneck else 1 if w == max(base.widths) else 2
        for i, w in enumerate(base.widths)
    ]
    if count > (most := math.prod(1 + n for n in less)):
        raise ValueError(f"There are {most} networks like {base.name}; {count} are too many.")
    generator = random.Random(0)  # noqa: S311
    found = {base.widths: None}
    while len(found) < count:
        widths = (w - generator.randint(0, n) for w, n in zip(base.widths, less, strict=True))
        found[tuple(widths)] = None
    return [replace(base, widths=widths, seed=seed) for seed, widths in enumerate(found)]


def weights_alone(experiment: Experiment) -> bytes:
    """The weights that an experiment gives when nobody else trains."""
    return advance(experiment, None, experiment.steps).state.weights.astype("<f4").tobytes()


def all_weights_alone(chosen: Sequence[Experiment]) -> list[bytes]:
    """The same for several, on all cores."""
    context, kept = get_context("spawn"), (programs(),)
    with ProcessPoolExecutor(os.cpu_count(), context, keep_programs_in, kept) as pool:
        return list(pool.map(weights_alone, chosen))


@dataclass
class Record:
    """What one student saw; times on the monotonic clock, in seconds.

    Attributes:
        experiment: that the student trains.
        opened: how long the page took.
        marks: when the page showed a step, and which; begins with the click on Train.
        answers: what the student did, and how long the page took to show it.
        polls: how long each poll took.
        weights: in the end.
        runs: the names of the student's own networks that the probe offered, by their ids.
        heard: all that the server sent, where it is kept.
        cookies: of the student's browser.
        failure: what went wrong.
    """

    experiment: Experiment
    opened: float = math.nan
    marks: list[tuple[float, int]] = field(default_factory=list)
    answers: list[tuple[str, float]] = field(default_factory=list)
    polls: list[float] = field(default_factory=list)
    weights: bytes = b""
    runs: dict[str, str] = field(default_factory=dict)
    heard: bytearray = field(default_factory=bytearray)
    cookies: dict[str, str] = field(default_factory=dict)
    failure: str = ""

    @property
    def first_loss(self) -> float:
        """Seconds from the click to the first loss."""
        return self.first_step_at - self.marks[0][0]

    @property
    def first_step_at(self) -> float:
        """When the page first showed a loss."""
        return next(when for when, step in self.marks if step)

    @property
    def done_at(self) -> float:
        """When the page showed the last step."""
        return next(when for when, step in self.marks if step == self.experiment.steps)


async def _answered(
    student: Student, record: Record, action: str, true: Callable[[], bool]
) -> None:
    seconds = await student.until(lambda: true() or student.finished, LIMIT_SECONDS)
    record.answers.append((action, seconds))


async def _goes_on(student: Student) -> None:
    """Wait for further steps: a pause gives a chunk up, and one after the other all of them."""
    step = student.step
    await student.until(lambda: student.step > step or student.finished, LIMIT_SECONDS)


class Lesson:
    """Students who train at the same time."""

    def __init__(
        self,
        url: str,
        chosen: Sequence[Experiment],
        *,
        arrival: float,
        action: float = ACTION_SECONDS,
        keep: bool = False,
    ) -> None:
        """
        Args:
            url: of the app.
            chosen: what they train.
            arrival: seconds within which all of them come.
            action: seconds, at the mean, after which each does something.
            keep: whether to keep all that the server sends.
        """
        self.url = url
        self.records = [Record(experiment) for experiment in chosen]
        self.onlookers_polls: list[float] = []
        self.onlookers_failures: list[str] = []
        self._arrival = arrival
        self._action = action
        self._keep = keep
        self._half_time = False
        self._pressed = 0
        self._all_train = asyncio.Event()
        self._first_done = asyncio.Event()

    async def run(self, onlookers: int = 0) -> None:
        """Until all are done."""
        looking = [asyncio.create_task(self._look_on(number)) for number in range(onlookers)]
        await asyncio.gather(*(self._learn(seed, r) for seed, r in enumerate(self.records)))
        await asyncio.gather(*looking)

    async def _learn(self, seed: int, record: Record) -> None:
        generator = random.Random(seed)  # noqa: S311
        await asyncio.sleep(generator.uniform(0, self._arrival))
        came = time.monotonic()
        student = Student(self.url, record.experiment.to_query())
        student.on_answer = lambda: self._mark(student, record)
        if self._keep:
            student.on_message = record.heard.extend
        try:
            async with student, asyncio.timeout(LIMIT_SECONDS):
                record.opened = time.monotonic() - came
                record.cookies = student.cookies
                await self._train(student, record, generator)
                record.polls = [seconds for _, seconds in student.polls]
                student.on_answer = lambda: None
                record.weights = await student.fetch_weights(LIMIT_SECONDS)
                record.runs = {
                    n["id"]: n["name"] for n in student.networks() if n["id"] not in presets()
                }
        except Exception as error:
            record.failure = _reason(error)
        finally:
            self._press()
            self._first_done.set()

    async def _train(self, student: Student, record: Record, generator: random.Random) -> None:
        record.marks.append((time.monotonic(), 0))
        await student.press("Train")
        await _answered(student, record, "train", lambda: "Pause" in student.buttons)
        self._press()
        async with asyncio.TaskGroup() as group:
            acting = group.create_task(self._act(student, record, generator))
            await student.until(lambda: student.finished, LIMIT_SECONDS)
            acting.cancel()

    async def _act(self, student: Student, record: Record, generator: random.Random) -> None:
        steps = record.experiment.steps
        while True:
            await asyncio.sleep(generator.uniform(0.5, 1.5) * self._action)
            if not self._class_is_half_way():
                await student.change("Steps", str(steps + 1000))
                await _answered(student, record, "control", lambda: DIFFER in student.text)
                await student.change("Steps", str(steps))
                await _answered(student, record, "control", lambda: DIFFER not in student.text)
            elif "Pause" in student.buttons:
                await student.press("Pause")
                await _answered(student, record, "pause", lambda: "Resume" in student.buttons)
                if student.finished:  # it was too late to pause
                    return
                await student.press("Resume")
                await _answered(student, record, "resume", lambda: "Pause" in student.buttons)
                await _goes_on(student)

    async def _look_on(self, number: int) -> None:
        generator = random.Random(-number)  # noqa: S311
        record = self.records[number % len(self.records)]
        await self._all_train.wait()
        await asyncio.sleep(generator.uniform(0, self._arrival))
        tab = Student(self.url, record.experiment.to_query(), cookies=record.cookies)
        try:
            async with tab, asyncio.timeout(LIMIT_SECONDS):
                await self._first_done.wait()
                self.onlookers_polls += [seconds for _, seconds in tab.polls]
        except Exception as error:
            self.onlookers_failures.append(_reason(error))

    def _mark(self, student: Student, record: Record) -> None:
        if record.marks and student.step > record.marks[-1][1]:
            record.marks.append((time.monotonic(), student.step))

    def _press(self) -> None:
        self._pressed += 1
        if self._pressed == len(self.records):
            self._all_train.set()

    def _class_is_half_way(self) -> bool:
        if not self._half_time:
            parts = [r.marks[-1][1] / r.experiment.steps for r in self.records if r.marks]
            self._half_time = float(np.median(parts)) >= 0.5
        return self._half_time


def _reason(error: Exception) -> str:
    first = error.exceptions[0] if isinstance(error, ExceptionGroup) else error
    return f"{type(first).__name__}: {first}"


async def alone(url: str, base: Experiment, web: psutil.Process) -> tuple[float, float]:
    """Steps a second of a student alone, and CPU seconds of the workers a second."""
    watch = Watch(web)
    marks: list[tuple[float, int]] = []
    async with Student(url, replace(base, steps=MAX_STEPS).to_query()) as student:
        student.on_answer = lambda: marks.append((time.monotonic(), student.step))
        await student.press("Train")
        await student.until(lambda: student.step > 0)
        await asyncio.sleep(SETTLE_SECONDS)
        marks.clear()
        watch.look()
        await asyncio.sleep(LONE_SECONDS)
        watch.look()
        when, steps = np.array(marks).T
        await student.press("Stop")
        await student.until(lambda: "Train" in student.buttons)
    return float(np.polyfit(when - when[0], steps, 1)[0]), watch.workers_between(0, math.inf)


def app_processes(web: psutil.Process) -> Iterator[tuple[str, psutil.Process]]:
    """The processes of the app, each after what it is."""
    yield "web", web
    for process in web.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            command = " ".join(process.cmdline())
            yield next((n for n, part in PROCESSES.items() if part in command), "other"), process


class Watch:
    """The CPU time and the memory of the app's processes, and how late this process is itself."""

    def __init__(self, web: psutil.Process) -> None:
        self._web = web
        self._used: dict[int, dict[str, Any]] = {}
        self._workers: list[tuple[float, float]] = []  # when looked at, and their CPU seconds
        self.late: list[float] = []

    async def run(self) -> None:
        """Look every second, until it is cancelled."""
        while True:
            self.look()
            for _ in range(20):
                before = time.monotonic()
                await asyncio.sleep(0.05)
                self.late.append(time.monotonic() - before - 0.05)

    def look(self) -> None:
        """Look once."""
        for name, process in app_processes(self._web):
            with suppress(psutil.NoSuchProcess), process.oneshot():
                used = self._used.setdefault(process.pid, {"process": name, "peak_mb": 0.0})
                used["cpu_seconds"] = sum(process.cpu_times()[:2])
                used["peak_mb"] = max(used["peak_mb"], process.memory_info().rss / 1e6)
        total = sum(u["cpu_seconds"] for u in self.processes if u["process"] == "worker")
        self._workers.append((time.monotonic(), total))

    def workers_between(self, start: float, end: float) -> float:
        """CPU seconds of the workers a second, between two times on the monotonic clock."""
        when, seconds = np.array(self._workers).T
        first, last = np.clip((start, end), when[0], when[-1])
        used = np.interp((first, last), when, seconds)
        return float((used[1] - used[0]) / (last - first))

    @property
    def processes(self) -> list[dict[str, Any]]:
        """Each process with its CPU seconds and its peak resident memory in MB."""
        return list(self._used.values())


def quantiles(seconds: Sequence[float]) -> dict[str, float] | None:
    """The p50, p95 and maximum, and of how many."""
    if not seconds:
        return None
    p50, p95, most = np.quantile(seconds, (0.5, 0.95, 1.0))
    return {"p50": float(p50), "p95": float(p95), "max": float(most), "count": len(seconds)}


def sharing(records: Sequence[Record]) -> dict[str, float]:
    """How alike the students came on, and how fast all together.

    Returns:
        spread: most steps done to fewest, when the median student is half way.
        spread_of_rates: the same of steps a second since each one's click.
        steps_per_second: of all, from when each had a loss to when the first was done.
    """
    start = min(r.marks[0][0] for r in records)
    end = max(r.done_at for r in records)
    grid: NDArray[np.float64] = np.arange(start, end, 0.1)
    steps = np.array([np.interp(grid, *np.array(r.marks).T) for r in records])
    targets = np.array([r.experiment.steps for r in records])
    half = int(np.argmax(np.median(steps / targets[:, None], axis=0) >= 0.5))
    clicked = np.array([r.marks[0][0] for r in records])
    rates = steps[:, half] / (grid[half] - clicked)
    first = int(np.searchsorted(grid, max(r.first_step_at for r in records)))
    last = int(np.searchsorted(grid, min(r.done_at for r in records))) - 1
    speed = math.nan
    if last > first:
        speed = float((steps[:, last] - steps[:, first]).sum() / (grid[last] - grid[first]))
    return {
        "half_time": float(grid[half] - start),
        "all_train_from": float(grid[first]),
        "all_train_seconds": float(grid[last] - grid[first]),
        "spread": _spread(steps[:, half]),
        "spread_of_rates": _spread(rates),
        "steps_per_second": speed,
    }


def _spread(values: NDArray[np.float64]) -> float:
    return float(values.max() / values.min()) if values.min() > 0 else math.inf


def versions() -> dict[str, str]:
    """The processor, and the versions of what is measured."""
    packages = ("streamlit", "starlette", "uvicorn", "distributed", "websockets")
    return machine() | {name: importlib.metadata.version(name) for name in packages}


async def measure(
    options: argparse.Namespace, networks: Sequence[Experiment], app: App
) -> tuple[dict[str, Any], list[Record]]:
    """Everything but the comparison of the weights."""
    await engine_is_up(app.url)
    web = psutil.Process(app.process.pid)
    before_class = await alone(app.url, networks[0], web)
    workers = Settings.from_environment().workers
    steps = options.steps or round(workers * before_class[0] * options.seconds / options.students)
    chosen = [replace(network, steps=steps) for network in networks]
    lesson = Lesson(app.url, chosen, arrival=options.arrival)
    own_process, watch = psutil.Process(), Watch(web)
    before = sum(own_process.cpu_times()[:2])
    watching = asyncio.create_task(watch.run())
    async with AsyncExitStack() as beside:
        if options.largest:
            student = await beside.enter_async_context(Student(app.url, LARGEST.to_query()))
            await student.press("Train")
            await student.until(lambda: student.step > 0, LIMIT_SECONDS)
        started = time.monotonic()
        await lesson.run(options.onlookers)
        seconds = time.monotonic() - started
        if options.largest:
            await student.press("Stop")
            await student.until(lambda: "Pause" not in student.buttons, LIMIT_SECONDS)
    watching.cancel()
    # The machine's own speed may have changed.
    lone_speed, lone_cores = np.mean(
        [before_class, await alone(app.url, networks[0], web)], axis=0
    ).tolist()
    trained = [r for r in lesson.records if not r.failure]
    shared = sharing(trained) if trained else None
    if shared:
        start = shared["all_train_from"]
        shared["worker_cores"] = watch.workers_between(start, start + shared["all_train_seconds"])
    report = {
        "machine": versions(),
        "preset": options.preset,
        "students": options.students,
        "onlookers": options.onlookers,
        "largest": options.largest,
        "workers": workers,
        "steps": steps,
        "seconds": seconds,
        "lone_steps_per_second": lone_speed,
        "lone_worker_cores": lone_cores,
        "page": quantiles([r.opened for r in trained]),
        "first_loss": quantiles([r.first_loss for r in trained]),
        "answers": {
            action: quantiles([s for r in trained for a, s in r.answers if action in (a, "all")])
            for action in ("all", "train", "control", "pause", "resume")
        },
        "students_polls": quantiles([s for r in trained for s in r.polls]),
        "onlookers_polls": quantiles(lesson.onlookers_polls),
        "sharing": shared,
        "processes": watch.processes,
        "client_cpu_seconds": sum(own_process.cpu_times()[:2]) - before,
        "client_late": quantiles(watch.late),
        "failures": [r.failure for r in lesson.records if r.failure] + lesson.onlookers_failures,
    }
    return report, trained


def goals(report: dict[str, Any]) -> list[tuple[str, float, float, bool]]:
    """What was to be reached: its name, the value, the goal, and whether it is met."""
    nothing = {"spread": math.inf, "steps_per_second": 0.0, "worker_cores": 0.0}
    shared = report["sharing"] or nothing
    workers = report["workers"]
    total = shared["steps_per_second"] / (workers * report["lone_steps_per_second"])
    cores = shared["worker_cores"] / (workers * report["lone_worker_cores"])
    web = next(p["peak_mb"] for p in report["processes"] if p["process"] == "web")
    at_most = [
        ("action to answer, p95, s", report["answers"]["all"], 0.3),
        ("most to fewest steps at half time", shared["spread"], 1.25),
        ("onlooker's poll, p95, s", report["onlookers_polls"], 0.1),
        ("web process, MB", web, 400.0),
    ]
    at_least = [
        ("students right, bit for bit", report["right"], report["students"]),
        (f"all together, of {workers} times one alone", total, 0.85),
        ("the same, by the workers' CPU time", cores, 0.85),
    ]
    return [(name, value, goal, value >= goal) for name, value, goal in at_least] + [
        (name, value, goal, value <= goal)
        for name, found, goal in at_most
        if (value := found["p95"] if isinstance(found, dict) else found) is not None
    ]


def show(report: dict[str, Any]) -> None:
    """Print it for people."""
    print(", ".join(f"{name} {value}" for name, value in report["machine"].items()))
    print(
        f"{report['students']} students of {report['steps']:,} steps of networks like "
        f"{report['preset']}, {report['onlookers']} onlookers, {report['seconds']:.0f} s; "
        f"one alone: {report['lone_steps_per_second']:,.0f} steps a second"
    )
    for failure in report["failures"]:
        print("FAILED", failure)
    times = {
        "to open the page": report["page"],
        "from click to first loss": report["first_loss"],
        **{f"answer: {action}": found for action, found in report["answers"].items()},
        "student's poll": report["students_polls"],
        "onlooker's poll": report["onlookers_polls"],
        "this client was late": report["client_late"],
    }
    print(f"\n{'seconds':26} {'p50':>7} {'p95':>7} {'max':>7} {'of':>6}")
    for name, found in times.items():
        if found:
            print(f"{name:26} {found['p50']:7.3f} {found['p95']:7.3f} {found['max']:7.3f}", end="")
            print(f" {found['count']:6}")
    if shared := report["sharing"]:
        print(
            f"\nhalf time after {shared['half_time']:.0f} s: most to fewest steps "
            f"{shared['spread']:.2f}, counted from each one's click {shared['spread_of_rates']:.2f}"
            f"\nall trained for {shared['all_train_seconds']:.0f} s, together "
            f"{shared['steps_per_second']:,.0f} steps a second"
        )
    print(f"\n{'process':26} {'CPU s':>7} {'peak MB':>8}")
    for used in report["processes"]:
        print(f"{used['process']:26} {used['cpu_seconds']:7.1f} {used['peak_mb']:8.0f}")
    print(f"{'this client':26} {report['client_cpu_seconds']:7.1f}")
    left = 1 - report["client_cpu_seconds"] / (report["seconds"] * (os.cpu_count() or 1))
    print(f"this client left {left:.1%} of the machine")
    print(f"\n{'goal':36} {'reached':>8} {'goal':>6}")
    for name, value, goal, met in goals(report):
        print(f"{name:36} {value:8.3g} {goal:6g}  {'met' if met else 'NOT MET'}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="A whole class at once, on the real app.")
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--onlookers", type=int, default=0)
    parser.add_argument(
        "--preset",
        choices=presets(),
        default="selu-50-20-10-3-10-20-50",
        help="what each one's network is like",
    )
    parser.add_argument("--largest", action="store_true", help="and one on a largest network")
    parser.add_argument("--seconds", type=float, default=120, help="that all train, about")
    parser.add_argument("--steps", type=int, help="of each student, in place of --seconds")
    parser.add_argument("--arrival", type=float, default=5, help="seconds within which they come")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    options = parser.parse_args()
    try:
        networks = experiments(presets()[options.preset].experiment, options.students)
    except ValueError as error:
        parser.error(str(error))
    os.environ["SINAE_MAX_RUNS"] = str(options.students + options.largest)  # nobody waits in line
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "app.log") as app,
    ):
        report, trained = asyncio.run(measure(options, networks, app))
    expected = all_weights_alone([record.experiment for record in trained])
    report["right"] = sum(r.weights == e for r, e in zip(trained, expected, strict=True))
    if options.json:
        print(json.dumps(report | {"goals": goals(report)}))
    else:
        show(report)


if __name__ == "__main__":
    main()
