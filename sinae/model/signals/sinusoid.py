"""The formula of sines, ``amplitude * sin(x * frequency - phase)``, and what follows from it.

Its parameters are phase, frequency and amplitude, in this order. In it the phase is that at x = 0,
where a change of the frequency turns the whole signal; a hand sets the phase in the middle, about
which a change of the frequency stretches the signal, and which goes round once and not many times.
"""

import numpy as np
from numpy.typing import NDArray

from sinae.model.arrays import Array, Doubles
from sinae.model.signals.family import MIDDLE, TURN, Growth, Parameter, X

FORMULA_PHASES = (0.0, 100.0)
"""The range that the post draws phases from, at x = 0, in radians: about 16 turns."""

PHASE = Parameter(
    *("Phase", "phases", 0.0, TURN, TURN, 0.01, 1.0, "radians", 2),
    where=f"at x = {MIDDLE}",
    periodic=True,
    growth=Growth(0.1, 0.06, 1.0),
    help=(
        f"The phase is read at x = {MIDDLE}, in the middle of the window, and goes once round, "
        f"from 0 to 2π. The post draws it at x = 0, from {FORMULA_PHASES[0]:g} to "
        f"{FORMULA_PHASES[1]:g} radians: about {FORMULA_PHASES[1] / TURN:.0f} turns, which give "
        "the same signals again and again."
    ),
)
FREQUENCY = Parameter(
    *("Frequency", "frequencies", 0.03, 0.5, 1.0, 0.001, 0.15, "radians per point", 3),
    growth=Growth(0.05, 0.35, 0.7),
    when_swept=(
        "From slow waves (ring) to fast ones (square), with the phase held in the middle of the "
        "window. Where the path runs through itself or stands still, different frequencies share a "
        "code."
    ),
)
AMPLITUDE = Parameter(
    *("Amplitude", "amplitudes", 0.1, 10.0, 20.0, 0.05, 5.0, "", 2),
    when_swept=(
        "From faint (ring) to loud (square). The faintest signals are all nearly zero, whatever "
        "their phase and frequency, so all these paths begin close together."
    ),
)

ARGUMENT = np.stack([-np.ones_like(X), X], axis=1)
"""(101, 2) float32: times (phase, frequency) it is what the sine is taken of."""


def sines(parameters: NDArray[np.floating]) -> Array:
    """The signals, (..., 101) float32, of the formula's parameters, (..., 3)."""
    phase, frequency, amplitude = np.split(np.asarray(parameters, np.float32), 3, axis=-1)
    signals = X * frequency
    signals -= phase
    np.sin(signals, out=signals)
    signals *= amplitude
    return signals


def write_sines(parameters: Array, divisor: float, out: Array) -> None:
    """Write the signals of the formula's parameters, (steps, batch, 3) float32, divided by a power
    of two, into an array, (steps, 101, batch) float32; twice as fast as `sines`, as precisely."""
    turned = np.ascontiguousarray(parameters.swapaxes(1, 2))
    np.matmul(ARGUMENT, turned[:, :2], out=out)
    np.sin(out, out=out)
    out *= turned[:, 2:] / np.float32(divisor)


def from_hand(values: NDArray[np.floating]) -> Array:
    """The formula's parameters, (..., 3) float32, for values that a hand sets, (..., 3)."""
    phase, frequency, amplitude = np.moveaxis(np.asarray(values, float), -1, 0)
    formula = np.stack([phase + MIDDLE * frequency, frequency, amplitude], axis=-1)
    return formula.astype(np.float32)


def to_hand(parameters: NDArray[np.floating]) -> Array:
    """The values that a hand sets, (..., 3) float32, for the formula's parameters, (..., 3)."""
    values = np.asarray(parameters, np.float32).copy()
    values[..., 0] = phase_in_the_middle(parameters)
    return values


def phase_in_the_middle(parameters: NDArray[np.floating]) -> Array:
    """The phase at x = `MIDDLE`, (...) float32, 0 to 2 pi, of the formula's parameters, (..., 3).

    About there a signal is ``amplitude * sin((x - MIDDLE) * frequency - phase in the middle)``.
    """
    middle = parameters[..., 0].astype(float) - MIDDLE * parameters[..., 1].astype(float)
    return np.mod(middle, TURN).astype(np.float32)


def mean_cos(factor: Doubles, shift: float, low: float, high: float) -> Doubles:
    """The mean of cos(factor * f + shift) over f, uniform from ``low`` to ``high``. With
    m the middle and h half the width of that range, it is
    cos(factor * m + shift) * sin(factor * h) / (factor * h)."""
    middle, half = (low + high) / 2, (high - low) / 2
    return np.asarray(np.cos(factor * middle + shift) * np.sinc(factor * half / np.pi))
