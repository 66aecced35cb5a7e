"""What a network's error is to be compared with: predicting zero, and the best linear code.

Both are exact for the distribution of `sinae.model.signals`, in closed form. For two points x and y
write d = x - y and s = x + y, and P for the top of the phase's range. Over the phase,

    E[sin(x f - p) sin(y f - p)] = (cos(d f) - sin(P) / P * cos(s f - P)) / 2
    E[sin(x f - p)]              = 2 / P * sin(P / 2) * sin(x f - P / 2)

P is no whole number of turns, so the terms in 1 / P stay; they move the errors by 0.0008 at most.
Over the frequency, uniform with middle m and half-width h,

    E[cos(c f + t)] = cos(c m + t) * sin(c h) / (c h)
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from sinae.model.experiment import Experiment
from sinae.model.signals import AMPLITUDE, FREQUENCY, LENGTH, PHASE, X, held_out

Array = NDArray[np.float64]

FLOOR_MARGIN = 0.03
"""How far above its floor, relatively, a run still counts as being there."""


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
