"""The post's family: sines with any phase, frequency and amplitude.

Each is ``amplitude * sin(x * frequency - phase)``, with the three parameters independent and
uniform on their ranges, as in the blog post that this project grew from.
"""

import numpy as np
from numpy.typing import NDArray

from sinae.model.arrays import Array, Doubles
from sinae.model.signals.family import MIDDLE, TURN, Fit, SignalFamily, Signals, X
from sinae.model.signals.sine_fit import fit_sine
from sinae.model.signals.sinusoid import (
    AMPLITUDE,
    FORMULA_PHASES,
    FREQUENCY,
    PHASE,
    from_hand,
    mean_cos,
    sines,
    to_hand,
    write_sines,
)

_RANGES = np.array(
    [FORMULA_PHASES, (FREQUENCY.low, FREQUENCY.high), (AMPLITUDE.low, AMPLITUDE.high)]
)


def from_unit_cube(points: NDArray[np.floating]) -> Array:
    """The formula's parameters, (..., 3) float32, of points of the unit cube, (..., 3)."""
    low, span = _RANGES[:, 0], np.diff(_RANGES).ravel()
    return np.asarray(points, np.float32) * span.astype(np.float32) + low.astype(np.float32)


def _sample(points: NDArray[np.floating]) -> Signals:
    parameters = from_unit_cube(points)
    return Signals(to_hand(parameters), sines(parameters))


def batch_parameters(points: Array, shares: Array, evenly: bool) -> Array:
    """The formula's parameters, (steps, batch, 3) float32, of the points of training batches; the
    arguments are those of `SignalFamily.fill_batches`."""
    fans = shares[:, 0]
    # A fan lies about the middle of the signal. So does the circle of evenly spread points: on the
    # formula's range, 15.9 turns, its even phases would be uneven.
    from_middle = np.ones(len(points), bool) if evenly else fans < 1
    turns = 2 * points[from_middle, :, 0] - 1  # half turns, each way from zero
    points[..., 1] *= shares[:, None, 1]
    parameters = from_unit_cube(points)
    parameters[from_middle, :, 0] = (
        MIDDLE * parameters[from_middle, :, 1] + np.float32(np.pi) * fans[from_middle, None] * turns
    )
    return parameters


def _fill_batches(points: Array, shares: Array, evenly: bool, divisor: float, out: Array) -> None:
    write_sines(batch_parameters(points, shares, evenly), divisor, out)


def _moments() -> tuple[Doubles, Doubles]:
    """The mean and the second moments in closed form.

    For two points x and y write d = x - y and s = x + y, and P for the top of the formula's
    phases. Over the phase,

        E[sin(x f - p) sin(y f - p)] = (cos(d f) - sin(P) / P * cos(s f - P)) / 2
        E[sin(x f - p)]              = 2 / P * sin(P / 2) * sin(x f - P / 2)

    P is no whole number of turns, so the terms in 1 / P stay; they move the errors by 0.0008 at
    most. Over the frequency see `mean_cos`.
    """
    x, top = X.astype(float), FORMULA_PHASES[1]
    low, high, range_ = AMPLITUDE.low, AMPLITUDE.high, (FREQUENCY.low, FREQUENCY.high)
    # sin a = cos(a - pi / 2)
    mean = 2 / top * np.sin(top / 2) * mean_cos(x, -top / 2 - np.pi / 2, *range_)
    difference, total = x[:, None] - x, x[:, None] + x
    turned = np.sin(top) / top * mean_cos(total, -top, *range_)
    second = (mean_cos(difference, 0, *range_) - turned) / 2
    return (low + high) / 2 * mean, (low * low + low * high + high * high) / 3 * second


def _read_targets(values: Doubles) -> Doubles:
    phase, frequency, amplitude = values.T
    # The phase as such wraps, and has no place on a line. Taken at x = 0 it would mix in the
    # frequency: an error of e in that turns it by 50 e against the middle. One and the same network
    # then seems to know less: 50-20-10-3-10-20-50, selu, trained for 12,000 steps (cosine from
    # 0.004, clipped at 1), gives A cos φ with R² 0.90 in the middle and 0.64 at x = 0.
    return np.stack(
        [amplitude, frequency, amplitude * np.cos(phase), amplitude * np.sin(phase)], axis=1
    )


def _embed(points: Doubles) -> Doubles:
    phase, frequency, amplitude = points.T
    angle = TURN * phase
    return np.stack([amplitude * np.cos(angle), amplitude * np.sin(angle), frequency], axis=1)


_EXAMPLES = np.array(
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
"""The formula's parameters of six signals that cover the frequencies, slow to fast."""

SINE = SignalFamily(
    name="sine",
    title="Sines",
    member="sine",
    members="sines",
    about="Sines of any phase, frequency and amplitude, as in the blog post.",
    needs=3,
    why=(
        "Phase and amplitude together are a ring, which lies in a plane as A cos φ and A sin φ, "
        "and the frequency is one number more. Two numbers are too few: no continuous code of two "
        "tells apart signals of three independent parameters (invariance of domain, Brouwer 1912)."
    ),
    parameters=(PHASE, FREQUENCY, AMPLITUDE),
    examples=Signals(to_hand(_EXAMPLES), sines(_EXAMPLES)),
    sample=_sample,
    evaluate=lambda values: sines(from_hand(values)),
    fill_batches=_fill_batches,
    exact_moments=_moments,
    targets=("amplitude", "frequency", "A cos φ", "A sin φ"),
    read_targets=_read_targets,
    targets_explained=(
        f"A is the amplitude, φ the phase at x = {MIDDLE}. The phase itself is an angle: it jumps "
        "from 2π back to 0, so no straight scale fits it; A cos φ and A sin φ hold the same "
        "without a jump."
    ),
    embed=_embed,
    waveform="sine",
    constants={},
    fit=Fit(
        "sine fit",
        "A sine fitted by least squares to each held-out signal: what is left is the rounding of "
        "the signals. The sine is three continuous numbers, A cos φ, A sin φ and the frequency: A "
        "is its amplitude, never below 0.1, φ its phase in the middle. So a continuous code of "
        "three numbers can come down to here.",
        lambda signals: fit_sine(signals).mean_squared_error,
    ),
)
"""The family of the blog post."""
