"""The network as NumPy arrays, held against the Keras model."""

import numpy as np
import pytest

from sinae.model.experiment import SETTINGS, Experiment
from sinae.model.network import Network
from sinae.model.signals.sine import SINE
from tests.support.oracle import build_model

ACTIVATIONS = SETTINGS["activation"].choices


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("bottleneck_linear", [False, True])
def test_numpy_agrees_with_keras(activation: str, bottleneck_linear: bool) -> None:
    import keras

    experiment = Experiment(
        widths=(30, 4, 30), activation=activation, bottleneck_linear=bottleneck_linear
    )
    model = build_model(experiment.sizes, experiment.layer_activations, seed=3)
    generator = np.random.default_rng(4)
    values = [generator.normal(0, 0.4, w.shape).astype(np.float32) for w in model.get_weights()]
    model.set_weights(values)
    network = Network.from_weights(experiment, np.concatenate([v.ravel() for v in values]))
    signals = SINE.held_out.signals[:200]
    encoder = keras.Model(model.inputs, model.layers[1].output)
    for ours, theirs in (
        (network.reconstruct(signals), model.predict(signals, verbose=0)),
        (network.encode(signals), encoder.predict(signals, verbose=0)),
        (network.decode(network.encode(signals)), network.reconstruct(signals)),
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5 * np.abs(theirs).max())
