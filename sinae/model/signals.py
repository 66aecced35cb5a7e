"""The sine family: its three parameters, their ranges, and how signals are drawn from it.

Every signal is ``amplitude * sin(x * frequency - phase)`` at x = 0, 1, ..., 100, with the three
parameters independent and uniform on their ranges, as in the blog post this project grew from.
"""

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

LENGTH = 101
"""Points in a signal."""

HELD_OUT_SIZE = 4096
"""Signals in the fixed held-out set."""

X: NDArray[np.float32] = np.arange(LENGTH, dtype=np.float32)
X.flags.writeable = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of the sine family.

    Attributes:
        name: as a person reads it.
        low, high: the range it is drawn from, uniformly.
        widest: the largest value that the probe offers beyond that range.
        step: one notch of its slider.
        start: where its slider stands at first.
        unit: what it is measured in.
    """

    name: str
    low: float
    high: float
    widest: float
    step: float
    start: float
    unit: str


PHASE = Parameter("Phase", 0.0, 100.0, 100.0, 0.05, 1.0, "radians")
FREQUENCY = Parameter("Frequency", 0.03, 0.5, 1.0, 0.001, 0.15, "radians per point")
AMPLITUDE = Parameter("Amplitude", 0.1, 10.0, 20.0, 0.05, 5.0, "")
PARAMETERS = (PHASE, FREQUENCY, AMPLITUDE)
"""Of the formula, in its order: what signals are drawn from."""

MIDDLE = LENGTH // 2
"""The x in the middle of the window, where a hand sets the phase and a page reads it."""

TURN = 2 * math.pi

HAND_PHASE = Parameter("Phase", 0.0, TURN, TURN, 0.01, 1.0, "radians at x = 50")
HAND = (HAND_PHASE, FREQUENCY, AMPLITUDE)
"""What a hand sets: the same family, with the phase once round, in the middle of the window.

The formula's own phase, at x = 0, goes round sixteen times on its range, and a change of the
frequency turns the whole signal with it; in the middle each signal has one phase, and a change of
the frequency stretches it about there.
"""


def from_hand(parameters: NDArray[np.floating]) -> NDArray[np.float32]:
    """The formula's parameters, (..., 3) float32, of those that a hand sets, (..., 3)."""
    phase, frequency, amplitude = np.moveaxis(np.asarray(parameters, float), -1, 0)
    formula = np.stack([phase + MIDDLE * frequency, frequency, amplitude], axis=-1)
    return formula.astype(np.float32)


def phase_in_the_middle(parameters: NDArray[np.floating]) -> NDArray[np.float32]:
    """The phase at x = `MIDDLE`, from 0 to 2 pi, of signals with some parameters, (..., 3).

    About there a signal is ``amplitude * sin((x - MIDDLE) * frequency - phase in the middle)``.
    """
    middle = parameters[..., 0].astype(float) - MIDDLE * parameters[..., 1].astype(float)
    return np.mod(middle, TURN).astype(np.float32)


def evaluate(parameters: NDArray[np.floating]) -> NDArray[np.float32]:
    """The signals of some parameters.

    Args:
        parameters: (..., 3): phase, frequency, amplitude; any floating dtype.

    Returns:
        (..., 101) float32.
    """
    phase, frequency, amplitude = np.split(np.asarray(parameters, np.float32), 3, axis=-1)
    signals = X * frequency
    signals -= phase
    np.sin(signals, out=signals)
    signals *= amplitude
    return signals


def from_unit_cube(points: NDArray[np.floating]) -> NDArray[np.float32]:
    """Scale points of the unit cube, (..., 3), to phase, frequency, amplitude (float32)."""
    low = np.array([p.low for p in PARAMETERS], np.float32)
    span = np.array([p.high - p.low for p in PARAMETERS], np.float32)
    return np.asarray(points, np.float32) * span + low


def random_signals(seed: int, count: int) -> NDArray[np.float32]:
    """Some signals of the family, (count, 101) float32; the same for the same seed."""
    return evaluate(from_unit_cube(np.random.default_rng(seed).random((count, 3))))


def low_discrepancy(
    start: int, count: int, shift: float | NDArray[np.float64] = 0.5
) -> NDArray[np.float64]:
    """A stretch of the R3 sequence, which covers the unit cube evenly: (count, 3) float64.

    Roberts 2018, "The unreasonable effectiveness of quasirandom sequences".

    Args:
        start: the number of the first point, 0 or more.
        count: points.
        shift: where number 0 lies, (3,) or one number for all three.
    """
    g = 1.2207440846057596  # the real root of g**4 == g + 1
    numbers = np.arange(start, start + count)[:, None]
    points: NDArray[np.float64] = (shift + numbers * g ** -np.arange(1.0, 4.0)) % 1
    return points


@cache
def held_out_parameters() -> NDArray[np.float32]:
    """The parameters of the fixed held-out set, (HELD_OUT_SIZE, 3) float32, read-only.

    They follow the R3 low-discrepancy sequence (Roberts 2018, "The unreasonable effectiveness of
    quasirandom sequences"), which covers the cube so evenly that a mean squared error over these
    signals differs from that over the whole distribution by some per mille; by up to 2 per cent
    where it comes from the fastest signals alone.
    """
    parameters = from_unit_cube(low_discrepancy(1, HELD_OUT_SIZE))
    parameters.flags.writeable = False
    return parameters


@cache
def held_out() -> NDArray[np.float32]:
    """The signals of the fixed held-out set, (HELD_OUT_SIZE, 101) float32, read-only."""
    signals = evaluate(held_out_parameters())
    signals.flags.writeable = False
    return signals


EXAMPLES: NDArray[np.float32] = np.array(
    [
        [0.0, 0.06, 9.0],
        [2.0, 0.10, 5.0],
        [4.0, 0.18, 8.0],
        [1.0, 0.27, 3.0],
        [5.0, 0.38, 7.0],
        [3.0, 0.48, 9.5],
    ],
    dtype=np.float32,
)
"""Six signals that cover the frequencies, slow to fast: phase, frequency, amplitude of each."""
EXAMPLES.flags.writeable = False
