"""The sine fit, against sines that are known and against a scan with least squares."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from sinae.model.signals import sine_fit
from sinae.model.signals.sine import SINE
from tests.support.sines import X, random_parameters, sines


def deviation(found: NDArray[np.float64], true: NDArray[np.float64]) -> NDArray[np.float64]:
    """Between parameters, the phase compared around the circle."""
    difference = found - true
    difference[:, 0] = (difference[:, 0] + np.pi) % (2 * np.pi) - np.pi
    return abs(difference)


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
    fit = sine_fit.fit_sine(np.stack([SINE.held_out.signals[0], np.full(101, np.nan, np.float32)]))
    assert np.isfinite(fit.parameters[0]).all()
    assert np.isnan(fit.parameters[1]).all()
    assert np.isnan(fit.mean_squared_error[1])
    for low, high in [(0.0, 0.5), (0.5, 0.5), (0.1, 3.2), (float("nan"), 0.5)]:
        with pytest.raises(ValueError, match="between 0 and pi"):
            sine_fit.fit_sine(np.zeros(101), low, high)
