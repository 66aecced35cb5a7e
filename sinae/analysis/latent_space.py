"""Where a network puts signals in its latent space: the atlas of the held-out signals, the
traversal of a parameter, and collisions, which are different signals that share a code.

These three raise `NoLatentsError` for a network without hidden layers and for one whose latent
values are not finite.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial import cKDTree

from sinae.model.arrays import Array, Doubles
from sinae.model.network import Network
from sinae.model.signals.family import Parameter, SignalFamily

# Codes no further apart, in units of the spread of all codes, count as nearly the same.
CLOSE = 0.02
# A decoder draws two signals alike if its two drawings differ by no more than this share of the MSE
# between the signals.
TOLD_APART = 0.01
APART = 0.5  # how far apart in latent space, in the same units, the pairs that are shown lie
# The number of random signals among which pairs are sought. Not the held-out ones: those form a
# lattice, in which close frequencies and amplitudes always come with the same few differences of
# phase.
SEARCHED = 8192
CANDIDATES = 16  # this many nearest codes of each signal are looked through


@dataclass(frozen=True, eq=False, slots=True)
class Atlas:
    """Some signals and their place in latent space.

    Attributes:
        family: of the signals.
        values: (n, parameters) float32: of its parameters.
        latents: (n, latent size) float32.
    """

    family: SignalFamily
    values: Array
    latents: Array

    def part(self, first: int, end: int) -> "Atlas":
        """The signals from the one of this number up to, not including, another."""
        return Atlas(self.family, self.values[first:end], self.latents[first:end])

    def values_of(self, parameter: Parameter) -> Array:
        """The values of one parameter, (n,)."""
        return self.values[:, self.family.parameters.index(parameter)]

    @property
    def description(self) -> str:
        """The parameters of its first signal, in words."""
        return self.family.describe(self.values[0])


def atlas(network: Network) -> Atlas:
    """The held-out signals in latent space."""
    held_out = network.family.held_out
    return Atlas(network.family, held_out.values, finite_latents(network, held_out.signals))


def traversal(
    network: Network, swept: Parameter, held: Sequence[float] = (), points: int = 200
) -> Atlas:
    """The path of a signal through latent space while one of its parameters sweeps its range.

    Args:
        network: trained.
        swept: a parameter of its family. A periodic one goes once round, so that its path closes.
        held: the values of all parameters; that of ``swept`` counts for nothing. By default where
            their sliders start.
        points: on the path, both ends included.
    """
    parameters = network.family.parameters
    values = np.tile(held or [p.start for p in parameters], (points, 1))
    values[:, parameters.index(swept)] = np.linspace(swept.low, swept.high, points)
    latents = finite_latents(network, network.family.evaluate(values))
    return Atlas(network.family, values.astype(np.float32), latents)


class NoLatentsError(ValueError):
    """There are no latent values to look at. The message is a sentence for visitors."""


def finite_latents(network: Network, signals: Array) -> Array:
    """The latent values, (n, latent size) float32, or `NoLatentsError`."""
    if network.bottleneck is None:
        raise NoLatentsError("A network without hidden layers has no latent values.")
    latents = network.encode(signals)
    if not np.isfinite(latents).all():
        raise NoLatentsError("This network has diverged: its latent values are no finite numbers.")
    return latents


def in_spreads(latents: Array) -> Doubles:
    """Latent values from their mean, in units of their standard deviation; constant ones as 0."""
    centred = latents - latents.mean(axis=0, dtype=float)
    spread = centred.std(axis=0)
    # What is left of a constant is rounding, not a spread.
    varies = spread > 1e-6 * np.abs(latents).max(axis=0)
    return np.where(varies, centred / np.where(varies, spread, 1), 0)


@dataclass(frozen=True, eq=False, slots=True)
class Collision:
    """Two very different signals with nearly the same code.

    Attributes:
        values: (2, parameters) float32: of the parameters of their family.
        signals, reconstructions: (2, 101) float32.
        latents: (2, latent size) float32.
        code_distance: as a fraction of the spread of all codes.
        signal_mse: the MSE between the two signals; two sines drawn at random have 33.7 on average.
        reconstruction_mse: the MSE between their reconstructions.
    """

    values: Array
    signals: Array
    latents: Array
    reconstructions: Array
    code_distance: float
    signal_mse: float
    reconstruction_mse: float

    @property
    def unavoidable_mse(self) -> float:
        """The least MSE that the two can have on average, as they are drawn so much alike."""
        return float(_unavoidable(self.signal_mse, self.reconstruction_mse))


def _unavoidable(between: ArrayLike, drawn: ArrayLike) -> Doubles:
    """The lowest mean MSE of two signals, (n,), given the MSE between them and between their
    reconstructions, (n,), where the latter is the smaller one.

    By the triangle inequality the roots of their two MSEs add up to at least the difference of the
    roots of these; the mean of two squares is lowest where both are half of their sum.
    """
    return np.asarray((np.sqrt(between) - np.sqrt(drawn)) ** 2 / 4)


def collisions(network: Network, count: int = 3) -> list[Collision]:
    """Pairs of very different signals that the code does not tell apart, the worst first.

    Each latent value is measured by its standard deviation. Among pairs of codes nearer than
    `CLOSE`, for which the decoder too draws nearly the same, those with the most different signals
    are taken, each from another region of latent space.

    Two signals with the same code come out the same, and that has its price, `unavoidable_mse`. A
    pair that costs less than the network's held-out MSE tells nothing: what the network gets wrong
    of any signal explains as much. Such pairs are left out.

    Returns:
        At most ``count``; none where each code stands for one signal, as far as `SEARCHED` show,
        and the network draws.
    """
    searched = network.family.random(0, SEARCHED)
    signals = searched.signals
    latents = finite_latents(network, signals)
    drawn = network.decode(latents)
    codes = in_spreads(latents) / np.sqrt(latents.shape[1])
    # Not balanced: else many equal codes, as of a saturated layer, would take it minutes.
    tree = cKDTree(codes, balanced_tree=False)
    near = tree.query(codes, CANDIDATES + 1, distance_upper_bound=CLOSE)
    distance, other = np.ravel(near[0]), np.ravel(near[1])
    one = np.repeat(np.arange(len(codes)), CANDIDATES + 1)
    pairs = (one != other) & (other < len(codes))  # what is not found has an index past the end
    one, other, distance = one[pairs], other[pairs], distance[pairs]

    signal_mse = ((signals[one] - signals[other]) ** 2).mean(axis=1)
    with np.errstate(over="ignore", invalid="ignore"):  # a decoder may have diverged
        drawn_mse = ((drawn[one] - drawn[other]) ** 2).mean(axis=1)
        held_out_mse = network.mean_squared_error(network.family.held_out.signals)
        shared = drawn_mse <= TOLD_APART * signal_mse
        shared &= _unavoidable(signal_mse, drawn_mse) > held_out_mse
    found: list[Collision] = []
    taken: list[Doubles] = []
    for i in np.argsort(-signal_mse):
        if len(found) == count:
            break
        both = np.array([one[i], other[i]])
        if not shared[i] or any(np.linalg.norm(codes[one[i]] - code) < APART for code in taken):
            continue
        taken.append(codes[one[i]])
        arrays = searched.values[both], signals[both], latents[both], drawn[both]
        mses = float(signal_mse[i]), float(drawn_mse[i])
        found.append(Collision(*arrays, float(distance[i]), *mses))
    return found
