"""A circle of signals: sines of one frequency and one amplitude, with any phase."""

import numpy as np
from numpy.typing import NDArray

from sinae.model.arrays import Array, Doubles
from sinae.model.signals.family import MIDDLE, TURN, SignalFamily, Signals, X
from sinae.model.signals.sinusoid import PHASE, from_hand, sines, write_sines

FREQUENCY, AMPLITUDE = 0.25, 5.0
"""The frequency, in radians per point, and the amplitude of all these signals."""


def _evaluate(phases: NDArray[np.floating]) -> Array:
    others = np.broadcast_to([FREQUENCY, AMPLITUDE], (*np.shape(phases)[:-1], 2))
    return sines(from_hand(np.concatenate([phases, others], axis=-1)))


def _sample(points: NDArray[np.floating]) -> Signals:
    phases = (TURN * np.asarray(points, float)).astype(np.float32)
    return Signals(phases, _evaluate(phases))


def _fill_batches(points: Array, shares: Array, _evenly: bool, divisor: float, out: Array) -> None:
    parameters = np.empty((*points.shape[:2], 3), np.float32)
    opened = np.float32(np.pi) * shares[:, None, 0]
    parameters[..., 0] = np.float32(MIDDLE * FREQUENCY) + opened * (2 * points[..., 0] - 1)
    parameters[..., 1:] = FREQUENCY, AMPLITUDE
    write_sines(parameters, divisor, out)


def _moments() -> tuple[Doubles, Doubles]:
    """Over a whole turn of the phase, E[sin(x f - p) sin(y f - p)] = cos((x - y) f) / 2, and the
    mean is zero."""
    x = X.astype(float)
    return np.zeros_like(x), AMPLITUDE**2 / 2 * np.cos((x[:, None] - x) * FREQUENCY)


def _circle(angles: Doubles) -> Doubles:
    return np.concatenate([np.cos(angles), np.sin(angles)], axis=1)


PHASE_ALONE = SignalFamily(
    name="phase",
    title="Phase alone",
    member="sine",
    members="such sines",
    about=f"Sines of frequency {FREQUENCY:g} and amplitude {AMPLITUDE:g}: the phase alone differs.",
    needs=2,
    why=(
        "The phases are a circle, and no continuous code of one number tells all points of a "
        "circle apart: somewhere two quite different ones share a value. In two numbers a circle "
        "lies as cos φ and sin φ. So one parameter may need two nodes (Batson et al. 2021, "
        "Topological obstructions to autoencoding; Kvalheim and Sontag 2024, Why should "
        "autoencoders work?)."
    ),
    parameters=(PHASE,),
    examples=_sample(np.arange(6)[:, None] / 6),
    sample=_sample,
    evaluate=_evaluate,
    fill_batches=_fill_batches,
    exact_moments=_moments,
    targets=("cos φ", "sin φ"),
    read_targets=_circle,
    targets_explained=(
        f"φ is the phase at x = {MIDDLE}. It is an angle: it jumps from 2π back to 0, so no "
        "straight scale fits it; cos φ and sin φ hold the same without a jump."
    ),
    embed=lambda points: _circle(TURN * points),
    waveform="sine",
    constants={"frequency": FREQUENCY, "amplitude": AMPLITUDE},
)
"""A family of one parameter whose signals are a circle."""
