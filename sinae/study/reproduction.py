"""Trains networks of the study with several seeds, and stores what came out for each preset.

``data/reproduction.json`` holds for each preset by name the command that made it and a list of
runs, one for each seed, as `train` returns them.
"""

from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from statistics import median
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from sinae.analysis.worst_signals import errors_over, worst_signals
from sinae.model.experiment import Experiment
from sinae.model.network import Network
from sinae.model.state import Chunk, State
from sinae.model.training import advance
from sinae.study.measurements import DATA, read, write
from sinae.study.post import last_error
from sinae.study.presets import Preset
from sinae.study.process_pool import map_in_processes

POINTS = 50
"""How many points the stored held-out error over the steps has."""

SIGNALS = 2**17
"""The number of signals that a stored mean is taken over: of the 4,096 held-out ones, a single
signal can decide the mean."""

LOST = 0.5
"""A signal counts as lost if its error is at least this share of its power. A network with little
error elsewhere loses signals at a tear alone, where two parts of its code meet that do not fit
together."""

Key = TypeVar("Key")
Result = tuple[dict[str, Any], NDArray[np.float32]]


def train_to(experiment: Experiment, ends: Iterable[int]) -> Iterator[Chunk]:
    """Train an experiment to each of some steps in turn, or until it diverges."""
    state: State | None = None
    for end in ends:
        chunk = advance(experiment, state, end - (state.step if state else 0))
        state = chunk.state
        yield chunk
        if chunk.diverged:
            return


def train(experiment: Experiment) -> Result:
    """Train one network to its end.

    Returns:
        Its entry in the report, and its weights, (experiment.weight_count,) float32. The entry
        holds "seed"; the "steps" done and the CPU "seconds" that they took; "curve", a list of
        [step, held-out MSE], and "held_out_mse", its last value. It also holds errors over many
        more signals, each an MSE: "mean_mse" over `SIGNALS` of them with its "standard_error", the
        99.9th percentile "p999_mse", and "worst_mse" of the worst signal that a search finds, with
        "worst_power", the MSE of predicting zero for that signal.
    """
    ends = np.linspace(0, experiment.steps, POINTS + 1, dtype=int)[1:].tolist()
    chunks = list(train_to(experiment, ends))
    last = chunks[-1]
    network = Network.from_weights(experiment, last.state.weights)
    errors, worst = errors_over(network, SIGNALS), worst_signals(network, 1)
    entry = {
        "seed": experiment.seed,
        "held_out_mse": last.held_out_mse,
        "mean_mse": errors.mean,
        "standard_error": errors.standard_error,
        "p999_mse": errors.p999,
        "worst_mse": float(worst.mse[0]),
        "worst_power": float(worst.power[0]),
        "seconds": round(sum(chunk.seconds for chunk in chunks), 1),
        "steps": last.state.step,
        "curve": [[c.state.step, float(f"{c.held_out_mse:.5g}")] for c in chunks],
    }
    return entry, last.state.weights


def train_seeds(
    variants: Mapping[Key, Experiment], seeds: int, processes: int
) -> Generator[tuple[Key, list[Result]], None, None]:
    """Train each variant with seeds 1, 2, ... up to ``seeds``; it comes as soon as all are done.

    As many networks as there are ``processes`` are trained at a time, each on one core.
    """
    experiments = [
        replace(experiment, seed=seed)
        for experiment in variants.values()
        for seed in range(1, seeds + 1)
    ]
    results = map_in_processes(train, experiments, processes)
    for key in variants:
        yield key, list(islice(results, seeds))


def train_variants(
    variants: Mapping[Key, Experiment], seeds: int, processes: int
) -> Generator[tuple[Key, list[dict[str, Any]]], None, None]:
    """Train variants of a recipe as `train_seeds` does.

    Yields:
        A variant's key, and its runs, one for each seed, as `train` returns them but without
        "curve".
    """
    for key, results in train_seeds(variants, seeds, processes):
        for entry, _ in results:
            del entry["curve"]
        yield key, [entry for entry, _ in results]


def row(preset: Preset, runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a preset's row of the table: numbers by column name."""
    published = preset.published
    return {
        "name": preset.name,
        "steps": preset.experiment.steps,
        "post": last_error(published) if published else None,
        "post_last": published[-1][1] if published else None,
        "seconds": median(run["seconds"] for run in runs),
        **over_seeds(runs),
    }


def over_seeds(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Summarise the runs of one network with several seeds, as `train` returns them.

    Returns:
        The number of "seeds"; the "lowest", "median" and "highest" of their means, and
        "uncertainty", the largest relative standard error of a mean; the medians of their 99.9th
        percentiles, "p999", and of their worst signals, "worst", with the range of the latter,
        "least_worst" and "most_worst"; and "lost", the number of seeds that lose a signal, as
        `LOST` defines it.
    """
    means, worst = ([run[name] for run in runs] for name in ("mean_mse", "worst_mse"))
    return {
        "seeds": len(runs),
        "lowest": min(means),
        "median": median(means),
        "highest": max(means),
        "uncertainty": max(run["standard_error"] / run["mean_mse"] for run in runs),
        "p999": median(run["p999_mse"] for run in runs),
        "worst": median(worst),
        "least_worst": min(worst),
        "most_worst": max(worst),
        "lost": sum(run["worst_mse"] >= LOST * run["worst_power"] for run in runs),
    }


def save(preset: Preset, results: list[Result]) -> None:
    """Store a preset's runs and the weights of its best seed in the package's data folder."""
    entry = {
        "command": f"python -m sinae reproduce --preset {preset.name} --seeds {len(results)}",
        "runs": [entry for entry, _ in results],
    }
    write("reproduction", read("reproduction") | {preset.name: entry})
    _, weights = min(results, key=lambda result: result[0]["held_out_mse"])
    np.savez_compressed(str(DATA.joinpath("weights", f"{preset.name}.npz")), weights=weights)
