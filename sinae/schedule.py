"""What changes from step to step, from the experiment and the step alone: rates, frequencies."""

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


FIRST_SHARE, ALL_AT = 0.05, 0.7
"""Of slow sines first: the share of the frequencies at the start, the part of the steps to all."""


def frequency_shares(experiment: Experiment, steps: NDArray[np.integer]) -> NDArray[np.float32]:
    """Which share of the range of frequencies, from its low end, each step's batch is drawn from.

    Trained on all frequencies from the start, a network may learn slow and fast sines apart, and
    where the two parts of its code meet there can be a tear that no training heals: like a crystal
    that grew from several seeds. Grown from the slow ones the code may come in one piece, but need
    not: ``python -m sinae bottlenecks`` counts the seeds that lose a signal. In general this is
    curriculum learning (Bengio et al. 2009).

    Args:
        experiment: the settings; its ``steps`` is the length of the curriculum.
        steps: (n,) step numbers, counted from 0.

    Returns:
        (n,) float32, up to 1; all 1 without `Experiment.slow_first`.
    """
    if not experiment.slow_first:
        return np.ones(len(steps), np.float32)
    grown = steps / (ALL_AT * experiment.steps)
    return np.minimum(FIRST_SHARE + (1 - FIRST_SHARE) * grown, 1).astype(np.float32)
