"""What a network's latent values carry: how well the parameters can be read from them.

No linear code stands beside them for comparison. Of up to some 12 numbers many leave the same
error, and carry other things: of three numbers, the best one lets the frequency be read with R²
0.82; with its third component exchanged for the fourth it has the same error but for a millionth,
and 0.68.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sinae.analysis.latent_space import finite_latents, in_spreads
from sinae.model.arrays import Doubles
from sinae.model.network import Network
from sinae.model.signals.family import SignalFamily

# The nonlinear probe chooses from these numbers of neighbours, for each target anew.
NEIGHBOURS = (6, 12, 24, 48)
# One in this many of the fitted signals is left out, to choose the number of neighbours by it.
LEFT_OUT_EVERY = 4
# Holds back the slopes of the nonlinear probe where neighbours lie along fewer directions.
RIDGE = 0.01
# The probe of a single latent value sorts it into this many bins, with some 40 signals in each.
BINS = 48
ALONE = 0.95  # the R² from which one latent value is said to give a parameter by itself


@dataclass(frozen=True, slots=True)
class Carried:
    """How well one target can be read, as R²: 1 is exactly; 0 is predicting its mean.

    Attributes:
        target: one of the targets of the family.
        linear, nonlinear: from all latent values.
        alone: from the one latent value that gives most, by itself, nonlinearly.
        alone_latent: its number, counted from 0.
    """

    target: str
    linear: float
    nonlinear: float
    alone: float
    alone_latent: int


@dataclass(frozen=True, slots=True)
class CarriedTable:
    """How well the targets of the family can be read from a network's latent values, a row for
    each.

    It tells what these probes can read, which is no more than there is.
    """

    latent_size: int
    rows: tuple[Carried, ...]


def carried(network: Network) -> CarriedTable:
    """Read the parameters from the latent values, by probes that are fitted on every other held-out
    signal and scored on the rest; raises `NoLatentsError` as `finite_latents` does."""
    family = network.family
    latents = in_spreads(finite_latents(network, family.held_out.signals))
    size = latents.shape[1]
    alone = np.stack([_score(_bin_means, latents[:, i], family) for i in range(size)])
    columns = (
        _score(_linear, latents, family),
        _score(_local_linear, latents, family),
        alone.max(axis=0),
    )
    best = alone.argmax(axis=0).tolist()
    table = zip(family.targets, *(column.tolist() for column in columns), best, strict=True)
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
        grades.setdefault(_grade(row.nonlinear), []).append(f"{row.target} ({r2(row.nonlinear)})")
    read = "; ".join(f"{grade}: {', '.join(targets)}" for grade, targets in grades.items())
    parts = [f"Read from {code} (R²: 1 is exact, 0 no better than the mean), {read}."]
    bent = [row for row in table.rows if row.nonlinear - max(row.linear, 0) > 0.2]
    if bent:
        most = max(bent, key=lambda row: row.nonlinear - row.linear)
        weighted = "a multiple of it" if single else "a weighted sum of them"
        parts.append(
            f"It takes more than {weighted}: that gives {most.target} with {r2(most.linear)}, and "
            f"a probe that follows curves with {r2(most.nonlinear)}."
        )
    if not single:
        sure = [row for row in table.rows if row.alone >= ALONE]
        parts += [
            f"Latent value {row.alone_latent + 1} by itself gives {row.target} ({r2(row.alone)})."
            for row in sure
        ]
        if not sure:
            best = max(table.rows, key=lambda row: row.alone)
            parts.append(
                "No single latent value stands for one of them; the nearest to it is latent value "
                f"{best.alone_latent + 1} for {best.target} ({r2(best.alone)})."
            )
    return " ".join(parts)


def _grade(r2: float) -> str:
    # Strict words: with R² 0.95 of the frequency alone, a sine is already drawn all wrong.
    if r2 >= 0.99:
        return "closely"
    return "well" if r2 >= 0.9 else "roughly" if r2 >= 0.5 else "hardly"


def r2(value: float) -> str:
    """An R² with two decimals, not rounded up: 0.996 is not 1. Below 0 it stands as 0."""
    return f"{np.floor(max(value, 0) * 100) / 100:.2f}"


Probe = Callable[[Doubles, Doubles, Doubles], Doubles]
"""A probe is fitted to codes, (n, d), and their targets, (n, t), and predicts the targets, (m, t),
of other codes, (m, d)."""


def _score(probe: Probe, code: Doubles, family: SignalFamily) -> Doubles:
    """R² of each target, (targets,), on the half of the held-out signals that was not fitted.

    0 is the fitted half's mean as the answer to all; what does worse than that is negative.
    """
    code = code.reshape(len(code), -1)
    targets = family.read_targets(family.held_out.values.astype(float))
    found, true = probe(code[::2], targets[::2], code[1::2]), targets[1::2]
    naive = ((targets[::2].mean(axis=0) - true) ** 2).sum(axis=0)
    return np.asarray(1 - ((found - true) ** 2).sum(axis=0) / naive)


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
    """Predict as the linear probe does, and what that leaves over by a plane through the nearest
    neighbours of each point.

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
