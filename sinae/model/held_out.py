"""The errors of a network on the held-out set: their mean, and the worst, which a mean hides."""

from dataclasses import dataclass

import numpy as np

from sinae.model.network import Network
from sinae.model.schedule import Part


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


def measure(network: Network, step: int, part: Part | None = None) -> HeldOutErrors:
    """Measure a network, as it is after ``step`` steps, on the held-out set; it takes some
    milliseconds. ``part`` is the part of the family that is let in; all of it by default."""
    held_out = network.family.held_out
    with np.errstate(over="ignore", invalid="ignore"):
        errors = network.squared_errors(held_out.signals)
        return HeldOutErrors(
            step=step,
            mean=float(errors.mean()),
            standard_error=float(errors.std() / np.sqrt(len(errors))),
            p999=float(np.quantile(errors, 0.999)),
            worst=float(errors.max()),
            let_in=float((errors[part.holds(held_out.values)] if part else errors).mean()),
        )
