"""What a network's latent values mean: the atlas, orbits, what they carry, what they mix up.

All functions raise ValueError, with a sentence for the user, for a network without hidden layers
and for one whose latent values are not finite.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sinae.baselines import linear_code
from sinae.network import Network
from sinae.signals import (
    AMPLITUDE,
    FREQUENCY,
    LENGTH,
    PARAMETERS,
    PHASE,
    Parameter,
    evaluate,
    from_unit_cube,
    held_out,
    held_out_parameters,
)

Array = NDArray[np.float32]
Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False, slots=True)
class Atlas:
    """Some signals and their place in latent space.

    Attributes:
        parameters: (n, 3) float32: phase, frequency, amplitude.
        latents: (n, latent size) float32.
    """

    parameters: Array
    latents: Array


def atlas(network: Network) -> Atlas:
    """The held-out signals in latent space."""
    return Atlas(held_out_parameters(), _encode(network, held_out()))


def orbit(
    network: Network,
    swept: Parameter,
    phase: float = PHASE.start,
    frequency: float = FREQUENCY.start,
    amplitude: float = AMPLITUDE.start,
    points: int = 200,
) -> Atlas:
    """The path of a signal through latent space while one of its parameters sweeps its range.

    Args:
        network: trained.
        swept: the parameter; its own value below counts for nothing. The phase goes once round,
            from 0 to 2 pi, so that its path closes.
        phase, frequency, amplitude: in the units of `sinae.signals`.
        points: on the path, both ends included.
    """
    parameters = np.tile(np.array([phase, frequency, amplitude], np.float32), (points, 1))
    low, high = (0, 2 * np.pi) if swept is PHASE else (swept.low, swept.high)
    parameters[:, PARAMETERS.index(swept)] = np.linspace(low, high, points)
    return Atlas(parameters, _encode(network, evaluate(parameters)))


def _encode(network: Network, signals: Array) -> Array:
    latents = network.encode(signals)
    if not np.isfinite(latents).all():
        raise ValueError("This network's latent values are not finite numbers: it has diverged.")
    return latents


# What the latent values carry.

TARGETS = ("amplitude", "frequency", "A cos φ", "A sin φ")
"""What is read from the latent values. φ is the phase in the middle of the window, at x = 50.

The phase as such wraps, and has no place on a line. Taken at x = 0, as in the formula of the
signals, it would mix in the frequency: an error of e in that turns it by 50 e against the middle.
One and the same network then seems to know less: 50-20-10-3-10-20-50, selu, trained for 12,000
steps (cosine from 0.004, clipped at 1), gives A cos φ with R² 0.90 in the middle and 0.64 at x = 0.

A sin φ is, but for its sign, the signal's value at x = 50: linear codes do well on it too.
"""

NEIGHBOURS = (6, 12, 24, 48)
"""Numbers of neighbours that the nonlinear probe chooses from, for each target."""

RIDGE = 0.01
"""Holds back the slopes of the nonlinear probe where neighbours lie along fewer directions."""

LEFT_OUT_EVERY = 4
"""Of the fitted signals, those by which the number of neighbours is chosen."""

BINS = 48
"""Of the probe of one latent value: some 40 signals in each."""

ALONE = 0.95
"""The R² from which one latent value is said to give a parameter by itself."""


@dataclass(frozen=True, slots=True)
class Carried:
    """How well one target can be read, as R²: 1 is exactly; 0 is predicting its mean.

    Attributes:
        target: one of `TARGETS`.
        linear, nonlinear: from all latent values.
        pca_linear, pca_nonlinear: for comparison, from the best linear code of as many numbers,
            which needs no training. (Up to some 13 numbers there are many linear codes of nearly
            the same error; this is the very best by a hair, and another may carry other things.)
        alone: from the one latent value that gives most, by itself, nonlinearly.
        alone_latent: its number, counted from 0.
    """

    target: str
    linear: float
    nonlinear: float
    pca_linear: float
    pca_nonlinear: float
    alone: float
    alone_latent: int


@dataclass(frozen=True, slots=True)
class CarriedTable:
    """What the latent values of a network carry: a row for each of `TARGETS`."""

    latent_size: int
    rows: tuple[Carried, ...]


def carried(network: Network) -> CarriedTable:
    """Read the parameters from the latent values.

    All probes are fitted on every other held-out signal and scored on the rest.
    """
    latents = _in_spreads(_encode(network, held_out()))
    size = latents.shape[1]
    alone = np.stack([_score(_bin_means, latents[:, i]) for i in range(size)])
    columns = (
        _score(_linear, latents),
        _score(_local_linear, latents),
        *_carried_by_pca(size),
        alone.max(axis=0),
    )
    best = alone.argmax(axis=0).tolist()
    table = zip(TARGETS, *(column.tolist() for column in columns), best, strict=True)
    return CarriedTable(size, tuple(Carried(*row) for row in table))


def sentence(table: CarriedTable) -> str:
    """The table in plain words."""
    single = table.latent_size == 1
    code = "the one latent value" if single else f"the {table.latent_size} latent values together"
    rows = sorted(table.rows, key=lambda row: -row.nonlinear)
    if rows[0].nonlinear < 0.05:
        return f"No probe reads anything of the signals from {code}."
    grades: dict[str, list[str]] = {}
    for row in rows:
        grades.setdefault(_grade(row.nonlinear), []).append(f"{row.target} ({_r2(row.nonlinear)})")
    read = "; ".join(f"{grade}: {', '.join(targets)}" for grade, targets in grades.items())
    parts = [f"Read from {code} (R²: 1 is exact, 0 no better than the mean), {read}."]
    bent = [row for row in table.rows if row.nonlinear - max(row.linear, 0) > 0.2]
    if bent:
        most = max(bent, key=lambda row: row.nonlinear - row.linear)
        parts.append(
            f"They hold it along curves: a straight-line probe gets {_r2(most.linear)} "
            f"of {most.target} where a bent one gets {_r2(most.nonlinear)}."
        )
    if not single:
        sure = [row for row in table.rows if row.alone >= ALONE]
        parts += [
            f"Latent value {row.alone_latent + 1} by itself gives {row.target} ({_r2(row.alone)})."
            for row in sure
        ]
        if not sure:
            best = max(table.rows, key=lambda row: row.alone)
            parts.append(
                "No single latent value stands for one of them; the nearest to it is latent value "
                f"{best.alone_latent + 1} for {best.target} ({_r2(best.alone)})."
            )
    return " ".join(parts)


def _grade(r2: float) -> str:
    if r2 >= 0.95:
        return "almost exactly"
    return "well" if r2 >= 0.8 else "roughly" if r2 >= 0.5 else "hardly"


def _r2(value: float) -> str:
    # Not rounded up: 0.996 is not 1.
    return f"{np.floor(max(value, 0) * 100) / 100:.2f}"


def _targets() -> Doubles:
    """(n, 4): `TARGETS` of the held-out signals."""
    phase, frequency, amplitude = held_out_parameters().T.astype(float)
    middle = phase - (LENGTH // 2) * frequency
    return np.stack(
        [amplitude, frequency, amplitude * np.cos(middle), amplitude * np.sin(middle)], axis=1
    )


@lru_cache(maxsize=64)
def _carried_by_pca(size: int) -> tuple[Doubles, Doubles]:
    code = linear_code(held_out(), size)
    return _score(_linear, code), _score(_local_linear, code)


Probe = Callable[[Doubles, Doubles, Doubles], Doubles]
"""From codes (n, d) and their targets (n, 4), the targets (m, 4) of further codes (m, d)."""


def _score(probe: Probe, code: Doubles) -> Doubles:
    """R² of each target, (4,), on the half of the held-out signals that was not fitted.

    0 is the fitted half's mean as the answer to all; what does worse than that is negative.
    """
    code, targets = code.reshape(len(code), -1), _targets()
    found, true = probe(code[::2], targets[::2], code[1::2]), targets[1::2]
    naive = ((targets[::2].mean(axis=0) - true) ** 2).sum(axis=0)
    return np.asarray(1 - ((found - true) ** 2).sum(axis=0) / naive)


def _in_spreads(latents: Array) -> Doubles:
    """Latent values from their mean, in units of their standard deviation; constant ones as 0."""
    centred = latents - latents.mean(axis=0, dtype=float)
    spread = centred.std(axis=0)
    # What is left of a constant is rounding, not a spread.
    varies = spread > 1e-6 * np.abs(latents).max(axis=0)
    return np.where(varies, centred / np.where(varies, spread, 1), 0)


def _linear(codes: Doubles, targets: Doubles, others: Doubles) -> Doubles:
    weights = np.linalg.lstsq(_with_one(codes), targets)[0]
    return np.asarray(_with_one(others) @ weights)


def _with_one(codes: Doubles) -> Doubles:
    return np.column_stack([codes, np.ones(len(codes))])


def _bin_means(codes: Doubles, targets: Doubles, others: Doubles) -> Doubles:
    """The mean over one of `BINS` equally filled bins of a single latent value."""
    edges = np.unique(np.quantile(codes[:, 0], np.linspace(0, 1, BINS + 1)[1:-1]))
    bins = np.searchsorted(edges, codes[:, 0], side="right")
    count = np.bincount(bins, minlength=len(edges) + 1)
    sums = [np.bincount(bins, target, len(edges) + 1) for target in targets.T]
    # A bin may be empty where many values are equal: then the mean of all.
    means = np.where(count > 0, np.array(sums) / np.maximum(count, 1), targets.mean(0)[:, None])
    return np.asarray(means[:, np.searchsorted(edges, others[:, 0], side="right")].T)


def _local_linear(codes: Doubles, targets: Doubles, others: Doubles) -> Doubles:
    """What the linear probe leaves over, by a plane through the nearest neighbours of each point.

    This is "loess" (Cleveland 1979); how many neighbours is decided for each target by leaving out
    some of the fitted points, one at a time.
    """
    rest = targets - _linear(codes, targets, codes)
    left_out = np.arange(0, len(codes), LEFT_OUT_EVERY)
    near, far = _nearest(codes, codes[left_out], left_out), _nearest(codes, others)
    errors = [
        ((_planes(codes, rest, codes[left_out], near[:, :n]) - rest[left_out]) ** 2).sum(axis=0)
        for n in NEIGHBOURS
    ]
    found = _linear(codes, targets, others)
    for i, n in enumerate(NEIGHBOURS):
        chosen = np.argmin(errors, axis=0) == i
        if chosen.any():
            found[:, chosen] += _planes(codes, rest[:, chosen], others, far[:, :n])
    return found


def _nearest(
    codes: Doubles, points: Doubles, left_out: NDArray[np.integer] | None = None
) -> NDArray[np.integer]:
    """The codes nearest to each point, (m, max(NEIGHBOURS)), nearest first.

    Of the codes one may be left out for each point: the point itself.
    """
    # All pairs at once: faster than a tree from some ten latent values on, and never slow.
    square = (codes**2).sum(axis=1) - 2 * points @ codes.T
    if left_out is not None:
        square[np.arange(len(points)), left_out] = np.inf
    some = np.argpartition(square, max(NEIGHBOURS), axis=1)[:, : max(NEIGHBOURS)]
    rank = np.take_along_axis(square, some, axis=1).argsort(axis=1)
    return np.take_along_axis(some, rank, axis=1)


def _planes(
    codes: Doubles, targets: Doubles, points: Doubles, neighbours: NDArray[np.integer]
) -> Doubles:
    """The values at points (m, d) of ridge-regression planes through their neighbours, (m, n)."""
    found = []
    for some in np.array_split(np.arange(len(points)), max(1, len(points) // 128)):
        offset = codes[neighbours[some]] - points[some, None]
        reach = np.sqrt((offset**2).sum(axis=2))
        widest = reach.max(axis=1)[:, None] + 1e-12
        weight = 1.001 - (reach / widest) ** 3
        weight /= weight.sum(axis=1, keepdims=True)
        offset /= widest[:, :, None]
        near = targets[neighbours[some]]
        mean = np.einsum("mn,mnt->mt", weight, near)
        centre = np.einsum("mn,mnd->md", weight, offset)
        root = np.sqrt(weight)[:, :, None]
        design, wanted = root * (offset - centre[:, None]), root * (near - mean[:, None])
        turned = design.transpose(0, 2, 1)
        # Two forms of the same slopes: whichever has the smaller system to solve.
        if codes.shape[1] < neighbours.shape[1]:
            ridge = RIDGE * np.eye(codes.shape[1])
            slopes = np.linalg.solve(turned @ design + ridge, turned @ wanted)
        else:
            ridge = RIDGE * np.eye(neighbours.shape[1])
            slopes = turned @ np.linalg.solve(design @ turned + ridge, wanted)
        found.append(mean - np.einsum("md,mdt->mt", centre, slopes))
    return np.concatenate(found)


# What the latent values mix up.

CLOSE = 0.02
"""Codes no further apart, in units of the spread of all codes, count as nearly the same."""

TOLD_APART = 0.01
"""Of the MSE between two signals, what the decoder may make of the difference of their codes."""

APART = 0.5
"""How far apart in latent space, in the same units, the pairs that are shown lie."""

SEARCHED = 8192
"""Signals, drawn at random, among which pairs are sought.

Not the held-out ones: those form a lattice, in which close frequencies and amplitudes always come
with the same few differences of phase.
"""

CANDIDATES = 16
"""Nearest codes of each signal that are looked through."""


@dataclass(frozen=True, eq=False, slots=True)
class Collision:
    """Two very different signals with nearly the same code.

    The decoder draws nearly the same for both, so that over the two its MSE is at least a fifth of
    that between them: (1 - sqrt(TOLD_APART))**2 / 4, by the triangle inequality.

    Attributes:
        parameters: (2, 3) float32.
        signals, reconstructions: (2, 101) float32.
        latents: (2, latent size) float32.
        code_distance: as a fraction of the spread of all codes.
        signal_mse: the MSE between the two signals; two drawn at random have 33.7 on average.
        reconstruction_mse: the MSE between their reconstructions.
    """

    parameters: Array
    signals: Array
    latents: Array
    reconstructions: Array
    code_distance: float
    signal_mse: float
    reconstruction_mse: float


def collisions(network: Network, count: int = 3) -> list[Collision]:
    """Pairs of very different signals that the code does not tell apart, the worst first.

    Each latent value is measured by its standard deviation. Among pairs of codes nearer than
    `CLOSE`, for which the decoder too draws nearly the same, those with the most different signals
    are taken, each from another region of latent space.

    Returns:
        At most ``count``; none where each code stands for one signal, as far as `SEARCHED` show.
    """
    parameters = from_unit_cube(np.random.default_rng(0).random((SEARCHED, 3)))
    signals = evaluate(parameters)
    latents = _encode(network, signals)
    drawn = network.decode(latents)
    codes = _in_spreads(latents) / np.sqrt(latents.shape[1])
    # Not balanced: else many equal codes, as of a saturated layer, would take it minutes.
    tree = cKDTree(codes, balanced_tree=False)
    near = tree.query(codes, CANDIDATES + 1, distance_upper_bound=CLOSE)
    distance, other = np.ravel(near[0]), np.ravel(near[1])
    one = np.repeat(np.arange(len(codes)), CANDIDATES + 1)
    pairs = (one < other) & (other < len(codes))  # what is not found has an index past the end
    one, other, distance = one[pairs], other[pairs], distance[pairs]

    signal_mse = ((signals[one] - signals[other]) ** 2).mean(axis=1)
    with np.errstate(over="ignore", invalid="ignore"):  # a decoder may have diverged
        drawn_mse = ((drawn[one] - drawn[other]) ** 2).mean(axis=1)
    found: list[Collision] = []
    taken: list[Doubles] = []
    for i in np.argsort(-signal_mse):
        if len(found) == count:
            break
        both = np.array([one[i], other[i]])
        if not drawn_mse[i] <= TOLD_APART * signal_mse[i] or any(
            np.linalg.norm(codes[one[i]] - code) < APART for code in taken
        ):
            continue
        taken.append(codes[one[i]])
        found.append(
            Collision(
                parameters[both],
                signals[both],
                latents[both],
                drawn[both],
                float(distance[i]),
                float(signal_mse[i]),
                float(drawn_mse[i]),
            )
        )
    return found
