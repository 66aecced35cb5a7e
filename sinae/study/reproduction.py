"""Trains the presets again, over several seeds, and keeps what came out.

``data/reproduction.json`` holds for each preset by name the command that made it and a list of
runs, one for each seed, as `train` gives them.
"""

import multiprocessing
import signal
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import islice
from multiprocessing import resource_tracker
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

POINTS = 50
"""Points of a kept curve."""

SIGNALS = 2**17
"""Over which a kept mean is taken: on the held-out set, 4,096, single signals can decide it."""

LOST = 0.5
"""Of a signal's power, an error with which it counts as lost. A network with little error elsewhere
loses signals at a tear alone: there two parts of its code meet that do not fit together."""

Key = TypeVar("Key")
Result = tuple[dict[str, Any], NDArray[np.float32]]


def train_to(experiment: Experiment, ends: Iterable[int]) -> Iterator[Chunk]:
    """Train to each of some steps in turn, or until it diverges."""
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
        Its weights, and its entry in the report: "seed"; "steps" done and "seconds" of CPU they
        took; "curve", a list of [step, held-out MSE]; "held_out_mse", where that ends; and what
        many more signals say, each an MSE: "mean_mse" over `SIGNALS` of them with its
        "standard_error", the 99.9th percentile "p999_mse", and of the worst signal that a search
        finds "worst_mse" and "worst_power", which is what answering zero scores there.
    """
    ends = np.linspace(0, experiment.steps, POINTS + 1, dtype=int)[1:].tolist()
    chunks = list(train_to(experiment, ends))
    last = chunks[-1]
    network = Network.from_weights(experiment, last.state.weights)
    spread, worst = errors_over(network, SIGNALS), worst_signals(network, 1)
    entry = {
        "seed": experiment.seed,
        "held_out_mse": last.held_out_mse,
        "mean_mse": spread.mean,
        "standard_error": spread.standard_error,
        "p999_mse": spread.p999,
        "worst_mse": float(worst.mse[0]),
        "worst_power": float(worst.power[0]),
        "seconds": round(sum(chunk.seconds for chunk in chunks), 1),
        "steps": last.state.step,
        "curve": [[c.state.step, float(f"{c.held_out_mse:.5g}")] for c in chunks],
    }
    return entry, last.state.weights


def train_all(experiments: Sequence[Experiment], processes: int) -> Generator[Result, None, None]:
    """Train networks, each on one core of its own, so many at a time; results come in order."""
    context = multiprocessing.get_context("spawn")  # TensorFlow must not be forked
    others = set(multiprocessing.active_children())
    with ExitStack() as stack:
        try:
            # So from their first moment on, not only once initialised. A Ctrl-C meanwhile is heard
            # of when they are there, to be ended.
            with _deaf_children():
                pool = ProcessPoolExecutor(processes, context, _ignore_interrupts)
                stack.enter_context(pool)
                futures = [pool.submit(train, experiment) for experiment in experiments]
            for future in futures:
                yield future.result()
        except BaseException:  # nobody waits for the rest: neither does leaving the pool
            for process in set(multiprocessing.active_children()) - others:
                process.kill()
            raise


def train_variants(
    variants: Mapping[Key, Experiment], seeds: int, processes: int
) -> Generator[tuple[Key, list[dict[str, Any]]], None, None]:
    """Train variants of a recipe with seeds 1, 2, ...; each comes as soon as it is done.

    Yields:
        A variant's key, and its runs, one for each seed, as `train` gives them, without curves.
    """
    experiments = [
        replace(experiment, seed=seed)
        for experiment in variants.values()
        for seed in range(1, seeds + 1)
    ]
    results = train_all(experiments, processes)
    for key in variants:
        runs = [entry for entry, _ in islice(results, seeds)]
        for run in runs:
            del run["curve"]
        yield key, runs


@contextmanager
def _deaf_children() -> Iterator[None]:
    """Processes that are started within do not hear of Ctrl-C, which goes to all of a terminal:
    they would print tracebacks. To have them ended is left to the one who started them."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    # First of all what looks after that which they share: to start it would unblock the signal.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # a child inherits it
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def reproduce(
    presets: Sequence[Preset], seeds: int, processes: int
) -> Generator[tuple[Preset, list[Result]], None, None]:
    """Train presets with seeds 1, 2, ...; each comes with its results as soon as it is done."""
    experiments = [
        replace(preset.experiment, seed=seed) for preset in presets for seed in range(1, seeds + 1)
    ]
    results = train_all(experiments, processes)
    for preset in presets:
        yield preset, list(islice(results, seeds))


def row(preset: Preset, runs: list[dict[str, Any]]) -> dict[str, Any]:
    """A preset's line in the table: numbers by column name."""
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
    """Entries of `train` of one network with several seeds, in numbers.

    Returns:
        How many "seeds"; the "lowest", "median" and "highest" of their means, and "uncertainty",
        the largest standard error of one, as a share of it; the medians of their 99.9th
        percentiles, "p999", and of their worst signals, "worst"; "least_worst" and "most_worst",
        the range of the latter; and in how many a signal is "lost": drawn with an error of `LOST`
        of its power or more.
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
    """Keep a preset's report and the weights of its best seed in the package's data folder."""
    entry = {
        "command": f"python -m sinae reproduce --preset {preset.name} --seeds {len(results)}",
        "runs": [entry for entry, _ in results],
    }
    write("reproduction", read("reproduction") | {preset.name: entry})
    _, weights = min(results, key=lambda result: result[0]["held_out_mse"])
    np.savez_compressed(str(DATA.joinpath("weights", f"{preset.name}.npz")), weights=weights)
