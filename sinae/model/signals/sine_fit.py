"""The sine closest to a signal, by least squares."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize.elementwise import find_root

from sinae.model.arrays import Doubles
from sinae.model.signals.family import LENGTH, X
from sinae.model.signals.sinusoid import FREQUENCY

GRID_STEP = 0.005
"""The first search goes through frequencies in steps of this many radians per point, a twelfth of
2 pi / 101, which is the width of a peak."""


@dataclass(frozen=True, eq=False, slots=True)
class SineFit:
    """The closest sines to some signals.

    Attributes:
        parameters: (..., 3) float64: phase (0 to 2 pi), frequency, amplitude (0 or more).
        mean_squared_error: (...,) float64, between each signal and its sine.
    """

    parameters: Doubles
    mean_squared_error: Doubles


def fit_sine(
    signals: ArrayLike, low: float = FREQUENCY.low, high: float = FREQUENCY.widest
) -> SineFit:
    """The sine closest to each signal, by least squares, with a frequency in a range.

    For a given frequency the best amplitude and phase follow by linear least squares, which leaves
    one variable (variable projection, Golub and Pereyra 1973): a grid finds its highest peak,
    a root of the slope its top. With points counted from the middle of the window the sine and the
    cosine are orthogonal, so that even less than half a period is well determined.

    Args:
        signals: (..., 101). Those that are not finite get NaN.
        low, high: radians per point. Frequencies f and 2 pi - f have the same points (aliases), so
            the range ends below pi.

    Raises:
        ValueError: the range is empty or not within 0 to pi.
    """
    if not 0 < low < high < np.pi:
        raise ValueError(f"Frequencies lie between 0 and pi; {low:g} to {high:g} do not.")
    array = np.asarray(signals, float)
    rows = array.reshape(-1, LENGTH)
    finite = np.isfinite(rows).all(axis=1)
    y = rows[finite]
    frequency = _best_frequency(y, low, high)
    sine, cosine, residual = _project(y, frequency)
    phase = np.arctan2(-cosine, sine) + (LENGTH // 2) * frequency
    parameters = np.full((len(rows), 3), np.nan)
    parameters[finite] = np.stack([phase % (2 * np.pi), frequency, np.hypot(sine, cosine)], axis=-1)
    errors = np.full(len(rows), np.nan)
    errors[finite] = (residual**2).mean(axis=-1)
    shape = array.shape[:-1]
    return SineFit(parameters.reshape(*shape, 3), errors.reshape(shape))


def _project(y: Doubles, frequency: Doubles) -> tuple[Doubles, Doubles, Doubles]:
    """Weights (n,) of sine and cosine, and what is left over (n, 101), of each signal."""
    angle = (X - X[LENGTH // 2]).astype(float) * frequency[:, None]
    s, c = np.sin(angle), np.cos(angle)
    sine, cosine = (y * s).sum(1) / (s * s).sum(1), (y * c).sum(1) / (c * c).sum(1)
    return sine, cosine, y - sine[:, None] * s - cosine[:, None] * c


def _best_frequency(y: Doubles, low: float, high: float) -> Doubles:
    """The frequency (n,) at which a sine takes most out of each signal (n, 101)."""
    grid = np.linspace(low, high, max(3, int(np.ceil((high - low) / GRID_STEP)) + 1))
    u = (X - X[LENGTH // 2]).astype(float)
    s, c = np.sin(u[:, None] * grid), np.cos(u[:, None] * grid)
    power = (y @ s) ** 2 / (s * s).sum(0) + (y @ c) ** 2 / (c * c).sum(0)
    # Of two peaks of nearly the same height the grid may flatter the lower one, so that each point
    # is first raised to the top of the parabola through it and its neighbours.
    left, middle, right = power[:, :-2], power[:, 1:-1], power[:, 2:]
    peak = (middle > left) & (middle >= right)
    bend = np.where(peak, 2 * middle - left - right, 1)
    power[:, 1:-1] = np.where(peak, middle + (right - left) ** 2 / (8 * bend), middle)
    best = power.argmax(axis=1)

    def slope(frequency: Doubles, row: NDArray[np.integer]) -> Doubles:
        """Half the derivative of the power taken out; the weights' own vanishes at their best."""
        sine, cosine, residual = _project(y[row], frequency)
        angle = u * frequency[:, None]
        turned = sine[:, None] * np.cos(angle) - cosine[:, None] * np.sin(angle)
        return (residual * u * turned).sum(axis=1)

    below, above = grid[np.maximum(best - 1, 0)], grid[np.minimum(best + 1, len(grid) - 1)]
    root = find_root(slope, (below, above), args=(np.arange(len(y)),))
    # No change of sign: the best frequency is that end of the range, which the grid holds.
    return np.where(root.success, root.x, grid[best])
