"""Networks whose latent values are known functions of the sine, and random ones."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from sinae.model.experiment import Experiment
from sinae.model.network import Network
from sinae.model.signals.sine import SINE
from sinae.model.signals.sine_fit import fit_sine

Array = NDArray[np.float32]


Doubles = NDArray[np.float64]


def fitted_values(signals: Array) -> Doubles:
    """A cos φ, A sin φ and f of some signals, (n, 3), φ at x = 50."""
    phase, frequency, amplitude = fit_sine(signals, 0.029, 0.51).parameters.T
    middle = phase - 50 * frequency
    return np.stack([amplitude * np.cos(middle), amplitude * np.sin(middle), frequency], axis=1)


@cache
def held_out_values() -> Doubles:
    return fitted_values(SINE.held_out.signals)


@dataclass(frozen=True, eq=False)
class Known(Network):
    """A network with the code that a function gives of (A cos φ, A sin φ, f).

    Its decoder knows the true signal if the code is exactly those three; else it draws a flat line.
    """

    code: Callable[[Doubles], Doubles] = lambda known: known
    invertible: bool = False
    offset: float = 0.0

    def encode(self, signals: Array) -> Array:
        values = held_out_values() if signals is SINE.held_out.signals else fitted_values(signals)
        return self.code(values).astype(np.float32)

    def decode(self, latents: Array) -> Array:
        if not self.invertible:
            return np.full((len(latents), 101), self.offset, np.float32)
        cosine, sine, frequency = latents.T[:, :, None]
        angle = (np.arange(101) - 50) * frequency
        return np.asarray(cosine * np.sin(angle) - sine * np.cos(angle), np.float32)

    def reconstruct(self, signals: Array) -> Array:
        return self.decode(self.encode(signals))


def known(
    code: Callable[[Doubles], Doubles] = lambda known: known, *, invertible: bool = False
) -> Known:
    return Known([], [], [], 0, SINE, code, invertible=invertible)


def noise(size: int, seed: int = 0) -> Doubles:
    return np.random.default_rng(seed).normal(size=(len(SINE.held_out.signals), size))


def random_network(widths: tuple[int, ...], activation: str = "selu") -> Network:
    experiment = Experiment(widths=widths, activation=activation)
    weights = np.random.default_rng(0).normal(0, 0.2, experiment.weight_count)
    return Network.from_weights(experiment, weights.astype(np.float32))


def dead_network() -> Network:
    """A network whose relu bottleneck is silent for every signal, so that all have one code."""
    network = random_network((4, 3, 4), "relu")
    biases = [network.biases[0], np.full(3, -1e6, np.float32), *network.biases[2:]]
    return replace(network, biases=biases)
