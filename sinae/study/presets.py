"""Presets: the networks of the post, and ours that answer its question.

Each comes with trained weights, so that a first visitor can probe and compare networks at once;
``python -m sinae reproduce --save`` trains them again.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sinae.model.experiment import Experiment
from sinae.model.network import Network
from sinae.study.measurements import DATA, read
from sinae.study.post import post_networks


@dataclass(frozen=True, slots=True)
class Preset:
    """A network that is worth a look, with its recipe."""

    name: str  # its name on the command line and in file names
    title: str  # its name on the pages
    experiment: Experiment  # its settings
    lesson: str  # what it teaches, in a sentence or two
    # for a network of the post, the (step, MSE) pairs that it printed
    published: tuple[tuple[int, float], ...] = ()
    # for one of ours, the held-out MSE that at least nine of ten seeds must reach
    goal: float | None = None


LESSONS = {
    "linear-101": "With 101 numbers for 101 points there is nothing to compress: "
    "the network learns to pass every signal on.",
    "sigmoid-10": "Its decoder is one linear layer, so it can only add up ten fixed curves: no "
    "training takes it below its floor.",
    "selu-50-10-50": "The same ten numbers with a nonlinear layer on each side: far less error "
    "than any linear code of ten numbers leaves.",
    "selu-50-3-50": "Three numbers, and one layer on each side.",
    "selu-50-20-3-20-50": "One layer more on each side, and the same three numbers carry far more.",
    "selu-50-20-10-3-10-20-50": "The post's deepest network with three nodes; neither its waist "
    "nor its layers hold its error back, for another recipe solves the same widths: see ours.",
    "selu-50-20-10-2-10-20-50": "Two numbers for three parameters: no continuous code tells all "
    "signals apart, so some quite different ones share one.",
}


@cache
def presets() -> dict[str, Preset]:
    """Return all presets by name: those of the post in its order, then ours."""
    post = {
        network.name: Preset(
            network.name,
            f"The post: {network.experiment.name}",
            network.experiment,
            LESSONS[network.name],
            network.published,
        )
        for network in post_networks()
        if network.name in LESSONS  # the post trains one of its networks twice
    }
    return post | {preset.name: preset for preset in OURS}


OUR_RECIPE: dict[str, Any] = {
    "activation": "silu",
    "bottleneck_linear": True,
    "learning_rate": 0.006,
    "schedule": "linear",
    "clip_norm": 0.625,
    "growth": "both",
    "scaled": True,
}
"""The settings that our answers to the post's question share."""

SOLVED = Experiment(
    widths=(96, 96, 64, 32, 3, 32, 64, 96, 96),
    steps=8000,
    batch_size=128,
    lattice=True,
    **OUR_RECIPE,
)
"""Three nodes, solved within seconds: the network that a first visitor finds on the Train page, and
the recipe of the ablations."""

OURS = (
    Preset(
        "sigmoid-10-longer",
        "Ours: 10 sigmoid, ten times longer",
        Experiment(widths=(10,), activation="sigmoid", steps=100_000),
        "Ten times the post's steps, to see whether more training helps: it nears the floor.",
    ),
    Preset(
        "post-network-solved",
        "Ours: the post's own network, solved",
        Experiment(widths=(50, 20, 10, 3, 10, 20, 50), steps=100_000, batch_size=256, **OUR_RECIPE),
        "The very widths of the post's deepest network, which it left at an error around 0.82: "
        "with silu, a linear bottleneck, larger batches, scaled signals, a rate that falls, and "
        "the family grown from a patch, no loud signal is lost.",
        goal=0.015,
    ),
    Preset(
        "three-nodes-solved",
        "Ours: three nodes, solved",
        SOLVED,
        "Wider layers around the same three nodes need a twelfth of the steps: the family is grown "
        "from a patch, and no loud signal is lost.",
        goal=0.01,
    ),
)


@cache
def trained_weights(name: str) -> NDArray[np.float32] | None:
    """Return a preset's shipped weights, (experiment.weight_count,) float32; None without any."""
    file = DATA.joinpath("weights", f"{name}.npz")
    if not file.is_file():
        return None
    with file.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
        weights: NDArray[np.float32] = arrays["weights"]
    weights.flags.writeable = False
    return weights


def trained_network(name: str) -> Network | None:
    """Return the shipped network of a preset; None without any."""
    weights = trained_weights(name)
    return None if weights is None else Network.from_weights(presets()[name].experiment, weights)


@dataclass(frozen=True, slots=True)
class Reproduction:
    """What ``python -m sinae reproduce --save`` stored of a preset."""

    command: str  # the command that made it
    # an entry for each seed, as `sinae.study.reproduction.train` returns it
    runs: list[dict[str, Any]]


@cache
def reproduction() -> dict[str, Reproduction]:
    """Return what is stored, by preset name; nothing before the first ``reproduce --save``."""
    return {name: Reproduction(**entry) for name, entry in read("reproduction").items()}
