"""`LossHistory`: the losses of a run, and their envelope for the chart, both kept up to date
cheaply."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sinae.model.arrays import Array

BINS = 400
"""The largest number of bins of an envelope; a run of at least as many steps has at least half as
many bins."""


@dataclass(frozen=True, eq=False, slots=True)
class Envelope:
    """The losses in bins of equal width; no peak is lost, however many steps there are.

    Attributes:
        steps: (n,) int64, the last step of each bin; the last bin may be a narrower one.
        low, mean, high: (n,) float32, the lowest, mean and highest loss of each bin.
    """

    steps: NDArray[np.int64]
    low: Array
    mean: Array
    high: Array


class LossHistory:
    """The losses of all steps, which are counted from 1; to be used under its owner's lock."""

    def __init__(self) -> None:
        self._losses = np.empty(0, np.float32)
        self._count = 0
        self._width = 1  # the width of a bin, in steps
        self._low = np.empty(0, np.float32)
        self._sum = np.empty(0)
        self._high = np.empty(0, np.float32)

    def __len__(self) -> int:
        return self._count

    @property
    def losses(self) -> Array:
        """The losses, (steps,) float32; a view that later appends leave unchanged."""
        return self._losses[: self._count]

    def append(self, losses: Array) -> None:
        """Add the losses of the next steps; the cost does not grow with those from before."""
        before, after = self._count, self._count + len(losses)
        if after > len(self._losses):
            grown = np.empty(max(after, 2 * len(self._losses)), np.float32)
            grown[:before] = self.losses
            self._losses = grown
        self._losses[before:after] = losses
        self._count = after
        while after > BINS * self._width:
            self._width *= 2
            pairs = np.arange(0, len(self._low), 2)  # of bins, each of which becomes one
            if len(pairs):
                self._low = np.minimum.reduceat(self._low, pairs)
                self._sum = np.add.reduceat(self._sum, pairs)
                self._high = np.maximum.reduceat(self._high, pairs)
        whole = before // self._width  # bins that stay as they are
        new = self._losses[whole * self._width : after]
        if len(new):
            starts = np.arange(0, len(new), self._width)
            self._low = np.append(self._low[:whole], np.minimum.reduceat(new, starts))
            self._sum = np.append(self._sum[:whole], np.add.reduceat(new, starts, dtype=float))
            self._high = np.append(self._high[:whole], np.maximum.reduceat(new, starts))

    def envelope(self) -> Envelope:
        """Return the envelope of all losses so far."""
        ends = np.minimum(np.arange(1, len(self._low) + 1) * self._width, self._count)
        counts = np.diff(ends, prepend=0)
        mean = (self._sum / counts).astype(np.float32)
        return Envelope(ends, self._low, mean, self._high)
