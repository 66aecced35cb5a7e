"""`Curve`: the losses of a run, and their envelope for the screen, which grow with it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

BINS = 400
"""At most so many points has an envelope; between half of them and all once there are as many."""


@dataclass(frozen=True, eq=False, slots=True)
class Envelope:
    """A loss curve in bins of equal width: no peak is lost, however long it is.

    Attributes:
        steps: (n,) int64, the last step of each bin; the last bin may be a narrower one.
        low, mean, high: (n,) float32, the lowest, mean and highest loss of each bin.
    """

    steps: NDArray[np.int64]
    low: Array
    mean: Array
    high: Array


class Curve:
    """The loss of every step, steps counted from 1. For use under its owner's lock."""

    def __init__(self) -> None:
        self._losses = np.empty(0, np.float32)
        self._count = 0
        self._width = 1  # of a bin, in steps
        self._low = np.empty(0, np.float32)
        self._sum = np.empty(0)
        self._high = np.empty(0, np.float32)

    def __len__(self) -> int:
        return self._count

    @property
    def losses(self) -> Array:
        """(steps,) float32; shared, and left as it is by what is appended later."""
        return self._losses[: self._count]

    def append(self, losses: Array) -> None:
        """Add the losses of the next steps; costs as much as there are, not as there were."""
        before, after = self._count, self._count + len(losses)
        if after > len(self._losses):
            grown = np.empty(max(after, 2 * len(self._losses)), np.float32)
            grown[:before] = self.losses
            self._losses = grown
        self._losses[before:after] = losses
        self._count = after
        while after > BINS * self._width:
            self._halve()
        whole = before // self._width  # bins that stay as they are
        new = self._losses[whole * self._width : after]
        if len(new):
            starts = np.arange(0, len(new), self._width)
            self._low = np.append(self._low[:whole], np.minimum.reduceat(new, starts))
            self._sum = np.append(self._sum[:whole], np.add.reduceat(new, starts, dtype=float))
            self._high = np.append(self._high[:whole], np.maximum.reduceat(new, starts))

    def _halve(self) -> None:
        """Make one bin of every two."""
        self._width *= 2
        pairs = np.arange(0, len(self._low), 2)
        if len(pairs):
            self._low = np.minimum.reduceat(self._low, pairs)
            self._sum = np.add.reduceat(self._sum, pairs)
            self._high = np.maximum.reduceat(self._high, pairs)

    def envelope(self) -> Envelope:
        """What to draw of it."""
        ends = np.minimum(np.arange(1, len(self._low) + 1) * self._width, self._count)
        counts = np.diff(ends, prepend=0)
        mean = (self._sum / counts).astype(np.float32)
        return Envelope(ends, self._low, mean, self._high)
