"""The browser's forward pass, with Keras as the oracle."""

import base64
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sinae.model.experiment import SETTINGS
from sinae.model.signals.family import LENGTH
from sinae.model.signals.sine import from_unit_cube
from sinae.model.signals.sinusoid import sines
from tests.support.javascript import evaluate

ACTIVATIONS = SETTINGS["activation"].choices

Array = NDArray[np.float32]
Case = tuple[tuple[int, ...], tuple[str, ...], Array, Array]

SIGNALS = 8


def cases() -> list[Case]:
    """For every activation, networks of random sizes with random weights and inputs."""
    generator = np.random.default_rng(4)
    made = []
    for activation in ACTIVATIONS:
        for _ in range(3):
            widths = generator.integers(1, 60, generator.integers(1, 8))
            sizes = (LENGTH, *map(int, widths), LENGTH)
            activations = (*[activation] * len(widths), "linear")
            weights = [
                part
                for inputs, outputs in pairwise(sizes)
                for part in (
                    generator.normal(0, 1.5 / np.sqrt(inputs), inputs * outputs),
                    generator.normal(0, 0.5, outputs),
                )
            ]
            signals = sines(from_unit_cube(generator.random((SIGNALS, 3))))
            made.append(
                (sizes, activations, np.concatenate(weights).astype(np.float32), signals),
            )
    # Each activation over all its regions by itself, with no sums to hide an error in.
    for activation in ACTIVATIONS:
        identity = np.concatenate([np.eye(LENGTH).ravel(), np.zeros(LENGTH)]).astype(np.float32)
        ramp = np.linspace(-12, 12, LENGTH * SIGNALS, dtype=np.float32).reshape(LENGTH, SIGNALS).T
        made.append(((LENGTH, LENGTH), (activation,), identity, np.ascontiguousarray(ramp)))
    return made


def keras_layers(cases: list[Case]) -> list[list[Array]]:
    """What every layer of Keras's models gives; runs in a process of its own."""
    from tests.support.oracle import build_model

    answers = []
    for sizes, activations, weights, signals in cases:
        model = build_model(sizes, activations)
        parts, start = [], 0
        for variable in model.trainable_variables:
            size = int(np.prod(variable.shape))
            parts.append(weights[start : start + size].reshape(variable.shape))
            start += size
        model.set_weights(parts)
        stages: list[Any] = [signals]
        for layer in model.layers:
            stages.append(layer(stages[-1]))
        answers.append([np.asarray(stage) for stage in stages[1:]])
    return answers


@pytest.fixture(scope="module")
def answers() -> list[tuple[Case, list[Array]]]:
    """The cases with Keras's answers."""
    made = cases()
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return list(zip(made, pool.submit(keras_layers, made).result(), strict=True))


def layers_in_javascript(cases: list[Any]) -> list[list[list[list[float]]]]:
    """What ``forward.js`` gives: for each case, signal and layer the values."""
    body = """
        const floats = (text) =>
            new Float32Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
        return argument.map(([sizes, activations, weights, signals]) => {
            const layers = layersOf(sizes, activations, floats(weights));
            const all = floats(signals);
            return Array.from({ length: all.length / sizes[0] }, (_, i) =>
                forward(layers, all.subarray(i * sizes[0], (i + 1) * sizes[0]))
                    .slice(1)
                    .map((values) => Array.from(values)),
            );
        });"""
    found: list[list[list[list[float]]]] = evaluate(
        "{ forward, layersOf } from ./forward.js", body, cases
    )
    return found


def encoded(values: Array) -> str:
    return base64.b64encode(values.astype("<f4").tobytes()).decode()


def test_forward_agrees_with_keras(answers: list[tuple[Case, list[Array]]]) -> None:
    sent = [[s, a, encoded(w), encoded(x)] for (s, a, w, x), _ in answers]
    found = layers_in_javascript(sent)
    for ((sizes, activations, _, _), oracle), signals in zip(answers, found, strict=True):
        for layer, expected in enumerate(oracle):
            ours = np.array([stages[layer] for stages in signals])
            # Relative to the layer's values: a single one may be a small difference of large ones.
            error = np.abs(ours - expected).max() / np.abs(expected).max()
            assert error < 1e-5, (sizes, activations[layer], layer, error)


def test_a_number_that_is_none_stays_so() -> None:
    for activation in ACTIVATIONS:
        weights = np.concatenate([np.full(LENGTH * 3, np.nan), np.zeros(3)]).astype(np.float32)
        signal = np.ones((1, LENGTH), np.float32)
        sent = [[(LENGTH, 3), (activation,), encoded(weights), encoded(signal)]]
        found = layers_in_javascript(sent)
        assert np.isnan(np.array(found[0][0][0], float)).all()
