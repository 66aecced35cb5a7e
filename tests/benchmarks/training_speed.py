"""How fast a step of training is, beside the same step in other hands.

    python -m tests.benchmarks.training_speed [--quick] [--json]

Every side (see `sides`) is a process of its own on one thread, told in turn to train for a while:
round after round, so that what else the machine does falls on all of them alike. A ratio is taken
within each round; medians and quartiles are over the rounds.

The goals for the post's deep network are the project's. Those for the other two networks:

- 101-10-101: the products are a third of its step at best. Drawing 100 signals costs about as much
  as they do, and so do starting the loop's operations and Adam; hence 4 times the floor. What the
  other ways lose on every step, however small, weighs the more: goals as for the deep network.
- 256-128-64-3-64-128-256: the products are three quarters of its step, every library does such
  shapes well, and none can skip Adam's passes over 141,000 weights. So at most 1.5 times the
  floor, level with JAX (0.95: equals differ so much), ahead of others by what they lose: 1.6 times
  the session, 2 times `fit`, 1.25 times `fit` with 100 steps an execution and 1.5 times PyTorch.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import re
import subprocess
import sys
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from sinae.model.signals.family import LENGTH
from tests.benchmarks.sides import ONE_THREAD, SIDES, quiet_standard_output

ROOT = Path(__file__).parents[2]

FLOOR, OURS = "floor", "sinae"
FIT_100 = ("Keras fit, 100 steps an execution", "Keras fit, 100 steps an execution, XLA")

NETWORKS = {
    (50, 20, 10, 3, 10, 20, 50): (1.5, 4.5, 7.0, 2.5, 1.25, 3.0),
    (10,): (4.0, 4.5, 7.0, 2.5, 1.25, 3.0),
    (256, 128, 64, 3, 64, 128, 256): (1.5, 1.6, 2.0, 1.25, 0.95, 1.5),
}
"""Hidden widths and the goals for them: at most so many times the floor; then at least so many
times faster than the session, `fit`, the better `fit` with 100 steps an execution, JAX, PyTorch."""


@dataclass(frozen=True)
class Row:
    """A line of the table.

    Attributes:
        side: what was measured.
        microseconds: of a step, the quartiles.
        ratio: its time over ours, within a round (for ours: over the floor's), the quartiles.
        goal: what the ratio is to reach (for ours: not to exceed).
    """

    side: str
    microseconds: tuple[float, float, float]
    ratio: tuple[float, float, float] | None
    goal: float | None

    @property
    def met(self) -> bool | None:
        """Whether the median ratio keeps to the goal."""
        if self.ratio is None or self.goal is None:
            return None
        return self.ratio[1] <= self.goal if self.side == OURS else self.ratio[1] >= self.goal


class Worker:
    """The process of one side."""

    def __init__(self, side: str, widths: tuple[int, ...]) -> None:
        command = [sys.executable, "-m", "tests.benchmarks.training_speed"]
        self.process = subprocess.Popen(
            [*command, "--serve", side, "--widths", " ".join(map(str, widths))],
            cwd=ROOT,
            env={**os.environ, **ONE_THREAD},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def measure(self, seconds: float) -> float:
        """Train for about so many seconds; returns the seconds that a step took."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{seconds}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())

    def close(self) -> None:
        """End the process."""
        self.process.communicate()


def serve(side: str, widths: tuple[int, ...]) -> None:
    """Be a worker: for each line of standard input, a number of seconds, answer with a measure."""
    with quiet_standard_output():
        train = SIDES[side][0]((LENGTH, *widths, LENGTH))
        step = train(20)
        step = train(200 if step < 0.01 else 20)
    for line in sys.stdin:
        with quiet_standard_output():
            step = train(max(1, round(float(line) / step)))
        print(step, flush=True)


def compare(widths: tuple[int, ...], rounds: int, seconds: float) -> list[Row]:
    """The table of one network."""
    sides = [side for side, (_, packages) in SIDES.items() if all(map(find_spec, packages))]
    workers = {side: Worker(side, widths) for side in sides}
    try:
        for worker in workers.values():
            worker.measure(seconds)  # wait for all of them before the first round
        times = {side: np.empty(rounds) for side in sides}
        for i in range(rounds):
            for side, worker in workers.items():
                times[side][i] = worker.measure(seconds)
    finally:
        for worker in workers.values():
            worker.close()

    to_floor, session, fit, fit_100, jax, torch = NETWORKS[widths]
    better_fit = min(FIT_100, key=lambda side: np.median(times[side]))
    goals = {
        OURS: to_floor,
        "TF1 session, two runs a step": session,
        "Keras fit": fit,
        better_fit: fit_100,
        "JAX scan, optax": jax,
        "PyTorch eager, fused Adam": torch,
    }
    rows = []
    for side in sides:
        ratio = times[side] / times[FLOOR if side == OURS else OURS]
        rows.append(
            Row(
                side,
                _quartiles(times[side] * 1e6),
                None if side == FLOOR else _quartiles(ratio),
                goals.get(side),
            )
        )
    return rows


def _quartiles(values: Any) -> tuple[float, float, float]:
    low, middle, high = np.quantile(values, (0.25, 0.5, 0.75))
    return float(low), float(middle), float(high)


def machine() -> dict[str, str]:
    """The processor and the versions of what is measured."""
    cpus = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.*)", cpus.read_text()) if cpus.exists() else None
    versions = {}
    for package in sorted({name for _, packages in SIDES.values() for name in packages}):
        for distribution in (package, f"{package}-cpu"):
            try:
                versions[package] = importlib.metadata.version(distribution)
            except importlib.metadata.PackageNotFoundError:
                continue
    return {
        "processor": found[1] if found else platform.processor() or platform.machine(),
        "cores": str(os.cpu_count()),
        "Python": platform.python_version(),
        **versions,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="few short rounds: a rough figure")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead")
    parser.add_argument("--serve", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--widths", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve, tuple(map(int, options.widths.split())))
        return
    rounds, seconds = (5, 0.2) if options.quick else (15, 0.6)
    missing = [
        f"{side}: left out, {', '.join(p for p in packages if not find_spec(p))} is not installed"
        for side, (_, packages) in SIDES.items()
        if not all(map(find_spec, packages))
    ]
    tables = {}
    if not options.json:
        print(", ".join(f"{name} {value}" for name, value in machine().items()))
        for line in missing:
            print(line)
    for widths in NETWORKS:
        name = "-".join(map(str, (LENGTH, *widths, LENGTH)))
        tables[name] = compare(widths, rounds, seconds)
        if not options.json:
            _print_table(name, tables[name])
    if options.json:
        rows = {
            name: [{**asdict(row), "met": row.met} for row in table]
            for name, table in tables.items()
        }
        print(json.dumps({"machine": machine(), "left_out": missing, "networks": rows}))


def _print_table(name: str, rows: list[Row]) -> None:
    print(f"\n{name}, batch 100, selu, Adam\n{'µs a step':>66}  {'quartiles':>13}")
    for row in rows:
        low, middle, high = row.microseconds
        line = f"  {row.side:40}{middle:24.0f}  {low:6.0f}-{high:<6.0f}"
        if row.ratio is not None:
            low, middle, high = row.ratio
            what = "of the floor" if row.side == OURS else "of ours"
            line += f"  {middle:5.2f} x {what} ({low:.2f}-{high:.2f})"
        if row.goal is not None:
            bound = "at most" if row.side == OURS else "at least"
            line += f", goal {bound} {row.goal:g}: {'met' if row.met else 'NOT MET'}"
        print(line, flush=True)


if __name__ == "__main__":
    main()
