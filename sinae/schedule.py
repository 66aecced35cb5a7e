"""Learning-rate schedules: the rate of every step, from the experiment and the step alone."""

import numpy as np
from numpy.typing import NDArray

from sinae.experiment import Experiment

FINAL_FRACTION = 0.01
"""Of the peak rate, what the cosine schedule ends on and keeps for steps beyond its length."""


def warm_up_steps(experiment: Experiment) -> int:
    """Steps of linear warm-up in the cosine schedule: a twentieth, but no more than 1000."""
    return min(1000, experiment.steps // 20)


def learning_rates(experiment: Experiment, steps: NDArray[np.integer]) -> NDArray[np.float32]:
    """The learning rate of each step.

    The cosine schedule is that of ``keras.optimizers.schedules.CosineDecay`` with warm-up.

    Args:
        experiment: the settings; its ``steps`` is the schedule's length.
        steps: (n,) step numbers, counted from 0.

    Returns:
        (n,) float32.
    """
    if experiment.schedule == "constant":
        return np.full(len(steps), experiment.learning_rate, np.float32)
    warm_up = warm_up_steps(experiment)
    rising = steps / max(warm_up, 1)
    fallen = np.clip((steps - warm_up) / max(experiment.steps - warm_up, 1), 0, 1)
    cosine = FINAL_FRACTION + (1 - FINAL_FRACTION) * (1 + np.cos(np.pi * fallen)) / 2
    return (experiment.learning_rate * np.where(steps < warm_up, rising, cosine)).astype(np.float32)
