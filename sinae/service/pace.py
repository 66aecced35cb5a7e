"""`Pace`: estimates how long an experiment takes on this machine from how long others took."""

from sinae.model.experiment import Experiment
from sinae.model.signals.family import LENGTH

SMOOTHING = 0.1
"""The weight of the newest chunk in the estimated speed, which some ten chunks so determine."""


def relative_cost(experiment: Experiment) -> float:
    """Return the cost of a step, in CPU microseconds on the machine where this was fitted.

    The terms are those of a step: its own overhead, products of matrices, the update of the
    weights, drawing signals, activations, and the overhead of a layer. Their factors are a
    non-negative least-squares fit to 17 networks from 101-8-3-8-101 at batches of 10 to
    101-512-512-512-512-101 at 100, which it met within 14 %.
    """
    batch, weights, widths = experiment.batch_size, experiment.weight_count, experiment.widths
    return (
        12
        + 3.3e-5 * batch * weights
        + 1.3e-3 * weights
        + 2.1e-3 * batch * LENGTH
        + 1.26e-3 * batch * sum(widths)
        + 2.9 * len(widths)
    )


class Pace:
    """The speed of this machine's workers."""

    def __init__(self) -> None:
        self._seconds_per_cost: float | None = None

    def observe(self, experiment: Experiment, steps: int, seconds: float) -> None:
        """Take into account how many CPU seconds some steps took."""
        if not steps:
            return
        now = seconds / (steps * relative_cost(experiment))
        before = self._seconds_per_cost
        self._seconds_per_cost = now if before is None else before + SMOOTHING * (now - before)

    def seconds(self, experiment: Experiment, steps: int) -> float | None:
        """Estimate the seconds that some steps take on a worker that does nothing else; None before
        anything was observed."""
        if self._seconds_per_cost is None:
            return None
        return steps * relative_cost(experiment) * self._seconds_per_cost
