"""The signals that a network draws worst, found by search, and how its errors are spread.

A mean over signals hides a tear: a thin sheet of signals, between two that get quite different
codes, of which hardly any is in a held-out set.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sinae.model.arrays import Array, Doubles
from sinae.model.network import Network
from sinae.model.signals.family import SignalFamily, low_discrepancy

FIRST = 2**17  # signals in the first search, which covers the family evenly
CLIMBERS = 256  # the search goes on uphill from the worst signals of this many regions
CANDIDATES = 8192  # regions are looked for among this many of the worst signals
REGION = 0.06  # regions lie at least this far apart, in the coordinates of `SignalFamily.embed`
ALIKE = 0.5  # the correlation up to which two signals that are returned count as different
TRIALS = 32  # signals that each climber tries in a round
ROUNDS = 128
# Rounds before which half of the climbers give up: those who met another, and the lowest.
HALVED = (8, 16, 24)
REACH = 0.1  # the longest stride, as a share of each range; the shortest is a thousandth of it
AT_ONCE = 8192  # signals that are in memory together
ROUNDING = 1e-5  # two errors may differ by this share because they were added up in float32
# `errors_over` draws this many independent samples, whose spread tells how far off its mean is.
SAMPLES = 16


@dataclass(frozen=True, eq=False, slots=True)
class WorstSignals:
    """The worst-drawn signals that were found, the worst first, no two of them much alike.

    Attributes:
        values: (n, parameters) float64: of the parameters of their family, all within the ranges
            that signals are drawn from.
        signals, reconstructions: (n, 101) float32.
        mse: (n,) float64: the MSE of each; infinite where a reconstruction is no finite number.
        power: (n,) float64: the mean square of each signal, which is the MSE of answering zero.
    """

    values: Doubles
    signals: Array
    reconstructions: Array
    mse: Doubles
    power: Doubles


@dataclass(frozen=True, slots=True)
class ErrorSummary:
    """How the MSE of single signals is spread over the family, each drawn as in training.

    Attributes:
        count: signals that were looked at.
        mean: of their MSE.
        standard_error: of that mean, from `SAMPLES` independent samples.
        p50, p99, p999: the median, the 99th and the 99.9th percentile.
        worst: of these signals; `worst_signals` finds worse ones.
        share_above_zero_prediction: the share, 0 to 1, of the signals that are drawn worse than by
            a flat line at zero, each against its own mean square.
    """

    count: int
    mean: float
    standard_error: float
    p50: float
    p99: float
    p999: float
    worst: float
    share_above_zero_prediction: float


def worst_signals(network: Network, count: int = 3) -> WorstSignals:
    """Search the whole family for the signals that a network draws worst.

    `FIRST` signals that cover it evenly are drawn. From the worst ones of `CLIMBERS` regions the
    error is then climbed in all parameters at once: by random strides of all
    lengths, since at a tear the error has no slope to follow, and on along strides that helped.

    Returns:
        At most ``count`` signals, the same ones every time; each is the worst that was found of
        those whose correlation with the ones before it is at most `ALIKE`. What was found is a
        lower bound: the peaks of a tear can be too thin to find the highest.
    """
    family = network.family
    dimensions = len(family.parameters)
    found = np.concatenate(
        [low_discrepancy(start, AT_ONCE, dimensions) for start in range(1, FIRST + 1, AT_ONCE)]
    )
    errors = _errors(network, found)
    starts = _distinct(family, found, errors, CLIMBERS)
    ends, heights = _climb(network, found[starts], errors[starts])
    found, errors = np.concatenate([ends, found]), np.concatenate([heights, errors])
    worst = np.argsort(-errors, kind="stable")[:CANDIDATES]
    values, errors = family.values_at(found[worst]), errors[worst]
    chosen = _unlike(family.evaluate(values), errors, count)
    values, errors = values[chosen], errors[chosen]
    signals = family.evaluate(values)
    return WorstSignals(values, signals, network.reconstruct(signals), errors, _power(signals))


def errors_over(network: Network, count: int = 2**17) -> ErrorSummary:
    """The errors of many signals, which cover the family evenly.

    The samples are the same low-discrepancy sequence, each shifted by an amount of its own (Cranley
    and Patterson 1976), so that each is an unbiased sample of the distribution. The count is
    rounded down to a multiple of `SAMPLES`; below twice that, ValueError is raised.
    """
    size = count // SAMPLES
    if size < 2:
        raise ValueError(f"The count must be at least {2 * SAMPLES}.")
    errors = np.empty((SAMPLES, size))
    worse = 0
    dimensions = len(network.family.parameters)
    shifts = np.random.default_rng(0).random((SAMPLES, dimensions))
    for sample, shift in zip(errors, shifts, strict=True):
        for start in range(0, size, AT_ONCE):
            part = sample[start : start + AT_ONCE]
            points = low_discrepancy(start, len(part), dimensions, shift)
            signals = network.family.sample(points).signals
            part[:] = _finite_or_infinite(network.squared_errors(signals))
            worse += int(np.count_nonzero(part > (1 + ROUNDING) * _power(signals)))
    means = errors.mean(axis=1)
    mean = float(means.mean())
    p50, p99, p999 = np.quantile(errors, [0.5, 0.99, 0.999], method="higher").tolist()
    return ErrorSummary(
        errors.size,
        mean,
        float(means.std(ddof=1) / np.sqrt(SAMPLES)) if np.isfinite(mean) else float("inf"),
        p50,
        p99,
        p999,
        float(errors.max()),
        worse / errors.size,
    )


def _climb(network: Network, at: Doubles, errors: Doubles) -> tuple[Doubles, Doubles]:
    """Go uphill from some points of the unit cube, (n, parameters), with these errors, (n,), to
    points that are returned with theirs, in no order."""
    given_up: list[tuple[Doubles, Doubles]] = []
    dimensions = at.shape[1]
    periodic = [i for i, p in enumerate(network.family.parameters) if p.periodic]
    generator = np.random.default_rng(0)
    stride = np.zeros_like(at)
    further = np.array([0.5, 1, 2, 4])[:, None]
    for turn in range(ROUNDS):
        if turn in HALVED:
            kept = _distinct(network.family, at, errors, len(at) // 2 + 1)
            rest = np.setdiff1d(np.arange(len(at)), kept)
            given_up.append((at[rest], errors[rest]))
            at, errors, stride = at[kept], errors[kept], stride[kept]
        lengths = REACH * 10 ** (-3 * generator.random((len(at), TRIALS, 1)))
        strides = lengths * generator.uniform(-1, 1, (len(at), TRIALS, dimensions))
        strides[:, : len(further)] = further * stride[:, None]
        trials = at[:, None] + strides
        trials[..., periodic] %= 1
        np.clip(trials, 0, 1, out=trials)
        reached = _errors(network, trials.reshape(-1, dimensions)).reshape(len(at), TRIALS)
        best = reached.argmax(axis=1)
        each = np.arange(len(at))
        better = reached[each, best] > errors
        # Where nothing helped, the other way is worth a try.
        stride = np.where(better[:, None], strides[each, best], -stride / 2)
        at = np.where(better[:, None], trials[each, best], at)
        errors = np.where(better, reached[each, best], errors)
    ends, heights = zip(*given_up, (at, errors), strict=True)
    return np.concatenate(ends), np.concatenate(heights)


def _distinct(
    family: SignalFamily, points: Doubles, errors: Doubles, count: int
) -> NDArray[np.integer]:
    """Which points of the unit cube are the worst ones of so many regions, the worst first."""
    places = family.embed(points)
    return _spread_out(
        errors,
        lambda one, others: np.linalg.norm(places[others] - places[one], axis=1) > REGION,
        count,
    )


def _unlike(signals: Array, errors: Doubles, count: int) -> NDArray[np.integer]:
    """Which signals, (n, 101), are the worst ones of those that are not alike, the worst first."""
    lengths = np.linalg.norm(signals, axis=1)
    return _spread_out(
        errors,
        lambda one, others: (
            signals[others] @ signals[one] <= ALIKE * lengths[others] * lengths[one]
        ),
        count,
    )


def _spread_out(
    errors: Doubles, apart: Callable[[int, NDArray[np.integer]], NDArray[np.bool_]], count: int
) -> NDArray[np.integer]:
    """The indices of the largest errors that are apart from all larger ones taken before them."""
    order = np.argsort(-errors, kind="stable")[:CANDIDATES]
    chosen: list[int] = []
    while len(order) and len(chosen) < count:
        chosen.append(int(order[0]))
        order = order[apart(chosen[-1], order)]
    return np.array(chosen, int)


def _errors(network: Network, points: Doubles) -> Doubles:
    """The MSE of the signals of points of the unit cube: (n,) of (n, parameters)."""
    parts = (points[start : start + AT_ONCE] for start in range(0, len(points), AT_ONCE))
    signals = (network.family.evaluate(network.family.values_at(part)) for part in parts)
    return np.concatenate([_finite_or_infinite(network.squared_errors(some)) for some in signals])


def _finite_or_infinite(errors: Doubles) -> Doubles:
    return np.where(np.isnan(errors), np.inf, errors)


def _power(signals: Array) -> Doubles:
    return (signals.astype(float) ** 2).mean(axis=1)
