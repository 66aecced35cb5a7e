"""The activations of Keras that a network may have, in NumPy."""

from collections.abc import Callable

import numpy as np
from scipy.special import erf, expit

from sinae.model.arrays import Array

SELU_SCALE = np.float32(1.0507009873554805)  # Klambauer et al. 2017, "Self-normalizing networks"
SELU_ALPHA = np.float32(1.6732632423543772)
ONE = np.float32(1)


def _elu(z: Array, alpha: np.float32 = ONE) -> Array:
    # One of the two terms is zero; `np.where` would take five times as long.
    return np.maximum(z, 0) + alpha * np.expm1(np.minimum(z, 0))


ACTIVATION_FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "selu": lambda z: SELU_SCALE * _elu(z, SELU_ALPHA),
    "linear": lambda z: z,
    "sigmoid": expit,
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "elu": _elu,
    "gelu": lambda z: z * (1 + erf(z * np.float32(np.sqrt(0.5)))) / 2,
    "silu": lambda z: z * expit(z),
}
"""Keras's activations of these names, element by element on float32 arrays; the post's first."""
