"""What changes from step to step, from the experiment and the step alone: rates, and the part of
the family that is in."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sinae.model.experiment import Experiment
from sinae.model.signals import FREQUENCY, phase_in_the_middle

FINAL_FRACTION = 0.01
"""Of the peak rate, what a schedule ends on and keeps for steps beyond its length."""


def warm_up_steps(experiment: Experiment) -> int:
    """Steps of linear warm-up: in the cosine schedule a twentieth, but no more than 1000; in the
    linear one a hundredth; in the constant one none."""
    steps = experiment.steps
    return {"constant": 0, "cosine": min(1000, steps // 20), "linear": steps // 100}[
        experiment.schedule
    ]


def learning_rates(experiment: Experiment, steps: NDArray[np.integer]) -> NDArray[np.float32]:
    """The learning rate of each step.

    The cosine schedule is that of ``keras.optimizers.schedules.CosineDecay`` with warm-up; the
    linear one goes on to zero in a line, but not below `FINAL_FRACTION`.

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
    done = np.clip((steps - warm_up) / max(experiment.steps - warm_up, 1), 0, 1)
    if experiment.schedule == "cosine":
        falling = FINAL_FRACTION + (1 - FINAL_FRACTION) * (1 + np.cos(np.pi * done)) / 2
    else:
        falling = np.maximum(1 - done, FINAL_FRACTION)
    return (experiment.learning_rate * np.where(steps < warm_up, rising, falling)).astype(
        np.float32
    )


FIRST_SHARE, ALL_AT, GROWTH = 0.05, 0.35, 0.7
"""Of the range of frequencies, when a family grows from a patch: the share at the start, the part
of the steps to all of it, and the power of the time by which it grows."""

FIRST_FAN, OPEN_AT = 0.1, 0.06
"""Of the circle of phases: the share at the start, and the part of the steps to all of it."""


def frequency_shares(experiment: Experiment, steps: NDArray[np.integer]) -> NDArray[np.float32]:
    """Which share of the range of frequencies, from its low end, each step's batch is drawn from.

    Trained on the whole family from the start, a network may learn parts of it apart, and where
    two parts of its code meet there can be a tear that no training heals: like a crystal that grew
    from several seeds. Grown from a patch, slow sines of few phases, by our recipe the code comes
    in one piece: ``python -m sinae ablations`` counts the seeds that lose a signal. In general this
    is curriculum learning (Bengio et al. 2009).

    Args:
        experiment: the settings; its ``steps`` is the length of the curriculum.
        steps: (n,) step numbers, counted from 0.

    Returns:
        (n,) float32, up to 1; all 1 where the family does not grow in frequency.
    """
    if experiment.growth not in ("frequency", "both"):
        return np.ones(len(steps), np.float32)
    grown = np.minimum(steps / (ALL_AT * experiment.steps), 1) ** GROWTH
    return (FIRST_SHARE + (1 - FIRST_SHARE) * grown).astype(np.float32)


def phase_fans(experiment: Experiment, steps: NDArray[np.integer]) -> NDArray[np.float32]:
    """Which share of the circle of phases, in the middle of the signal, each step's batch is drawn
    from: half of it on each side of zero. Arguments and result as of `frequency_shares`."""
    if experiment.growth not in ("phase", "both"):
        return np.ones(len(steps), np.float32)
    opened = steps / (OPEN_AT * experiment.steps)
    return np.minimum(FIRST_FAN + (1 - FIRST_FAN) * opened, 1).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the family of sines, as batches are drawn from while it grows.

    Attributes:
        frequency_share: of the range of frequencies, from its low end: 0 to 1.
        phase_fan: of the circle of phases in the middle of the signal, about zero: 0 to 1.
    """

    frequency_share: float = 1.0
    phase_fan: float = 1.0

    @property
    def is_whole(self) -> bool:
        """Whether it is all of the family."""
        return self.frequency_share >= 1 and self.phase_fan >= 1

    @property
    def highest_frequency(self) -> float:
        """In radians per point."""
        return FREQUENCY.low + self.frequency_share * (FREQUENCY.high - FREQUENCY.low)

    def holds(self, parameters: NDArray[np.floating]) -> NDArray[np.bool_]:
        """Which of some signals, given by the formula's parameters, (..., 3), it has: (...)."""
        slow: NDArray[np.bool_] = parameters[..., 1] <= self.highest_frequency
        if self.phase_fan >= 1:
            return slow
        # From zero either way, 0 to pi.
        aside = np.abs(np.angle(np.exp(1j * phase_in_the_middle(parameters))))
        return slow & (aside <= self.phase_fan * np.pi)


def part_after(experiment: Experiment, step: int) -> Part:
    """What the last of so many steps was drawn from; the first, where there was none."""
    last = np.array([max(step - 1, 0)])
    (share,), (fan,) = frequency_shares(experiment, last), phase_fans(experiment, last)
    return Part(float(share), float(fan))
