"""What changes from step to step: the learning rate, and the part of the family that is let in.
Both follow from the experiment and the number of the step alone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sinae.model.arrays import Array
from sinae.model.experiment import Experiment
from sinae.model.signals.family import Parameter

FINAL_FRACTION = 0.01
"""A schedule ends on this share of its peak rate, and keeps it for steps beyond its length."""


def warm_up_steps(experiment: Experiment) -> int:
    """Steps of linear warm-up: in the cosine schedule a twentieth, but no more than 1000; in the
    linear one a hundredth; in the constant one none."""
    steps = experiment.steps
    return {"constant": 0, "cosine": min(1000, steps // 20), "linear": steps // 100}[
        experiment.schedule
    ]


def learning_rates(experiment: Experiment, steps: NDArray[np.integer]) -> Array:
    """The learning rate, (n,) float32, of steps with these numbers, (n,), counted from 0.

    The cosine schedule is that of ``keras.optimizers.schedules.CosineDecay`` with warm-up; the
    linear one goes on to zero in a line, but not below `FINAL_FRACTION`. The experiment's ``steps``
    are the schedule's length.
    """
    if experiment.schedule == "constant":
        return np.full(len(steps), experiment.learning_rate, np.float32)
    warm_up = warm_up_steps(experiment)
    rising = steps / max(warm_up, 1)
    done = np.clip((steps - warm_up) / max(experiment.steps - warm_up, 1), 0, 1)
    if experiment.schedule == "cosine":
        falling = FINAL_FRACTION + (1 - FINAL_FRACTION) * (1 + np.cos(np.pi * done)) / 2
    else:
        falling = np.maximum(1 - done, FINAL_FRACTION)
    rates = experiment.learning_rate * np.where(steps < warm_up, rising, falling)
    return rates.astype(np.float32)


def range_shares(experiment: Experiment, steps: NDArray[np.integer]) -> Array:
    """Which share of the range of each parameter, (n, parameters) float32, up to 1, the batches of
    steps with these numbers, (n,), counted from 0, are drawn from; 1 for those that do not grow.

    Trained on the whole family from the start, a network may learn parts of it apart, and where
    two parts of its code meet there can be a tear that no training heals: like a crystal that grew
    from several seeds. Grown from a patch, slow sines of few phases, by our recipe the code comes
    in one piece: ``python -m sinae ablations`` counts the seeds that lose a signal. In general this
    is curriculum learning (Bengio et al. 2009). The experiment's ``steps`` are its length.
    """
    parameters = experiment.family.parameters
    shares = np.ones((len(steps), len(parameters)), np.float32)
    for i, parameter in enumerate(parameters):
        if parameter.growth and parameter in experiment.growing:
            shares[:, i] = parameter.growth.shares(steps, experiment.steps)
    return shares


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a family that batches are drawn from while it grows.

    Attributes:
        parameters: of the family.
        shares: the share of each one's range that is in, 0 to 1; see `Parameter.holds`.
    """

    parameters: tuple[Parameter, ...]
    shares: tuple[float, ...]

    @property
    def is_whole(self) -> bool:
        """Whether it is all of the family."""
        return min(self.shares) >= 1

    def holds(self, values: NDArray[np.floating]) -> NDArray[np.bool_]:
        """Whether it holds signals with these values of the parameters, (..., parameters): (...)
        bool."""
        each = zip(self.parameters, np.moveaxis(values, -1, 0), self.shares, strict=True)
        return np.all([p.holds(value, share) for p, value, share in each], axis=0)


def part_after(experiment: Experiment, step: int) -> Part:
    """The part of the family that the last of so many steps was drawn from; for no steps, the part
    that the first one will be."""
    (shares,) = range_shares(experiment, np.array([max(step - 1, 0)])).tolist()
    return Part(experiment.family.parameters, tuple(shares))
