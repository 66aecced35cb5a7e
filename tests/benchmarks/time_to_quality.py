"""How long until a network is as good as the post's: seconds of one core to the post's last MSE.

``python -m tests.benchmarks.time_to_quality [--json] [--seeds N]`` trains each network of the post
with the post's recipe, and a network of our best recipe with the same bottleneck, until the MSE on
the held-out set is down to what the post printed last. Goal for three nodes in the middle: 0.44 in
10 seconds, where the post took 100,000 steps.

Our recipe: wider selu layers around the same bottleneck, which is linear; batches of 64; Adam with
a cosine schedule from 0.008 over 10,000 steps, and gradients clipped to norm 1.
"""

import argparse
import json
from dataclasses import replace
from statistics import median

from sinae.experiment import Experiment
from sinae.post import post_networks
from sinae.training import State, advance

EVERY = 250
"""Steps between two looks at the held-out set; their time counts for neither side."""


def ours(bottleneck: int) -> Experiment:
    """Our best recipe for a quick result with a bottleneck of this size."""
    return Experiment(
        widths=(128, 128, 64, 32, bottleneck, 32, 64, 128, 128),
        bottleneck_linear=True,
        batch_size=64,
        steps=10_000,
        learning_rate=0.008,
        schedule="cosine",
        clip_norm=1.0,
    )


def seconds_to(experiment: Experiment, mse: float) -> float | None:
    """Seconds of training until the held-out MSE is down to ``mse``; None if it never is."""
    state: State | None = None
    seconds = 0.0
    while (state.step if state else 0) < experiment.steps:
        chunk = advance(experiment, state, EVERY)
        state = chunk.state
        seconds += chunk.seconds
        if chunk.held_out_mse <= mse:
            return seconds
    return None


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--seeds", type=int, default=3)
    options = parser.parse_args()
    report = []
    for network in post_networks():
        if len(network.published) < 3:
            continue  # the post's second training of a network that is there already
        goal = network.published[-1][1]
        recipes = {"post": network.experiment}
        if network.experiment.latent_size:
            recipes["ours"] = ours(network.experiment.latent_size)
        row: dict[str, object] = {"network": network.name, "mse": goal}
        for name, recipe in recipes.items():
            times = [
                seconds_to(replace(recipe, seed=seed), goal) for seed in range(1, options.seeds + 1)
            ]
            reached = [time for time in times if time is not None]
            row[name] = {
                "median_seconds": round(median(reached), 2) if reached else None,
                "reached": len(reached),
                "of": len(times),
            }
        report.append(row)
        if not options.json:
            print(*(f"{key}: {value}" for key, value in row.items()), sep=" · ", flush=True)
    if options.json:
        print(json.dumps(report))


if __name__ == "__main__":
    main()
