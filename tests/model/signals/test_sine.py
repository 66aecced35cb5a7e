"""The sine family: its formula, its distribution and its held-out set."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinae.model.signals.family import LENGTH, MIDDLE, X
from sinae.model.signals.sine import SINE, from_unit_cube
from sinae.model.signals.sinusoid import phase_in_the_middle, sines


@given(st.floats(0, 100), st.floats(0.03, 1), st.floats(0.1, 20), st.integers(0, LENGTH - 1))
def test_a_signal_is_its_formula(phase: float, frequency: float, amplitude: float, x: int) -> None:
    values = sines(np.array([phase, frequency, amplitude]))
    assert values.shape == (101,)
    assert values.dtype == np.float32
    expected = amplitude * math.sin(x * frequency - phase)
    assert values[x] == pytest.approx(expected, abs=3e-5 * amplitude)  # float32 argument near 100


def test_the_held_out_set_stands_for_the_distribution() -> None:
    phases, *others = SINE.held_out.values.T
    assert abs(np.exp(1j * phases.astype(float)).mean()) < 0.002
    for values, parameter in zip(others, SINE.parameters[1:], strict=True):
        assert parameter.low <= values.min() < values.max() <= parameter.high
        middle = (parameter.low + parameter.high) / 2
        assert values.mean() == pytest.approx(middle, rel=0.002)
    mean_square = float((SINE.held_out.signals.astype(float) ** 2).mean())
    assert mean_square == pytest.approx(16.834, rel=0.002)


def test_shared_arrays_cannot_be_written_to() -> None:
    for array in (
        X,
        SINE.examples.signals,
        SINE.held_out.signals,
        SINE.held_out.values,
    ):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


PARAMETERS_OF_FIFTY = from_unit_cube(np.random.default_rng(3).random((50, 3)))


def test_the_phase_in_the_middle_is_what_the_signal_shows_there() -> None:
    middle = phase_in_the_middle(PARAMETERS_OF_FIFTY)
    signals = sines(PARAMETERS_OF_FIFTY)
    assert middle.min() >= 0
    assert middle.max() <= 2 * np.pi + 1e-6
    np.testing.assert_allclose(
        signals[:, MIDDLE], -PARAMETERS_OF_FIFTY[:, 2] * np.sin(middle), atol=1e-3
    )
