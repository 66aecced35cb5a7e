"""The circle of signals: one number is too few for it, two are enough."""

import math

import numpy as np
import pytest

from sinae.analysis.linear_code import best_linear
from sinae.analysis.worst_signals import worst_signals
from sinae.model.experiment import Experiment
from sinae.model.network import Network
from sinae.model.signals.phase import PHASE_ALONE
from sinae.model.training import advance


def test_a_signal_is_its_formula() -> None:
    phases = np.array([[0.0], [1.3], [6.2]])
    x = np.arange(101)
    expected = [5 * np.sin(0.25 * (x - 50) - phase) for phase in phases[:, 0]]
    np.testing.assert_allclose(PHASE_ALONE.evaluate(phases), expected, atol=1e-4)


def test_the_best_linear_code_of_two_numbers_is_exact() -> None:
    # All signals are sums of one sine and one cosine.
    assert PHASE_ALONE.power == pytest.approx(12.5)
    assert best_linear(2, PHASE_ALONE) == pytest.approx(0, abs=1e-9)
    assert 5 < best_linear(1, PHASE_ALONE) < 12.5 / 2


@pytest.mark.parametrize("nodes", [1, 2])
def test_a_circle_needs_two_nodes(nodes: int) -> None:
    experiment = Experiment(
        signals="phase",
        widths=(32, nodes, 32),
        activation="silu",
        bottleneck_linear=True,
        learning_rate=0.006,
        schedule="linear",
        growth="both",
        scaled=True,
        lattice=True,
        steps=2000,
    )
    chunk = advance(experiment, None, experiment.steps)
    network = Network.from_weights(experiment, chunk.state.weights)
    found = worst_signals(network, 1)
    if nodes == 2:
        assert found.mse[0] < 0.05
        assert chunk.held_out_mse < 0.02
    else:
        # Somewhere a continuous code of one number passes, within a small change of the phase,
        # from one end of its range to the other: there a signal is drawn as its own negative.
        assert found.mse[0] > 0.5 * 4 * PHASE_ALONE.power
    assert 0 <= found.values[0, 0] <= 2 * math.pi
