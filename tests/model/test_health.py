"""What is said of networks whose training went wrong, and that nothing is said of others."""

from dataclasses import replace

import numpy as np
import pytest

from sinae.model.experiment import Experiment
from sinae.model.health import predict_zero_held_out, silent_nodes, warning
from sinae.model.held_out import HeldOutErrors, measure
from sinae.model.network import Network
from sinae.model.signals.sine import SINE
from sinae.model.state import Chunk
from sinae.model.training import advance
from sinae.study.presets import presets, trained_network

DEAD = Experiment(widths=(3, 1, 3), activation="relu", steps=2000, seed=3)


def trained(experiment: Experiment) -> tuple[Chunk, str]:
    chunk = advance(experiment, None, experiment.steps)
    return chunk, warning(experiment, chunk.silent, chunk.held_out[-1])


def draws_one_curve_for_all(chunk: Chunk, experiment: Experiment) -> bool:
    drawn = Network.from_weights(experiment, chunk.state.weights).reconstruct(SINE.held_out.signals)
    return bool(np.ptp(drawn, axis=0).max() <= 1e-4 * np.abs(drawn).max())


@pytest.mark.parametrize(
    ("experiment", "sentence"),
    [
        (DEAD, "Every signal gets the same code, so the network draws one curve for all."),
        (
            Experiment(activation="relu", learning_rate=1.0, steps=2000),
            "Every signal gets the same code, so the network draws one curve for all. Its error of",
        ),
        (Experiment(learning_rate=1.0, steps=3000), "is worse than 16.8, what a flat line at zero"),
    ],
)
def test_a_network_that_went_wrong_is_told_so(experiment: Experiment, sentence: str) -> None:
    chunk, said = trained(experiment)
    assert sentence in said
    assert "Try " in said
    if "same code" in sentence:
        assert draws_one_curve_for_all(chunk, experiment)
    if "worse than" in sentence:
        assert chunk.held_out_mse > predict_zero_held_out(SINE)
    assert ("another activation" in said) == (experiment.activation == "relu")


@pytest.mark.parametrize("activation", ["selu", "relu", "tanh", "sigmoid"])
def test_of_a_network_that_learns_nothing_is_said(activation: str) -> None:
    experiment = Experiment(
        activation=activation, widths=(50, 10, 50), steps=1000, bottleneck_linear=True
    )
    chunk, said = trained(experiment)
    assert chunk.held_out_mse < 0.95 * predict_zero_held_out(SINE)
    assert said == ""


@pytest.mark.parametrize("name", presets())
def test_of_the_shipped_networks_nothing_is_said(name: str) -> None:
    network, experiment = trained_network(name), presets()[name].experiment
    assert network is not None
    assert warning(experiment, silent_nodes(network), measure(network, experiment.steps)) == ""


def test_it_is_not_said_too_early_nor_of_sines_that_are_not_in_yet() -> None:
    experiment = Experiment(steps=20_000)
    chunk = advance(experiment, None, 0)
    assert chunk.held_out_mse > predict_zero_held_out(SINE)
    assert warning(experiment, chunk.silent, chunk.held_out[-1]) == ""
    slow = replace(experiment, growth="both")
    chunk = advance(slow, None, 1500)
    assert chunk.held_out_mse > predict_zero_held_out(SINE)
    assert warning(slow, chunk.silent, chunk.held_out[-1]) == ""


def test_some_silent_nodes_are_counted() -> None:
    experiment = Experiment(widths=(8, 3, 8), activation="relu", steps=1)
    weights = advance(experiment, None, 0).state.weights.copy()
    network = Network.from_weights(experiment, weights)
    network.kernels[0][:, :5] = 0  # views of the weights
    network.kernels[1][:, 1] = 0
    assert silent_nodes(network)[:2] == (5, 1)
    errors = HeldOutErrors(1000, 5.0, 0.1, 20.0, 30.0, 5.0)  # as of a network that has learnt
    said = warning(experiment, silent_nodes(network), errors)
    assert "1 of the 3 latent nodes gives the same value for every held-out signal" in said
    assert "no more than 2 of the 3 numbers carry anything" in said
    network.kernels[1][:, 1] = 1
    assert "5 of the 8 nodes of hidden layer 1 give the same" in warning(
        experiment, silent_nodes(network), errors
    )
