"""The worst-drawn signals: against grids, against networks whose errors are known."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize

from sinae.analysis.worst_signals import ErrorSummary, WorstSignals, errors_over, worst_signals
from sinae.model.experiment import Experiment
from sinae.model.network import Network
from sinae.model.signals.sine import SINE
from sinae.model.signals.sinusoid import FREQUENCY, sines
from sinae.study.presets import trained_network


def random_network(widths: tuple[int, ...], seed: int = 0) -> Network:
    experiment = Experiment(widths=widths, activation="tanh")
    weights = np.random.default_rng(seed).normal(0, 0.3, experiment.weight_count)
    return Network.from_weights(experiment, weights.astype(np.float32))


def linear(factor: float) -> Network:
    """Answers every signal with so many times itself."""
    kernel = np.eye(101, dtype=np.float32) * np.float32(factor)
    return Network([kernel], [np.zeros(101, np.float32)], ["linear"], None, SINE)


def torn(thin: float, height: float) -> Network:
    """Draws every signal but those on a thin sheet, where one signal is the worst.

    The sheet is where the value at x = 50 lies within ``thin`` of 6.1; on it the error falls off
    slowly with the value at x = 20 from -5.3 and with that at x = 90 from 3.7. There, for a
    signal that exists, the squared error is ``height``.
    """
    places, centres, widths = [50, 20, 90], [6.1, -5.3, 3.7], [thin, 6.0, 6.0]
    same = np.eye(101)
    # Each hat is made of three nodes; the last layer but one cuts off the sum of three.
    into = np.zeros((101, 9))
    shift, hats = np.zeros(9), np.zeros((9, 1))
    for i, (place, centre, width) in enumerate(zip(places, centres, widths, strict=True)):
        into[place, 3 * i : 3 * i + 3] = 1 / width
        shift[3 * i : 3 * i + 3] = np.array([1, 0, -1]) - centre / width
        hats[3 * i : 3 * i + 3, 0] = [1, -2, 1]
    first = np.hstack([same, -same, into])
    second = np.zeros((211, 203))
    second[:202, :202], second[202:, 202:] = np.eye(202), hats
    third = np.vstack([same, -same, np.full((1, 101), np.sqrt(height))])
    biases = [np.r_[np.zeros(202), shift], np.r_[np.zeros(202), -2], np.zeros(101)]
    kernels = [kernel.astype(np.float32) for kernel in (first, second, third)]
    activations = ["relu", "relu", "linear"]
    return Network(kernels, [bias.astype(np.float32) for bias in biases], activations, 1, SINE)


def in_the_ranges(found: WorstSignals) -> None:
    low, high = np.array([0, 0.03, 0.1]), np.array([2 * np.pi, 0.5, 10])
    assert (found.values >= low).all()
    assert (found.values <= high).all()


@pytest.mark.parametrize("seed", range(3))
def test_no_signal_of_a_dense_grid_is_worse(seed: int) -> None:
    network = random_network((6, 2, 6), seed)
    found = worst_signals(network)
    axes = np.linspace(0, 2 * np.pi, 64), np.linspace(0.03, 0.5, 64), np.linspace(0.1, 10, 16)
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    worst = max(network.squared_errors(sines(part)).max() for part in np.split(grid, 16))
    assert worst <= found.mse[0] < 1.02 * worst
    in_the_ranges(found)


def test_what_is_told_of_a_signal_is_true_of_it() -> None:
    network = random_network((20, 3, 20))
    found = worst_signals(network, 5)
    assert len(found.mse) == 5
    phase, frequency, amplitude = found.values.T[:, :, None]
    signals = amplitude * np.sin((np.arange(101) - 50) * frequency - phase)
    np.testing.assert_allclose(found.signals, signals, atol=3e-4)
    np.testing.assert_allclose(found.power, (signals**2).mean(axis=1), rtol=1e-4)
    np.testing.assert_allclose(found.reconstructions, network.reconstruct(found.signals))
    error = (found.reconstructions.astype(float) - found.signals) ** 2
    np.testing.assert_allclose(found.mse, error.mean(axis=1), rtol=1e-4)
    assert (np.diff(found.mse) <= 0).all()


@pytest.mark.parametrize("name", ["linear-101", "post-network-solved"])
def test_the_worst_are_unlike_each_other_and_come_again(name: str) -> None:
    network = trained_network(name)
    assert network is not None
    found, again = worst_signals(network), worst_signals(network)
    np.testing.assert_array_equal(found.values, again.values)
    assert len(found.mse) == 3
    signals = found.signals / np.sqrt(101 * found.power[:, None])
    assert ((signals @ signals.T)[np.triu_indices(3, 1)] < 0.501).all()


@pytest.mark.parametrize("thin", [0.1, 0.01])
def test_a_tear_that_few_signals_meet_is_found(thin: float) -> None:
    network = torn(thin, 120)
    grid = np.random.default_rng(1).random((4096, 3)) * [100, 0.47, 9.9] + [0, 0.03, 0.1]
    assert np.mean(network.squared_errors(sines(grid)) > 1) < thin / 10
    # A frequency for which a sine goes through all three points, by a scan of them all.
    frequencies = np.linspace(FREQUENCY.low, FREQUENCY.high, 20_001)
    x = np.array([50, 20, 90])
    rows = np.stack([np.sin(x * frequencies[:, None]), np.cos(x * frequencies[:, None])], axis=2)
    values = np.array([6.1, -5.3, 3.7])
    parts = np.linalg.pinv(rows) @ values
    missed = np.abs((rows @ parts[:, :, None])[:, :, 0] - values).max(axis=1)
    assert missed[np.hypot(*parts.T) < 10].min() < 0.01  # so the height is reached
    found = worst_signals(network)
    assert 0.95 * 120 < found.mse[0] < 1.001 * 120


def worst_by_another_search(network: Network) -> float:
    """The worst of many draws, each of the first ones climbed from by SciPy."""
    ranges = np.array([(p.low, p.high) for p in SINE.parameters])
    draws = ranges[:, 0] + np.random.default_rng(3).random((50_000, 3)) * np.ptp(ranges, axis=1)

    def quality(parameters: Any) -> float:
        return -float(network.squared_errors(sines(np.asarray(parameters)[None]))[0])

    first = draws[np.argsort(-network.squared_errors(sines(draws)))[:10]]
    climbed = (minimize(quality, x, bounds=ranges, method="Nelder-Mead") for x in first)
    return max(-float(one.fun) for one in climbed)


@pytest.mark.parametrize(
    "name", ["selu-50-20-10-3-10-20-50", "post-network-solved", "three-nodes-solved"]
)
def test_the_worst_signals_of_the_shipped_networks(name: str) -> None:
    network = trained_network(name)
    assert network is not None
    found = worst_signals(network)
    assert len(found.mse) == 3
    assert found.mse[0] > 0.95 * worst_by_another_search(network)
    in_the_ranges(found)


def test_errors_agree_with_signals_drawn_as_in_training() -> None:
    network = random_network((20, 3, 20))
    said = errors_over(network, 2**15)
    drawn = np.random.default_rng(7).random((2**15, 3)) * [100, 0.47, 9.9] + [0, 0.03, 0.1]
    signals = sines(drawn)
    errors = ((network.reconstruct(signals).astype(float) - signals) ** 2).mean(axis=1)
    assert said.count == 2**15
    assert said.mean == pytest.approx(errors.mean(), abs=5 * errors.std() / 2**7.5)
    assert [said.p50, said.p99] == pytest.approx(np.quantile(errors, [0.5, 0.99]), rel=0.02)
    assert said.p999 == pytest.approx(np.quantile(errors, 0.999), rel=0.05)
    assert said.p999 < said.worst <= worst_signals(network).mse[0]
    worse = np.mean(errors > (signals.astype(float) ** 2).mean(axis=1))
    assert said.share_above_zero_prediction == pytest.approx(worse, abs=0.01)


def test_the_standard_error_covers_what_is_exact() -> None:
    said = errors_over(linear(0), 2**14)
    assert abs(said.mean - SINE.power) < 4 * said.standard_error
    assert said.standard_error < 0.005 * said.mean
    assert said.share_above_zero_prediction == 0
    assert errors_over(linear(-1), 2**10).share_above_zero_prediction == 1
    # A rare signal is most of the error: its mean is not known well, and that is said.
    tear = errors_over(torn(0.01, 120), 2**12)
    assert tear.standard_error > 0.1 * tear.mean


def test_a_network_that_has_diverged_is_infinitely_bad() -> None:
    network = random_network((5, 2, 5))
    broken = replace(network, kernels=[np.full_like(k, np.nan) for k in network.kernels])
    assert worst_signals(broken).mse[0] == np.inf
    said = errors_over(broken, 64)
    assert said == ErrorSummary(64, np.inf, np.inf, np.inf, np.inf, np.inf, np.inf, 1.0)
    with pytest.raises(ValueError, match="at least 32"):
        errors_over(network, 31)
