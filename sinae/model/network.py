"""A network as NumPy arrays: what it computes, at any time of its training, without TensorFlow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sinae.model.activations import ACTIVATION_FUNCTIONS
from sinae.model.arrays import Array
from sinae.model.experiment import Experiment
from sinae.model.signals.family import SignalFamily

AT_ONCE = 512
"""Signals whose error is computed together: what comes between the layers then stays in the
processor's caches, which takes half the time."""


@dataclass(frozen=True, eq=False)
class Network:
    """The layers of a network, in order, as the forward pass uses them.

    Attributes:
        kernels: (inputs, outputs) float32 of each layer.
        biases: (outputs,) float32 of each layer.
        activations: the activation of each layer; the last is linear.
        bottleneck: the layer whose output is the latent vector; None without hidden layers.
        family: the signals that it is trained on.
    """

    kernels: Sequence[Array]
    biases: Sequence[Array]
    activations: Sequence[str]
    bottleneck: int | None
    family: SignalFamily

    @classmethod
    def from_weights(cls, experiment: Experiment, weights: Array) -> "Network":
        """Cut a flat weight vector, (experiment.weight_count,) float32, into layers.

        The vector holds each layer's kernel (row by row), then its bias: the order of
        ``keras.Model.trainable_variables``.
        """
        kernels, biases, start = [], [], 0
        for inputs, outputs in pairwise(experiment.sizes):
            kernels.append(weights[start : start + inputs * outputs].reshape(inputs, outputs))
            start += inputs * outputs
            biases.append(weights[start : start + outputs])
            start += outputs
        return cls(
            kernels, biases, experiment.layer_activations, experiment.bottleneck, experiment.family
        )

    def encode(self, signals: Array) -> Array:
        """Latent values, (..., latent size) float32, of signals (..., 101); raises ValueError for a
        network without hidden layers, so without latent values."""
        return self._forward(signals, 0, self._code_end)

    def decode(self, latents: Array) -> Array:
        """The signals, (..., 101) float32, that the decoder draws from latent values; raises
        ValueError as `encode` does."""
        return self._forward(latents, self._code_end, len(self.kernels))

    def reconstruct(self, signals: Array) -> Array:
        """The network's output, (..., 101) float32, for signals (..., 101)."""
        return self._forward(signals, 0, len(self.kernels))

    def hidden_layers(self, signals: Array) -> Iterator[Array]:
        """The values of each hidden layer in turn, (n, width) float32, for signals (n, 101)."""
        values = signals
        for layer in range(len(self.kernels) - 1):
            values = self._forward(values, layer, layer + 1)
            yield values

    def squared_errors(self, signals: Array) -> NDArray[np.float64]:
        """The mean over the points of the squared reconstruction error: (n,) for (n, 101)."""
        errors = np.empty(len(signals))
        for start in range(0, len(signals), AT_ONCE):
            part = signals[start : start + AT_ONCE]
            error = self.reconstruct(part) - part
            errors[start : start + AT_ONCE] = np.einsum("ij,ij->i", error, error)
        return errors / signals.shape[1]

    def mean_squared_error(self, signals: Array) -> float:
        """The mean over signals, (n, 101), and points of the squared reconstruction error."""
        return float(self.squared_errors(signals).mean())

    @property
    def _code_end(self) -> int:
        if self.bottleneck is None:
            raise ValueError("A network without hidden layers has no latent values.")
        return self.bottleneck + 1

    def _forward(self, values: Array, first: int, last: int) -> Array:
        # A diverged network overflows here, quietly: its picture is drawn with gaps, not refused.
        with np.errstate(over="ignore", invalid="ignore"):
            for kernel, bias, activation in zip(
                self.kernels[first:last],
                self.biases[first:last],
                self.activations[first:last],
                strict=True,
            ):
                values = ACTIVATION_FUNCTIONS[activation](values @ kernel + bias)
        return values
