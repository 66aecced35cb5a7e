"""How much a training process grows with the networks that it compiles.

    python -m tests.benchmarks.compile_memory [--networks 300] [--bare] [--json]

Trains different networks, one after the other, for a few steps each: in a worker of a real engine,
or with ``--bare`` in this process. Goal: at most 150 MB of growth after the first ten.

XLA keeps every program that it has compiled for as long as the process lives, some 5 MB each (the
share that is still in use after all that Python holds was let go); so the engine has to start its
workers afresh now and then, and a process on its own does not reach the goal.
"""

import argparse
import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager

import numpy as np
import psutil

from sinae.model.experiment import Experiment
from sinae.model.state import Chunk
from sinae.model.training import advance
from sinae.service.engine import Engine

STEPS = 20
FIRST = 10
GOAL_MB = 150

Train = Callable[[Experiment], Chunk | BaseException]


def networks(count: int) -> list[tuple[int, ...]]:
    """Different hidden widths: one to six layers of 2 to 127 nodes."""
    generator = np.random.default_rng(0)
    found: dict[tuple[int, ...], None] = {}
    while len(found) < count:
        widths = generator.integers(2, 128, generator.integers(1, 7))
        found[tuple(map(int, widths))] = None
    return list(found)


@contextmanager
def engine_trainer() -> Iterator[Train]:
    """Training in the one worker of an engine."""
    engine = Engine(workers=1)
    engine.start()
    engine.wait()

    def train(experiment: Experiment) -> Chunk | BaseException:
        answer: Future[Chunk | BaseException] = Future()
        engine.submit(lambda _request, result: answer.set_result(result), experiment, None, STEPS)
        return answer.result(120)

    try:
        yield train
    finally:
        engine.close()


@contextmanager
def bare_trainer() -> Iterator[Train]:
    """Training in this process."""
    yield lambda experiment: advance(experiment, None, STEPS)


def resident_mb(bare: bool) -> float:
    """Memory of this process, or of the largest process below it: the worker."""
    this = psutil.Process()
    processes = [this] if bare else this.children(recursive=True)
    return max(process.memory_info().rss for process in processes) / 1e6


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Memory of a process that compiles many networks.")
    parser.add_argument("--networks", type=int, default=300)
    parser.add_argument("--bare", action="store_true", help="without engine, in this process")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    sizes: list[float] = []
    with bare_trainer() if options.bare else engine_trainer() as train:
        for count, widths in enumerate(networks(options.networks), start=1):
            answer = train(Experiment(widths=widths))
            if isinstance(answer, BaseException):
                raise answer
            sizes.append(resident_mb(options.bare))
            if count % 10 == 0 and not options.json:
                print(f"{count:4} networks: {sizes[-1]:6.0f} MB", flush=True)
    grown = max(sizes[FIRST:]) - sizes[FIRST - 1]
    if options.json:
        print(json.dumps({"megabytes": sizes, "grown": grown, "met": grown <= GOAL_MB}))
    else:
        met = "met" if grown <= GOAL_MB else "NOT MET"
        print(f"grown by at most {grown:.0f} MB after {FIRST}; goal at most {GOAL_MB}: {met}")


if __name__ == "__main__":
    main()
