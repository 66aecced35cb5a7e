"""How the code of the sines grows during training: from a patch, in frequency alone, and all at
once.

It is watched on loops: the codes of all phases of one frequency and amplitude, which lie on a
closed line in latent space. ``data/growth.json`` holds the "command" that made it, and the "frames"
that `measure` yields.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sinae.model.network import Network
from sinae.model.signals.family import TURN
from sinae.model.signals.sine import SINE
from sinae.study.presets import SOLVED
from sinae.study.reproduction import train_to

SHOWN = ("both", "frequency", "off")
SEED = 5
"""The first seed whose code tears if the phases do not fan out."""

PARTS = (0.01, 0.03, 0.06, 0.2, 0.35, 1.0)
"""The shares of all steps after which the loops are recorded."""

FREQUENCIES = (0.06, 0.2, 0.4)
AMPLITUDE = 6.0
POINTS = 49
"""The number of points of a loop: phases once round, with the first one again at the end."""

PHASES: NDArray[np.float64] = np.linspace(-TURN / 2, TURN / 2, POINTS)


def loops() -> NDArray[np.float64]:
    """Phase, frequency and amplitude of the loops' signals, (loops, POINTS, 3): each loop has one
    frequency, with every phase."""
    frequency, phase = np.broadcast_arrays(np.array(FREQUENCIES)[:, None], PHASES)
    return np.stack([phase, frequency, np.full_like(phase, AMPLITUDE)], -1)


def measure() -> Iterator[dict[str, Any]]:
    """Train with each growth and record the codes of the loops on the way.

    Yields:
        A frame: "growth", "step", "held_out_mse", and "latents", nested lists of the shape
        (loops, POINTS, latent size).
    """
    ends, signals = [round(part * SOLVED.steps) for part in PARTS], SINE.evaluate(loops())
    for growth in SHOWN:
        experiment = replace(SOLVED, growth=growth, seed=SEED)
        for chunk in train_to(experiment, ends):
            latents = Network.from_weights(experiment, chunk.state.weights).encode(signals)
            yield {
                "growth": growth,
                "step": chunk.state.step,
                "held_out_mse": chunk.held_out_mse,
                "latents": np.round(latents.astype(float), 3).tolist(),
            }
