"""What a network's error is to be compared with: predict zero, the best linear code, a sine fit.

The first two are exact for the distribution of `sinae.model.signals`, in closed form. For two points
x and y write d = x - y and s = x + y, and P for the top of the phase's range. Over the phase,

    E[sin(x f - p) sin(y f - p)] = (cos(d f) - sin(P) / P * cos(s f - P)) / 2
    E[sin(x f - p)]              = 2 / P * sin(P / 2) * sin(x f - P / 2)

P is no whole number of turns, so the terms in 1 / P stay; they move the errors by 0.0008 at most.
Over the frequency, uniform with middle m and half-width h,

    E[cos(c f + t)] = cos(c m + t) * sin(c h) / (c h)
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize.elementwise import find_root

from sinae.model.experiment import Experiment
from sinae.model.signals import AMPLITUDE, FREQUENCY, LENGTH, PHASE, X, held_out
from sinae.study.post import LAST_PRINTS, last_error, post_networks

Array = NDArray[np.float64]

FLOOR_MARGIN = 0.03
"""How far above its floor, relatively, a run still counts as being there."""

FLOOR_OF_NOTE = 1e-3
"""Of a floor that another layer than the bottleneck sets: a lower one is no concern of a user's."""

GRID_STEP = 0.005
"""Of the sine fit's first search: a twelfth of 2 pi / 101, the width of a peak in frequency."""


@cache
def moments() -> tuple[Array, Array]:
    """The mean signal, (101,), and the second moments E[s s'], (101, 101), of the distribution."""
    x = X.astype(float)
    middle, half = (FREQUENCY.low + FREQUENCY.high) / 2, (FREQUENCY.high - FREQUENCY.low) / 2

    def mean_cos(factor: Array, shift: float) -> Array:
        """E over the frequency f of cos(factor * f + shift)."""
        return np.cos(factor * middle + shift) * np.sinc(factor * half / np.pi)

    top, low, high = PHASE.high, AMPLITUDE.low, AMPLITUDE.high
    mean = 2 / top * np.sin(top / 2) * mean_cos(x, -top / 2 - np.pi / 2)  # sin a = cos(a - pi / 2)
    difference, total = x[:, None] - x, x[:, None] + x
    second = (mean_cos(difference, 0) - np.sin(top) / top * mean_cos(total, -top)) / 2
    return (low + high) / 2 * mean, (low * low + low * high + high * high) / 3 * second


def predict_zero() -> float:
    """The MSE of a network that always answers zero: 16.834."""
    return float(np.trace(moments()[1]) / LENGTH)


def two_at_random() -> float:
    """The mean squared difference of two signals drawn at random: twice the variance, 33.668."""
    mean, second = moments()
    return float(2 * np.trace(second - np.outer(mean, mean)) / LENGTH)


@cache
def _principal_components() -> tuple[Array, Array]:
    """Eigenvalues of the covariance, (101,), largest first, and its eigenvectors, as columns."""
    mean, second = moments()
    values, vectors = np.linalg.eigh(second - np.outer(mean, mean))
    values, vectors = values[::-1], vectors[:, ::-1]
    # From about the 28th on they are lost in rounding.
    return np.where(values > 1e-14 * values[0], values, 0), vectors


def best_linear(size: int) -> float:
    """The lowest MSE of any code of so many numbers with a linear decoder, biases included.

    That is PCA with the mean taken off (Eckart and Young 1936): the eigenvalues of the covariance
    that are left out, over 101. Taking off the mean, which is nearly zero, gains 0.00003 at most.

    Args:
        size: numbers in the code, 0 or more; 0 is the best constant answer.

    Returns:
        The MSE; 0 from about 28 numbers on, where it falls below the rounding of float64.
    """
    return float(_principal_components()[0][size:].sum() / LENGTH)


def linear_code(signals: NDArray[np.floating], size: int) -> Array:
    """The best linear code of some signals: (..., size), from (..., 101)."""
    return (signals - moments()[0]) @ _principal_components()[1][:, :size]


@cache
def best_linear_held_out(size: int) -> float:
    """What the code of `best_linear` scores on the held-out set.

    Up to size 20 it is within 2 per cent of the exact figure (10: 5.717 against 5.694).
    """
    mean, components = moments()[0], _principal_components()[1][:, :size]
    error = linear_code(held_out(), size) @ components.T + mean - held_out()
    return float((error**2).mean())


@dataclass(frozen=True, slots=True)
class ReferenceLine:
    """A line to draw across a chart of the MSE.

    Attributes:
        name: a few words.
        value: the MSE; 0 has no place on a log scale.
        kind: "floor" cannot be crossed; "best linear" can, by a nonlinear network.
        explanation: a sentence or two.
    """

    name: str
    value: float
    kind: Literal["floor", "best linear", "zero", "post", "sine fit"]
    explanation: str


def linear_tail(experiment: Experiment) -> int:
    """The number of curves that a network draws with, whatever its weights.

    After its last nonlinear layer a network only adds and scales: its output is a weighted sum of
    as many fixed curves as the narrowest hidden layer from there on has nodes, plus an offset.
    """
    activations = experiment.layer_activations[:-1]
    nonlinear = [i for i, activation in enumerate(activations) if activation != "linear"]
    return min((LENGTH, *experiment.widths[max(nonlinear, default=0) :]))


def floor(experiment: Experiment) -> float:
    """The MSE below which no training takes this network; 0 where it is not limited so.

    It is `best_linear` of the network's `linear_tail`: the bottleneck where the decoder is linear
    (a bottleneck that is the last hidden layer, or no activation but linear ones).
    """
    return best_linear(linear_tail(experiment))


def at_floor(experiment: Experiment, held_out_mse: float) -> bool:
    """Whether a run sits at its floor, so that more training cannot help it.

    The comparison is with what the best linear code itself scores on the held-out set, so that the
    deviation of that set from the distribution plays no part.
    """
    if not floor(experiment):
        return False
    own = best_linear_held_out(linear_tail(experiment))
    return bool(held_out_mse <= (1 + FLOOR_MARGIN) * own)


@lru_cache(maxsize=256)
def reference_lines(experiment: Experiment) -> tuple[ReferenceLine, ...]:
    """The lines that apply to this network: zero, linear ones, the post's, the sine fit's."""
    lines = [
        ReferenceLine(
            "predict zero",
            predict_zero(),
            "zero",
            "The error of answering every signal with a flat line at zero.",
        )
    ]
    size, curves = experiment.latent_size, linear_tail(experiment)
    if size is not None and size < curves:
        lines.append(
            ReferenceLine(
                f"best linear code of {_count(size, 'number')}",
                best_linear(size),
                "best linear",
                f"The lowest error that a linear network can reach with {_count(size, 'number')} "
                "in the middle (principal component analysis). A nonlinear one can get below it.",
            )
        )
    if size is None:
        lines.append(
            ReferenceLine(
                "floor",
                0.0,
                "floor",
                "Nothing narrows this network: it can learn to pass every signal on unchanged.",
            )
        )
    elif size == curves or floor(experiment) > FLOOR_OF_NOTE:
        lines.append(
            ReferenceLine(
                f"floor of {_count(curves, 'curve')}",
                floor(experiment),
                "floor",
                f"From a layer of {_count(curves, 'node')} on this network only adds and scales: "
                f"all it draws is a weighted sum of {_count(curves, 'fixed curve')} and an offset. "
                "The best such curves (principal components) leave this error, and no training "
                "gets below it.",
            )
        )
    return (*lines, *_post_line(experiment), sine_fit_line())


def _post_line(experiment: Experiment) -> list[ReferenceLine]:
    """Where the post's first network of this very build ended, if there is one."""
    for network in post_networks():
        theirs = network.experiment
        if (theirs.sizes, theirs.layer_activations) == (
            experiment.sizes,
            experiment.layer_activations,
        ):
            (first, _), *_, (step, last) = network.published[-LAST_PRINTS:]
            return [
                ReferenceLine(
                    "the post",
                    last_error(network.published),
                    "post",
                    f"What the blog post printed for this network in steps {first:,} to {step:,} "
                    f"at a learning rate of {theirs.learning_rate:g}, as the average of "
                    f"{LAST_PRINTS} errors, each of a single batch of {theirs.batch_size}. The "
                    f"last of them alone was {last:.3g}.",
                )
            ]
    return []


@cache
def sine_fit_line() -> ReferenceLine:
    """What is left over of the held-out signals by a sine fitted to each: their rounding."""
    return ReferenceLine(
        "sine fit",
        float(fit_sine(held_out()).mean_squared_error.mean()),
        "sine fit",
        "A sine fitted by least squares to each held-out signal: what is left is the rounding of "
        "the signals. The sine is three continuous numbers, A cos φ, A sin φ and the frequency: A "
        "is its amplitude, never below 0.1, φ its phase in the middle. So a continuous code of "
        "three numbers can come down to here.",
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


@dataclass(frozen=True, eq=False, slots=True)
class SineFit:
    """The closest sines to some signals.

    Attributes:
        parameters: (..., 3) float64: phase (0 to 2 pi), frequency, amplitude (0 or more).
        mean_squared_error: (...,) float64, between each signal and its sine.
    """

    parameters: Array
    mean_squared_error: Array


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


def _project(y: Array, frequency: Array) -> tuple[Array, Array, Array]:
    """Weights (n,) of sine and cosine, and what is left over (n, 101), of each signal."""
    angle = (X - X[LENGTH // 2]).astype(float) * frequency[:, None]
    s, c = np.sin(angle), np.cos(angle)
    sine, cosine = (y * s).sum(1) / (s * s).sum(1), (y * c).sum(1) / (c * c).sum(1)
    return sine, cosine, y - sine[:, None] * s - cosine[:, None] * c


def _best_frequency(y: Array, low: float, high: float) -> Array:
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

    def slope(frequency: Array, row: NDArray[np.integer]) -> Array:
        """Half the derivative of the power taken out; the weights' own vanishes at their best."""
        sine, cosine, residual = _project(y[row], frequency)
        angle = u * frequency[:, None]
        turned = sine[:, None] * np.cos(angle) - cosine[:, None] * np.sin(angle)
        return (residual * u * turned).sum(axis=1)

    below, above = grid[np.maximum(best - 1, 0)], grid[np.minimum(best + 1, len(grid) - 1)]
    root = find_root(slope, (below, above), args=(np.arange(len(y)),))
    # No change of sign: the best frequency is that end of the range, which the grid holds.
    return np.where(root.success, root.x, grid[best])
