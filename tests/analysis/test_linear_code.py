"""The baselines, against samples, quadrature, NumPy's own PCA and least squares."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sinae.analysis import linear_code, reference_lines, sine_fit
from sinae.model.experiment import Experiment
from sinae.model.network import Network
from sinae.model.signals import AMPLITUDE, FREQUENCY, PARAMETERS, PHASE, held_out
from sinae.study import post
from sinae.study.post import last_error, post_networks

X = np.arange(101.0)


def sines(parameters: NDArray[np.float64]) -> NDArray[np.float64]:
    """The signals in float64, written down independently of `signals.evaluate`."""
    phase, frequency, amplitude = parameters.T[:, :, None]
    return amplitude * np.sin(X * frequency - phase)


def random_parameters(seed: int, count: int, widest: bool = False) -> NDArray[np.float64]:
    generator = np.random.default_rng(seed)
    high = [p.widest if widest else p.high for p in PARAMETERS]
    return generator.uniform([p.low for p in PARAMETERS], high, (count, 3))


def deviation(found: NDArray[np.float64], true: NDArray[np.float64]) -> NDArray[np.float64]:
    """Between parameters, the phase compared around the circle."""
    difference = found - true
    difference[:, 0] = (difference[:, 0] + np.pi) % (2 * np.pi) - np.pi
    return abs(difference)


# The exact figures.


def test_moments_agree_with_quadrature() -> None:
    # Gauss-Legendre in each parameter: a formula that shares nothing with the closed form.
    nodes, weights = np.polynomial.legendre.leggauss(100)

    def rule(low: float, high: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        return (low + high) / 2 + (high - low) / 2 * nodes, weights / 2

    (p, wp), (f, wf), (a, wa) = (rule(q.low, q.high) for q in (PHASE, FREQUENCY, AMPLITUDE))
    waves = np.sin(X * f[:, None, None] - p[:, None])  # frequency, phase, point
    weighted = waves * (wf[:, None] * wp)[:, :, None]
    mean, second = linear_code.moments()
    np.testing.assert_allclose(mean, (wa @ a) * weighted.sum((0, 1)), atol=1e-12)
    flat = waves.reshape(-1, 101)
    np.testing.assert_allclose(second, (wa @ a**2) * flat.T @ weighted.reshape(-1, 101), atol=1e-10)


def test_predict_zero_and_pca_agree_with_a_sample() -> None:
    signals = sines(random_parameters(0, 100_000))
    power = (signals**2).mean(axis=1)
    standard_error = power.std() / np.sqrt(len(power))
    assert abs(power.mean() - linear_code.predict_zero()) < 4 * standard_error
    eigenvalues = np.linalg.eigvalsh(np.cov(signals.T))[::-1]
    for size, percent in [(1, 1), (4, 1), (10, 1.5), (15, 3), (18, 6)]:
        sampled = eigenvalues[size:].sum() / 101
        assert linear_code.best_linear(size) == pytest.approx(sampled, rel=percent / 100)


@pytest.mark.parametrize(
    ("size", "mse"),
    [
        *[(1, 15.72), (2, 14.61), (3, 13.49), (4, 12.38), (6, 10.15), (10, 5.694)],
        *[(15, 0.765), (18, 0.0201), (20, 0.0003)],
    ],
)
def test_published_figures(size: int, mse: float) -> None:
    digits = len(str(mse).split(".")[1])
    assert round(linear_code.best_linear(size), digits) == mse
    assert round(linear_code.predict_zero(), 3) == 16.834


def test_best_linear_falls_to_zero() -> None:
    figures = [linear_code.best_linear(size) for size in range(103)]
    assert all(after <= before for before, after in pairwise(figures))
    assert figures[0] <= linear_code.predict_zero()
    assert figures[101:] == [0, 0]


@pytest.mark.parametrize("size", [1, 3, 10, 15])
def test_no_other_linear_code_does_better(size: int) -> None:
    # On a sample its own PCA is the best possible: ours comes close from above, nothing else may.
    signals = sines(random_parameters(1, 20_000))
    centred = signals - signals.mean(axis=0)
    own = (np.linalg.svd(centred, compute_uv=False)[size:] ** 2).sum() / signals.size
    mean, components = linear_code.moments()[0], linear_code._principal_components()[1][:, :size]
    decoded = linear_code.linear_code(signals, size) @ components.T + mean
    ours = ((decoded - signals) ** 2).mean()
    assert own <= ours < 1.02 * own


@pytest.mark.parametrize("size", [1, 2, 3, 4, 6, 10, 15, 18, 20])
def test_held_out_figure_is_near_the_exact_one(size: int) -> None:
    # At most 2 per cent: less than the margin within which a run counts as at its floor.
    exact, sampled = linear_code.best_linear(size), linear_code.best_linear_held_out(size)
    assert abs(sampled / exact - 1) < 0.02 < linear_code.FLOOR_MARGIN


# What applies to which network.


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
    drawn = Network.from_weights(experiment, weights).reconstruct(held_out()[:500])
    spread = np.linalg.svd(drawn - drawn.mean(axis=0), compute_uv=False)
    assert (spread > 1e-5 * spread[0]).sum() <= curves


def kinds(experiment: Experiment) -> list[tuple[str, float]]:
    *lines, fit = post.reference_lines(experiment)
    assert fit == reference_lines.sine_fit_line()
    return [(line.kind, round(line.value, 3)) for line in lines]


def test_a_linear_decoder_has_a_floor() -> None:
    assert kinds(Experiment(widths=(10,), activation="sigmoid")) == [
        ("zero", 16.834),
        ("floor", 5.694),
        ("post", 6.488),
    ]


def test_a_nonlinear_decoder_has_a_best_linear_code() -> None:
    assert kinds(Experiment(widths=(50, 20, 10, 3, 10, 20, 50), activation="selu")) == [
        ("zero", 16.834),
        ("best linear", 13.492),
        ("post", 0.823),
    ]


def test_a_narrow_last_layer_is_a_floor_too() -> None:
    assert kinds(Experiment(widths=(50, 3, 10), activation="selu")) == [
        ("zero", 16.834),
        ("best linear", 13.492),
        ("floor", 5.694),
    ]


def test_no_hidden_layer_has_floor_zero() -> None:
    assert kinds(Experiment(widths=())) == [("zero", 16.834), ("floor", 0), ("post", 0.007)]
    assert not linear_code.at_floor(Experiment(widths=()), 0.0)


def test_explanations_are_sentences_with_the_right_numbers() -> None:
    for line in post.reference_lines(Experiment(widths=(1,), activation="selu")):
        assert line.explanation.endswith(".")
        assert "1 nodes" not in line.explanation
    line = post.reference_lines(Experiment(widths=(10,), activation="sigmoid"))[-2]
    assert "steps 8,000 to 10,000" in line.explanation
    assert "6.34" in line.explanation


def test_the_post_ended_where_its_last_five_prints_do() -> None:
    deep = next(n for n in post_networks() if n.name == "selu-50-20-10-3-10-20-50")
    assert deep.published[-1] == (100_000, 0.439818)  # a single batch, half of what it levelled at
    five = [0.680152, 0.754047, 1.37079, 0.871477, 0.439818]
    assert last_error(deep.published) == pytest.approx(sum(five) / 5)
    assert round(last_error(deep.published), 2) == 0.82


@pytest.mark.parametrize(("mse", "expected"), [(5.70, True), (5.85, True), (5.95, False)])
def test_a_run_that_sits_at_its_floor(mse: float, expected: bool) -> None:
    assert linear_code.at_floor(Experiment(widths=(10,), activation="sigmoid"), mse) is expected
    assert not linear_code.at_floor(Experiment(widths=(50, 10, 50), activation="selu"), mse)
    assert not linear_code.at_floor(Experiment(widths=(10,), activation="sigmoid"), float("nan"))


# The sine fit.


@pytest.mark.parametrize("widest", [False, True])
def test_sine_fit_recovers_a_thousand_random_signals(widest: bool) -> None:
    true = random_parameters(2, 1000, widest)
    fit = sine_fit.fit_sine(sines(true))
    assert deviation(fit.parameters, true).max() < 1e-6
    assert fit.mean_squared_error.max() < 1e-20


@settings(max_examples=200)
@given(
    st.floats(0, 100),
    st.sampled_from([0.03, 0.031, 0.5, 1.0]) | st.floats(0.03, 1),
    st.floats(0.1, 20),
)
def test_sine_fit_recovers_the_corners(phase: float, frequency: float, amplitude: float) -> None:
    true = np.array([[phase, frequency, amplitude]])
    assert deviation(sine_fit.fit_sine(sines(true)).parameters, true).max() < 1e-6


def test_three_continuous_numbers_suffice_up_to_rounding() -> None:
    assert 0 < reference_lines.sine_fit_line().value < 1e-9
    assert "continuous" in reference_lines.sine_fit_line().explanation

    def code(parameters: NDArray[np.float64]) -> NDArray[np.float64]:
        phase, frequency, amplitude = parameters.T
        middle = phase - 50 * frequency
        return np.stack([amplitude * np.cos(middle), amplitude * np.sin(middle), frequency], axis=1)

    # Close signals have close codes, the more so the closer they are, where the phase goes round
    # too; but phase, frequency and amplitude themselves are three numbers that jump there.
    true = random_parameters(5, 2000)
    true[:, 0] = 50 * true[:, 1] % (2 * np.pi)  # the phase in the middle is 0
    far = []
    for nearness in (1e-2, 1e-4):
        turned = np.array([nearness, 0, 0])
        near = true + turned, true - turned
        one, other = (sine_fit.fit_sine(sines(parameters)).parameters for parameters in near)
        far.append(np.linalg.norm(code(one) - code(other), axis=1).max())
    assert far[0] < 0.25
    assert far[1] < far[0] / 50
    wrapped = [(p[:, 0] - 50 * p[:, 1]) % (2 * np.pi) for p in (one, other)]
    assert abs(wrapped[0] - wrapped[1]).min() > 6


def test_sine_fit_of_a_frequency_in_a_given_range() -> None:
    true = np.array([[1.0, 2.5, 3.0]])
    fit = sine_fit.fit_sine(sines(true), 0.5, 3.1)
    assert deviation(fit.parameters, true).max() < 1e-6
    # The slower alias is out of this range, and the best of the range leaves an error.
    assert sine_fit.fit_sine(sines(true), 0.03, 1).mean_squared_error[0] > 4


@pytest.mark.parametrize("noise", [0.3, 3.0, 1000.0])
def test_sine_fit_is_the_closest_sine_to_what_is_none(noise: float) -> None:
    generator = np.random.default_rng(3)
    signals = sines(random_parameters(4, 60)) + generator.normal(0, noise, (60, 101))
    fit = sine_fit.fit_sine(signals, 0.03, 0.5)
    oracle = np.full(60, np.inf)
    for frequency in np.linspace(0.03, 0.5, 4701):
        basis = np.stack([np.sin(X * frequency), np.cos(X * frequency)], axis=1)
        _, residuals, *_ = np.linalg.lstsq(basis, signals.T)
        oracle = np.minimum(oracle, residuals / 101)
    assert (fit.mean_squared_error <= oracle * (1 + 1e-9)).all()
    again = ((sines(fit.parameters) - signals) ** 2).mean(axis=1)
    np.testing.assert_allclose(fit.mean_squared_error, again, rtol=1e-9)


def test_sine_fit_of_odd_input() -> None:
    assert sine_fit.fit_sine(np.zeros((0, 101))).parameters.shape == (0, 3)
    assert sine_fit.fit_sine(np.zeros(101)).parameters[2] == 0
    fit = sine_fit.fit_sine(np.stack([held_out()[0], np.full(101, np.nan, np.float32)]))
    assert np.isfinite(fit.parameters[0]).all()
    assert np.isnan(fit.parameters[1]).all()
    assert np.isnan(fit.mean_squared_error[1])
    for low, high in [(0.0, 0.5), (0.5, 0.5), (0.1, 3.2), (float("nan"), 0.5)]:
        with pytest.raises(ValueError, match="between 0 and pi"):
            sine_fit.fit_sine(np.zeros(101), low, high)
