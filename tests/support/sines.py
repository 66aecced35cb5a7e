"""Random sines in float64, written down independently of `sinae.model.signals`."""

import numpy as np
from numpy.typing import NDArray

from sinae.model.signals.sinusoid import AMPLITUDE, FORMULA_PHASES, FREQUENCY

X = np.arange(101.0)


def sines(parameters: NDArray[np.float64]) -> NDArray[np.float64]:
    """The signals in float64, written down independently of the app."""
    phase, frequency, amplitude = parameters.T[:, :, None]
    return amplitude * np.sin(X * frequency - phase)


def random_parameters(seed: int, count: int, widest: bool = False) -> NDArray[np.float64]:
    generator = np.random.default_rng(seed)
    others = FREQUENCY, AMPLITUDE
    high = [FORMULA_PHASES[1], *(p.widest if widest else p.high for p in others)]
    return generator.uniform([FORMULA_PHASES[0], *(p.low for p in others)], high, (count, 3))
