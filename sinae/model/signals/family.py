"""`SignalFamily`: signals that differ in some parameters, and what the app needs to know of them.

A signal is `LENGTH` points, at x = 0, 1, ..., 100. Every other module asks a family and never what
its parameters mean.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray

from sinae.model.arrays import Array, Doubles

LENGTH = 101  # points in a signal
HELD_OUT_SIZE = 4096  # signals in the fixed held-out set of a family
# The number of random signals of which moments are taken that have no closed form: those of sines
# come out within 2 per cent of the power.
SAMPLED = 2**16

X: Array = np.arange(LENGTH, dtype=np.float32)
X.flags.writeable = False
MIDDLE = LENGTH // 2  # the x in the middle of a signal, where phases are read and set
TURN = 2 * math.pi  # the range of a phase in radians, once round


@dataclass(frozen=True, slots=True)
class Growth:
    """How the range of a parameter opens while a family grows from a patch.

    A periodic parameter opens on both sides of zero, any other one upwards from its low end.

    Attributes:
        first_share: the share of the range at the start, above 0 and at most 1.
        all_at: the part of a training's steps after which the whole range is in.
        power: of the time, by which the share grows.
    """

    first_share: float
    all_at: float
    power: float

    def shares(self, steps: NDArray[np.integer], total: int) -> Array:
        """The share of the range at each step, (n,) float32, of a training of so many steps."""
        opened = np.minimum(steps / (self.all_at * total), 1) ** self.power
        return np.asarray(self.first_share + (1 - self.first_share) * opened, np.float32)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a family, as a hand sets it and a page shows it.

    Attributes:
        name: as a person reads it.
        plural: its values in a sentence, such as ``frequencies``.
        low, high: the range that signals are drawn from.
        widest: the largest value that the probe offers beyond that range.
        step: one notch of its slider.
        start: where its slider stands at first.
        unit: what it is measured in; empty for a bare number.
        digits: decimals in sentences.
        where: where in the signal it is read, such as ``at x = 50``; empty where that is no matter.
        periodic: whether its high end is its low end again, as that of an angle.
        growth: how its range opens while the family grows from a patch; None where it does not.
        help: what a student needs to know of it; empty for nothing.
        when_swept: what to look for on the way of the code while it sweeps its range.
    """

    name: str
    plural: str
    low: float
    high: float
    widest: float
    step: float
    start: float
    unit: str
    digits: int
    where: str = ""
    periodic: bool = False
    growth: Growth | None = None
    help: str = ""
    when_swept: str = ""

    @property
    def key(self) -> str:
        """Its name in addresses, and in the middle of a sentence."""
        return self.name.lower()

    @property
    def short(self) -> str:
        """Its name, and where it is read."""
        return f"{self.key} {self.where}".strip()

    @property
    def title(self) -> str:
        """Its name, where it is read, and its unit."""
        return f"{self.short} ({self.unit})" if self.unit else self.short

    def holds(self, values: NDArray[np.floating], share: float) -> NDArray[np.bool_]:
        """Which of some values, (...), lie in a share, 0 to 1, of the range; see `Growth`."""
        if self.periodic:
            aside = np.abs(np.angle(np.exp(1j * values)))  # from zero either way, 0 to pi
            return np.asarray(aside <= share * np.pi) | (share >= 1)
        return np.asarray(values <= self.low + share * (self.high - self.low))


@dataclass(frozen=True, eq=False, slots=True)
class Signals:
    """Some signals of a family, in arrays that cannot be written to.

    Attributes:
        values: (n, parameters) float32: the value of each parameter.
        signals: (n, 101) float32.
    """

    values: Array
    signals: Array

    def __post_init__(self) -> None:
        self.values.flags.writeable = self.signals.flags.writeable = False


@dataclass(frozen=True, eq=False)
class Fit:
    """The closest member of a family to any signal.

    Attributes:
        name: such as ``sine fit``.
        explanation: what is left over by it, and what that says, in a sentence or two.
        errors: gives for signals, (n, 101), the MSE between each and the closest member, (n,).
    """

    name: str
    explanation: str
    errors: Callable[[NDArray[np.floating]], Doubles]


@dataclass(frozen=True, eq=False)
class SignalFamily:
    """A family of signals. Points of the unit cube, (..., parameters), stand for its members.

    Attributes:
        name: on the command line and in addresses.
        title: on pages.
        member, members: what a signal of it is, in the singular and in the plural.
        about: what it is, in a sentence or two.
        needs: the numbers that a continuous code needs to tell all its signals apart.
        why: why so many, in plain sentences, with the source.
        parameters: in the order in which a hand sets them.
        examples: six signals that cover it.
        sample: the signals that points of the unit cube, (n, parameters), are drawn as.
        evaluate: the signals, (..., 101) float32, of values of the parameters, (..., parameters).
        fill_batches: writes training batches into an array, (steps, 101, batch) float32, given
            points of the unit cube, (steps, batch, parameters) float32, which it may change; the
            share of each parameter's range that is in, (steps, parameters); whether the points
            cover the cube evenly; and a number that the signals are divided by.
        targets: the names of what the code should tell of a signal, without jumps.
        read_targets: those quantities, (n, targets), of values of the parameters, (n, parameters).
        targets_explained: what their letters mean.
        embed: where points of the unit cube, (n, parameters), lie in coordinates, (n, any number)
            of size 1 or less, in which nearly equal signals are close together.
        waveform: the browser's module that evaluates it, and ``constants``, what that is given
            beside the values of the parameters.
        exact_moments: gives `moments` in closed form; None where they have none.
        fit: the closest member to any signal; None where there is no exact way to find it.
    """

    name: str
    title: str
    member: str
    members: str
    about: str
    needs: int
    why: str
    parameters: tuple[Parameter, ...]
    examples: Signals
    sample: Callable[[NDArray[np.floating]], Signals]
    evaluate: Callable[[NDArray[np.floating]], Array]
    fill_batches: Callable[[Array, Array, bool, float, Array], None]
    targets: tuple[str, ...]
    read_targets: Callable[[Doubles], Doubles]
    targets_explained: str
    embed: Callable[[Doubles], Doubles]
    waveform: str
    constants: dict[str, float]
    exact_moments: Callable[[], tuple[Doubles, Doubles]] | None = None
    fit: Fit | None = None

    @cached_property
    def held_out(self) -> Signals:
        """The fixed held-out set: `HELD_OUT_SIZE` signals.

        They follow a low-discrepancy sequence, which covers the family so evenly that a mean
        squared error over them differs from that over the whole distribution by some per mille; by
        up to 2 per cent where it comes from the fastest sines alone.
        """
        return self.sample(low_discrepancy(1, HELD_OUT_SIZE, len(self.parameters)))

    @cached_property
    def moments(self) -> tuple[Doubles, Doubles]:
        """The mean signal, (101,), and the second moments, (101, 101), in float64: exactly, or of
        `SAMPLED` signals where there is no closed form."""
        if self.exact_moments:
            return self.exact_moments()
        signals = self.random(0, SAMPLED).signals.astype(float)
        return signals.mean(axis=0), signals.T @ signals / SAMPLED

    @cached_property
    def power(self) -> float:
        """The mean square of a signal, which is the MSE of answering zero to all of them."""
        return float(np.trace(self.moments[1]) / LENGTH)

    @cached_property
    def extents(self) -> tuple[float, float]:
        """The largest absolute value, in two digits, of signals at the ends of the parameters'
        ranges, and at the ends of what the probe offers beyond these."""
        within = product(*[(p.low, p.high) for p in self.parameters])
        beyond = product(*[(p.low, p.widest) for p in self.parameters])
        low, high = (np.abs(self.evaluate(np.array([*ends]))).max() for ends in (within, beyond))
        return float(f"{low:.2g}"), float(f"{high:.2g}")

    @property
    def growing(self) -> tuple[Parameter, ...]:
        """The parameters whose range can open while the family grows from a patch."""
        return tuple(p for p in self.parameters if p.growth)

    def parameter(self, name: str) -> Parameter:
        """The parameter of a name; raises StopIteration where there is none."""
        return next(p for p in self.parameters if p.name == name)

    def random(self, seed: int, count: int) -> Signals:
        """Some signals, drawn at random, the same for the same seed."""
        return self.sample(np.random.default_rng(seed).random((count, len(self.parameters))))

    def values_at(self, points: Doubles) -> Doubles:
        """The values of the parameters at points of the unit cube, (..., parameters), spread over
        their ranges."""
        low = np.array([p.low for p in self.parameters])
        return low + points * (np.array([p.high for p in self.parameters]) - low)

    def describe(self, values: NDArray[np.floating]) -> str:
        """The parameters of one signal, (parameters,), in words, the last one first."""
        each = zip(self.parameters, values.tolist(), strict=True)
        told = [f"{p.key} {value:.{p.digits}f} {p.where}".strip() for p, value in each]
        return ", ".join(reversed(told))


def low_discrepancy(
    start: int, count: int, dimensions: int, shift: float | Doubles = 0.5
) -> Doubles:
    """A stretch of the R sequence, which covers the unit cube evenly: (count, dimensions) float64.

    Roberts 2018, "The unreasonable effectiveness of quasirandom sequences".

    Args:
        start: the number of the first point, 0 or more.
        count: points.
        dimensions: of the cube.
        shift: where number 0 lies, (dimensions,) or one number for all.
    """
    g = 1.0
    for _ in range(64):  # to the real root of g ** (dimensions + 1) == g + 1
        g = (1 + g) ** (1 / (dimensions + 1))
    numbers = np.arange(start, start + count)[:, None]
    return np.asarray((shift + numbers * g ** -np.arange(1.0, dimensions + 1.0)) % 1)
