"""The blog post that this project grew from: its networks and the figures that it printed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from statistics import mean

from sinae.model.experiment import Experiment

LAST_PRINTS = 5
"""Of a network, whose average stands for where it ended: each is the error of a single batch, and
the very last may be half of what the five average (0.44 of 0.82)."""


def last_error(published: Sequence[tuple[int, float]]) -> float:
    """The average of a network's `LAST_PRINTS`, from its (step, MSE) pairs."""
    return mean(mse for _, mse in published[-LAST_PRINTS:])


@dataclass(frozen=True, slots=True)
class PostNetwork:
    """One network of the post.

    Attributes:
        name: ours, for it has none there.
        experiment: the post's widths and recipe.
        published: (step, MSE) pairs as printed; each MSE is that of a single training batch.
    """

    name: str
    experiment: Experiment
    published: tuple[tuple[int, float], ...]


@cache
def post_networks() -> tuple[PostNetwork, ...]:
    """The networks of the post, in its order, from ``data/post_results.json``."""
    text = files("sinae.study").joinpath("data/post_results.json").read_text(encoding="utf-8")
    return tuple(
        PostNetwork(
            name=entry["name"],
            experiment=Experiment(
                widths=entry["widths"],
                activation=entry["activation"],
                steps=entry["steps"],
                batch_size=entry["batch_size"],
                learning_rate=entry["learning_rate"],
            ),
            published=tuple((step, mse) for step, mse in entry["published"]),
        )
        for entry in json.loads(text)["networks"]
    )
