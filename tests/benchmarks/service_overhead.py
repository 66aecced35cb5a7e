"""What a run loses to being a service: Dask, chunks, the held-out set after each of them.

    python -m tests.benchmarks.service_overhead [--rounds 7] [--json]

The bare loop (a process with nothing else to do), one run through the engine, and two runs through
it, in turn; the median over the rounds of what one run reaches of the bare loop (goal: 90 %), and
of what two runs on two cores reach of one (goal: 1.8 times).
"""

import argparse
import json
import time

import numpy as np

from sinae.model.experiment import MAX_STEPS, Experiment
from sinae.service.admission import AdmissionQueue
from sinae.service.engine import Engine
from sinae.service.run import Run
from tests.benchmarks.training_speed import OURS, Worker

WIDTHS = (50, 20, 10, 3, 10, 20, 50)
SETTLE_SECONDS = 2.0
SECONDS = 4.0
GOAL_OF_BARE, GOAL_OF_TWO = 0.9, 1.8


def runs_speed(engine: Engine, count: int) -> float:
    """Steps a second of so many runs together, once their chunks have their size."""
    line = AdmissionQueue(count, 0)
    runs = [
        Run(Experiment(widths=WIDTHS, steps=MAX_STEPS, seed=seed), engine, line)
        for seed in range(count)
    ]
    for run in runs:
        run.train()
    time.sleep(SETTLE_SECONDS)
    speed = sum(_speed(runs))
    for run in runs:
        run.stop()
    return speed


def _speed(runs: list[Run]) -> list[float]:
    """Steps a second of each run, from the end of a chunk to the end of another."""
    seen: list[list[tuple[float, int]]] = [[] for _ in runs]
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        for run, marks in zip(runs, seen, strict=True):
            step = run.snapshot().step
            if not marks or marks[-1][1] != step:
                marks.append((time.monotonic(), step))
        time.sleep(0.002)
    # The first mark is where the watch began, not the end of a chunk.
    return [(m[-1][1] - m[1][1]) / (m[-1][0] - m[1][0]) for m in seen]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What a run loses to being a service.")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    engine, bare = Engine(workers=2), Worker(OURS, WIDTHS)
    engine.start()
    try:
        engine.wait()
        bare.measure(1.0)
        speeds = np.array(
            [
                (1 / bare.measure(SECONDS), runs_speed(engine, 1), runs_speed(engine, 2))
                for _ in range(options.rounds)
            ]
        )
    finally:
        bare.close()
        engine.close()
    of_bare = float(np.median(speeds[:, 1] / speeds[:, 0]))
    of_one = float(np.median(speeds[:, 2] / speeds[:, 1]))
    if options.json:
        report = {"steps_per_second": speeds.tolist(), "of_bare": of_bare, "two_of_one": of_one}
        print(json.dumps(report))
        return
    names = ("bare loop", "one run", "two runs together")
    for name, (low, middle, high) in zip(
        names, np.quantile(speeds, (0.25, 0.5, 0.75), axis=0).T, strict=True
    ):
        print(f"{name:18} {middle:6.0f} steps a second ({low:.0f}-{high:.0f})")
    print(f"one run reaches {of_bare:.0%} of the bare loop, goal {GOAL_OF_BARE:.0%}")
    print(f"two runs reach {of_one:.2f} times one, goal {GOAL_OF_TWO}")


if __name__ == "__main__":
    main()
