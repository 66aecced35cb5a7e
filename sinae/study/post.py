"""The networks of the blog post that this project grew from, and the errors that it printed."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from statistics import mean

from sinae.analysis.reference_lines import ReferenceLine, fit_lines, theoretical_lines
from sinae.model.experiment import Experiment
from sinae.study.measurements import read

LAST_PRINTS = 5
"""The number of a network's last printed errors whose average says where its training ended. Each
is the error of a single batch; the very last may be half of the average (0.44 of 0.82)."""


def last_error(published: Sequence[tuple[int, float]]) -> float:
    """Return the average of the last `LAST_PRINTS` of a network's (step, MSE) pairs."""
    return mean(mse for _, mse in published[-LAST_PRINTS:])


@dataclass(frozen=True, slots=True)
class PostNetwork:
    """One network of the post."""

    name: str  # the name that we gave it, as the post has none
    experiment: Experiment  # the post's widths and recipe
    # the (step, MSE) pairs that the post printed, each MSE of one training batch
    published: tuple[tuple[int, float], ...]


@cache
def post_networks() -> tuple[PostNetwork, ...]:
    """Return the networks of the post, in its order, from ``data/post_results.json``."""
    recipe = ("widths", "activation", "steps", "batch_size", "learning_rate")
    return tuple(
        PostNetwork(
            name=entry["name"],
            experiment=Experiment(**{setting: entry[setting] for setting in recipe}),
            published=tuple((step, mse) for step, mse in entry["published"]),
        )
        for entry in read("post_results")["networks"]
    )


@lru_cache(maxsize=256)
def reference_lines(experiment: Experiment) -> tuple[ReferenceLine, ...]:
    """Return all reference lines of a network: the theoretical ones, the error at which the post's
    network with the same layers ended, if there is one, and what its family's fit leaves over."""
    theirs = _post_line(experiment)
    return (*theoretical_lines(experiment), *theirs, *fit_lines(experiment.family))


def _post_line(experiment: Experiment) -> list[ReferenceLine]:
    """Return the line of the post's first network with the same layers, if there is one."""
    for network in post_networks():
        theirs = network.experiment
        if (theirs.signals, theirs.sizes, theirs.layer_activations) == (
            experiment.signals,
            experiment.sizes,
            experiment.layer_activations,
        ):
            (first, _), *_, (step, last) = network.published[-LAST_PRINTS:]
            return [
                ReferenceLine(
                    "the post",
                    last_error(network.published),
                    "post",
                    f"What the blog post printed for this network in steps {first:,} to {step:,} "
                    f"at a learning rate of {theirs.learning_rate:g}, as the average of "
                    f"{LAST_PRINTS} errors, each of a single batch of {theirs.batch_size}. The "
                    f"last of them alone was {last:.3g}.",
                )
            ]
    return []
