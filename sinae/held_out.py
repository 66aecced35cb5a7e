"""What a network scores on the fixed held-out set: more than a mean, which hides the worst."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sinae.network import Network
from sinae.signals import FREQUENCY, held_out, held_out_parameters, phase_in_the_middle


@dataclass(frozen=True, slots=True)
class HeldOutErrors:
    """The errors of a network on the held-out signals after some step; each is an MSE.

    Attributes:
        step: steps done.
        mean: over all held-out signals.
        standard_error: of the mean, as if the signals were independent draws: the mean over the
            whole distribution lies within twice that of it, unless errors are so rare that the set
            has none of them.
        p999: that 99.9 % of the signals stay below.
        worst: of the worst-drawn one.
        let_in: the mean over the part of the family that the batches come from so far: all of it,
            unless it grows from a patch.
    """

    step: int
    mean: float
    standard_error: float
    p999: float
    worst: float
    let_in: float


def measure(
    network: Network, step: int, frequency_share: float = 1.0, phase_fan: float = 1.0
) -> HeldOutErrors:
    """Measure a network on the held-out set; it takes some milliseconds.

    Args:
        network: as it is after ``step`` steps.
        step: steps done.
        frequency_share: of the range of frequencies, from its low end, that is let in: 0 to 1.
        phase_fan: of the circle of phases in the middle of the signal, about zero: 0 to 1.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        errors = network.squared_errors(held_out())
        return HeldOutErrors(
            step=step,
            mean=float(errors.mean()),
            standard_error=float(errors.std() / np.sqrt(len(errors))),
            p999=float(np.quantile(errors, 0.999)),
            worst=float(errors.max()),
            let_in=float(errors[_part(frequency_share, phase_fan)].mean()),
        )


def _part(frequency_share: float, phase_fan: float) -> NDArray[np.bool_]:
    """Which of the held-out signals lie in a part of the family, (HELD_OUT_SIZE,)."""
    parameters = held_out_parameters()
    highest = FREQUENCY.low + frequency_share * (FREQUENCY.high - FREQUENCY.low)
    slow: NDArray[np.bool_] = parameters[:, 1] <= highest
    if phase_fan >= 1:
        return slow
    aside = np.abs(np.angle(np.exp(1j * phase_in_the_middle(parameters))))  # of zero, 0 to pi
    return slow & (aside <= phase_fan * np.pi)
