"""The best linear code, against samples, quadrature and NumPy's own PCA."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from sinae.analysis import linear_code
from sinae.model.experiment import Experiment
from sinae.model.network import Network
from sinae.model.signals.sine import SINE
from sinae.model.signals.sinusoid import AMPLITUDE, FORMULA_PHASES, FREQUENCY
from tests.support.sines import X, random_parameters, sines


def test_moments_agree_with_quadrature() -> None:
    # Gauss-Legendre in each parameter: a formula that shares nothing with the closed form.
    nodes, weights = np.polynomial.legendre.leggauss(100)

    def rule(low: float, high: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return (low + high) / 2 + (high - low) / 2 * nodes, weights / 2

    (p, wp), (f, wf), (a, wa) = (
        rule(*FORMULA_PHASES),
        *(rule(q.low, q.high) for q in (FREQUENCY, AMPLITUDE)),
    )
    waves = np.sin(X * f[:, None, None] - p[:, None])  # frequency, phase, point
    weighted = waves * (wf[:, None] * wp)[:, :, None]
    mean, second = SINE.moments
    np.testing.assert_allclose(mean, (wa @ a) * weighted.sum((0, 1)), atol=1e-12)
    flat = waves.reshape(-1, 101)
    np.testing.assert_allclose(second, (wa @ a**2) * flat.T @ weighted.reshape(-1, 101), atol=1e-10)


def test_predict_zero_and_pca_agree_with_a_sample() -> None:
    signals = sines(random_parameters(0, 100_000))
    power = (signals**2).mean(axis=1)
    standard_error = power.std() / np.sqrt(len(power))
    assert abs(power.mean() - SINE.power) < 4 * standard_error
    eigenvalues = np.linalg.eigvalsh(np.cov(signals.T))[::-1]
    for size, percent in [(1, 1), (4, 1), (10, 1.5), (15, 3), (18, 6)]:
        sampled = eigenvalues[size:].sum() / 101
        assert linear_code.best_linear(size, SINE) == pytest.approx(sampled, rel=percent / 100)


@pytest.mark.parametrize(
    ("size", "mse"),
    [
        *[(1, 15.72), (2, 14.61), (3, 13.49), (4, 12.38), (6, 10.15), (10, 5.694)],
        *[(15, 0.765), (18, 0.0201), (20, 0.0003)],
    ],
)
def test_published_figures(size: int, mse: float) -> None:
    digits = len(str(mse).split(".")[1])
    assert round(linear_code.best_linear(size, SINE), digits) == mse
    assert round(SINE.power, 3) == 16.834


def test_best_linear_falls_to_zero() -> None:
    figures = [linear_code.best_linear(size, SINE) for size in range(103)]
    assert all(after <= before for before, after in pairwise(figures))
    assert figures[0] <= SINE.power
    assert figures[101:] == [0, 0]


@pytest.mark.parametrize("size", [1, 3, 10, 15])
def test_no_other_linear_code_does_better(size: int) -> None:
    # On a sample its own PCA is the best possible: ours comes close from above, nothing else may.
    signals = sines(random_parameters(1, 20_000))
    centred = signals - signals.mean(axis=0)
    own = (np.linalg.svd(centred, compute_uv=False)[size:] ** 2).sum() / signals.size
    mean, components = SINE.moments[0], linear_code.principal_components(SINE)[1][:, :size]
    decoded = linear_code.linear_code(signals, size, SINE) @ components.T + mean
    ours = ((decoded - signals) ** 2).mean()
    assert own <= ours < 1.02 * own


@pytest.mark.parametrize("size", [1, 2, 3, 4, 6, 10, 15, 18, 20])
def test_held_out_figure_is_near_the_exact_one(size: int) -> None:
    # At most 2 per cent: less than the margin within which a run counts as at its floor.
    exact, sampled = (
        linear_code.best_linear(size, SINE),
        linear_code.best_linear_held_out(size, SINE),
    )
    assert abs(sampled / exact - 1) < 0.02 < linear_code.FLOOR_MARGIN


@pytest.mark.parametrize(
    ("experiment", "curves"),
    [
        (Experiment(widths=(10,), activation="sigmoid"), 10),
        (Experiment(widths=(50, 10), activation="selu"), 10),
        (Experiment(widths=(50, 3, 50), activation="linear"), 3),
        (Experiment(widths=(3, 20, 50), activation="linear"), 3),
        (Experiment(widths=(50, 3, 20), activation="selu"), 20),
        (Experiment(widths=(3, 5), activation="relu", bottleneck_linear=True), 5),
        (Experiment(widths=(200,), activation="selu"), 101),
        (Experiment(widths=()), 101),
    ],
)
def test_linear_tail_is_the_dimension_of_what_a_network_draws(
    experiment: Experiment, curves: int
) -> None:
    assert linear_code.linear_tail(experiment) == curves
    generator = np.random.default_rng(0)
    weights = generator.normal(0, 0.2, experiment.weight_count).astype(np.float32)
    drawn = Network.from_weights(experiment, weights).reconstruct(SINE.held_out.signals[:500])
    spread = np.linalg.svd(drawn - drawn.mean(axis=0), compute_uv=False)
    assert (spread > 1e-5 * spread[0]).sum() <= curves


@pytest.mark.parametrize(("mse", "expected"), [(5.70, True), (5.85, True), (5.95, False)])
def test_a_run_that_sits_at_its_floor(mse: float, expected: bool) -> None:
    assert linear_code.at_floor(Experiment(widths=(10,), activation="sigmoid"), mse) is expected
    assert not linear_code.at_floor(Experiment(widths=(50, 10, 50), activation="selu"), mse)
    assert not linear_code.at_floor(Experiment(widths=(10,), activation="sigmoid"), float("nan"))
