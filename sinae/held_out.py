"""What a network scores on the fixed held-out set: more than a mean, which hides the worst."""

from dataclasses import dataclass

import numpy as np

from sinae.network import Network
from sinae.signals import FREQUENCY, held_out, held_out_parameters


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
        let_in: the mean over those whose frequencies a curriculum has let in so far; all, without.
    """

    step: int
    mean: float
    standard_error: float
    p999: float
    worst: float
    let_in: float


def measure(network: Network, step: int, frequency_share: float = 1.0) -> HeldOutErrors:
    """Measure a network on the held-out set; it takes some milliseconds.

    Args:
        network: as it is after ``step`` steps.
        step: steps done.
        frequency_share: of the range of frequencies, from its low end, that is let in: 0 to 1.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        errors = network.squared_errors(held_out())
        highest = FREQUENCY.low + frequency_share * (FREQUENCY.high - FREQUENCY.low)
        let_in = errors[held_out_parameters()[:, 1] <= highest]
        return HeldOutErrors(
            step=step,
            mean=float(errors.mean()),
            standard_error=float(errors.std() / np.sqrt(len(errors))),
            p999=float(np.quantile(errors, 0.999)),
            worst=float(errors.max()),
            let_in=float(let_in.mean()),
        )
