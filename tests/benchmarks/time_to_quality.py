"""How long until a network of three nodes is good: seconds of one core to some errors.

    python -m tests.benchmarks.time_to_quality [--json] [--seeds N] [--processes N] [--recipe NAME]

Trains both of our answers, *three nodes, solved* also with more steps, the post's recipe for the
deepest network with three nodes, and the network that was ours before (selu, wider layers, a cosine
schedule), with today's growth in frequency, as the former one is gone. For each error it prints the
median time over the seeds, its range and how many seeds came there. The held-out error is looked at
every `EVERY` steps; the looking counts for no side.

Goals for *three nodes, solved*: 0.02 within 4 s and 0.01 within 4.5 s, at the median. The hope for
it with more steps: 0.001 within 10 s, with every seed.
"""

import argparse
import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from statistics import median

from sinae.model.experiment import Experiment
from sinae.study.presets import SOLVED, presets
from sinae.study.reproduction import train_to

EVERY = 250
"""Steps between two looks at the held-out set."""

ERRORS = (0.44, 0.02, 0.01, 0.001)

RECIPES = {
    "three nodes, solved": SOLVED,
    "the same, 28,000 steps": replace(SOLVED, steps=28_000),
    "the post's own network, solved": presets()["post-network-solved"].experiment,
    "the post's": presets()["selu-50-20-10-3-10-20-50"].experiment,
    "ours before, but its growth": Experiment(
        widths=(128, 128, 64, 32, 3, 32, 64, 128, 128),
        bottleneck_linear=True,
        steps=20_000,
        learning_rate=0.006,
        schedule="cosine",
        clip_norm=1.0,
        growth="frequency",
    ),
}


def seconds_to_errors(experiment: Experiment) -> list[float | None]:
    """Seconds of training until the held-out MSE is down to each of `ERRORS`; None if it never
    is."""
    reached: list[float | None] = [None] * len(ERRORS)
    seconds = 0.0
    for chunk in train_to(experiment, range(EVERY, experiment.steps + EVERY, EVERY)):
        seconds += chunk.seconds
        for i, error in enumerate(ERRORS):
            if reached[i] is None and chunk.held_out_mse <= error:
                reached[i] = seconds
        if None not in reached:
            break
    return reached


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--recipe", choices=RECIPES, help="only this one")
    options = parser.parse_args()
    report = []
    with ProcessPoolExecutor(options.processes, get_context("spawn")) as pool:
        for name in [options.recipe] if options.recipe else RECIPES:
            recipe = RECIPES[name]
            experiments = [replace(recipe, seed=seed) for seed in range(1, options.seeds + 1)]
            times = list(zip(*pool.map(seconds_to_errors, experiments), strict=True))
            for error, each in zip(ERRORS, times, strict=True):
                reached = [seconds for seconds in each if seconds is not None]
                report.append(
                    {
                        "recipe": name,
                        "mse": error,
                        "median": round(median(reached), 2) if reached else None,
                        "fastest": round(min(reached), 2) if reached else None,
                        "slowest": round(max(reached), 2) if reached else None,
                        "reached": len(reached),
                        "of": len(each),
                    }
                )
                if not options.json:
                    print(*(f"{key}: {value}" for key, value in report[-1].items()), flush=True)
    if options.json:
        print(json.dumps(report))


if __name__ == "__main__":
    main()
