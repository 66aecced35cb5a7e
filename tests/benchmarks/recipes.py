"""What single settings of the recipe do to the default network, over several seeds.

    python -m tests.benchmarks.recipes --seeds 4

For each of some recipes it prints the medians over the seeds of the mean MSE, its range, and the
range of the worst signals that a search finds. What tooltips say of settings in figures comes from
here.
"""

import argparse
from contextlib import closing
from dataclasses import replace
from itertools import islice
from typing import Any

from sinae.model.experiment import Experiment
from sinae.study.process_pool import map_in_processes
from sinae.study.reproduction import over_seeds, train

LARGE_RATE: dict[str, Any] = {"learning_rate": 0.006, "clip_norm": 1.0}

RECIPES: dict[str, dict[str, Any]] = {
    "default": {},
    "linear": {"bottleneck_linear": True},
    "cosine": {"schedule": "cosine"},
    "large rate": LARGE_RATE,
    "large rate, linear": {**LARGE_RATE, "bottleneck_linear": True},
    "large rate, cosine": {**LARGE_RATE, "schedule": "cosine"},
    "large rate, cosine, linear": {**LARGE_RATE, "schedule": "cosine", "bottleneck_linear": True},
}
"""What differs from the default experiment; a large rate is 0.006, with clipping at 1."""


def main() -> None:
    """Train and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=4)
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args()
    experiments = [
        replace(Experiment(seed=seed), **settings)
        for settings in RECIPES.values()
        for seed in range(1, options.seeds + 1)
    ]
    print(f"{'recipe':28} {'median':>8} {'lowest':>8} {'highest':>8} {'worst signals':>16}")
    with closing(map_in_processes(train, experiments, options.processes)) as results:
        for name in RECIPES:
            found = over_seeds([entry for entry, _ in islice(results, options.seeds)])
            print(
                f"{name:28} {found['median']:8.3g} {found['lowest']:8.3g} {found['highest']:8.3g} "
                f"{found['least_worst']:8.3g} {found['most_worst']:8.3g}",
                flush=True,
            )


if __name__ == "__main__":
    main()
