"""What a network's error is to be compared with: predicting zero, and the best linear code.

Both are exact where the family has its moments in closed form; elsewhere these are those of
`SAMPLED` random signals.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from sinae.model.arrays import Doubles
from sinae.model.experiment import Experiment
from sinae.model.signals.family import LENGTH, SignalFamily

FLOOR_MARGIN = 0.03  # how far above its floor, relatively, a run still counts as being there


def two_at_random(family: SignalFamily) -> float:
    """The mean squared difference of two signals drawn at random: twice the variance, which is
    33.668 for the sines."""
    mean, second = family.moments
    return float(2 * np.trace(second - np.outer(mean, mean)) / LENGTH)


@cache
def principal_components(family: SignalFamily) -> tuple[Doubles, Doubles]:
    """The eigenvalues of the covariance of a family, (101,) float64, largest first, and its
    eigenvectors, (101, 101) float64, as columns."""
    mean, second = family.moments
    values, vectors = np.linalg.eigh(second - np.outer(mean, mean))
    values, vectors = values[::-1], vectors[:, ::-1]
    # From about the 28th on they are lost in rounding.
    return np.where(values > 1e-14 * values[0], values, 0), vectors


def best_linear(size: int, family: SignalFamily) -> float:
    """The lowest MSE of any code of so many numbers, 0 or more, with a linear decoder, biases
    included; that of 0 numbers is of the best constant answer.

    That is PCA with the mean taken off (Eckart and Young 1936): the eigenvalues of the covariance
    that are left out, over 101. Taking off the mean, which is nearly zero for the post's sines,
    gains them 0.00003 at most. It is 0 where it falls below the rounding of float64, for sines from
    about 28 numbers on."""
    return float(principal_components(family)[0][size:].sum() / LENGTH)


def linear_code(signals: NDArray[np.floating], size: int, family: SignalFamily) -> Doubles:
    """The best linear code of some signals of a family: (..., size), from (..., 101)."""
    return (signals - family.moments[0]) @ principal_components(family)[1][:, :size]


@cache
def best_linear_held_out(size: int, family: SignalFamily) -> float:
    """What the code of `best_linear` scores on the held-out set of a family.

    For sines it is up to size 20 within 2 per cent of the exact figure (10: 5.717 against 5.694).
    """
    mean, components = family.moments[0], principal_components(family)[1][:, :size]
    signals = family.held_out.signals
    error = linear_code(signals, size, family) @ components.T + mean - signals
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
    return best_linear(linear_tail(experiment), experiment.family)


def at_floor(experiment: Experiment, held_out_mse: float) -> bool:
    """Whether a run sits at its floor, so that more training cannot help it.

    The comparison is with what the best linear code itself scores on the held-out set, so that the
    deviation of that set from the distribution plays no part.
    """
    if not floor(experiment):
        return False
    own = best_linear_held_out(linear_tail(experiment), experiment.family)
    return bool(held_out_mse <= (1 + FLOOR_MARGIN) * own)
