"""The sine family: its formula, its distribution and its held-out set."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinae import signals
from sinae.baselines import fit_sine


@given(
    st.floats(0, 100), st.floats(0.03, 1), st.floats(0.1, 20), st.integers(0, signals.LENGTH - 1)
)
def test_a_signal_is_its_formula(phase: float, frequency: float, amplitude: float, x: int) -> None:
    values = signals.evaluate(np.array([phase, frequency, amplitude]))
    assert values.shape == (101,)
    assert values.dtype == np.float32
    expected = amplitude * math.sin(x * frequency - phase)
    assert values[x] == pytest.approx(expected, abs=3e-5 * amplitude)  # float32 argument near 100


def test_training_signals_have_the_posts_distribution() -> None:
    blocks = np.concatenate([signals.training_block(5, b, 50) for b in range(20)])
    mean_square = (blocks.astype(float) ** 2).mean(axis=2).ravel()
    # Predicting zero scores 16.834 on the distribution (see baselines); five standard errors.
    error = mean_square.std() / math.sqrt(mean_square.size)
    assert abs(mean_square.mean() - 16.834) < 5 * error


@given(st.integers(0, 2**31 - 1), st.integers(0, 10**6))
def test_a_block_depends_on_its_seed_and_number_alone(seed: int, block: int) -> None:
    first = signals.training_block(seed, block, 2)
    assert first.shape == (signals.BLOCK, 2, signals.LENGTH)
    assert np.array_equal(first, signals.training_block(seed, block, 2))
    assert not np.array_equal(first, signals.training_block(seed, block + 1, 2))
    assert not np.array_equal(first, signals.training_block(seed + 1, block, 2))


def test_a_block_holds_sines_of_the_frequencies_that_are_let_in() -> None:
    shares = np.linspace(0.05, 1, signals.BLOCK, dtype=np.float32)
    block = signals.training_block(3, 0, 40, shares)
    fit = fit_sine(block)
    assert fit.mean_squared_error.max() < 1e-7  # they are sines
    frequencies = fit.parameters[..., 1]
    low, high = signals.FREQUENCY.low, signals.FREQUENCY.high
    open_to = low + (high - low) * shares
    assert (frequencies <= open_to[:, None] + 1e-3).all()
    middle = ((frequencies - low) / (open_to[:, None] - low)).mean()
    assert middle == pytest.approx(0.5, abs=0.02)


def test_the_held_out_set_stands_for_the_distribution() -> None:
    parameters = signals.held_out_parameters()
    for values, parameter in zip(parameters.T, signals.PARAMETERS, strict=True):
        assert parameter.low <= values.min() < values.max() <= parameter.high
        middle = (parameter.low + parameter.high) / 2
        assert values.mean() == pytest.approx(middle, rel=0.002)
    mean_square = float((signals.held_out().astype(float) ** 2).mean())
    assert mean_square == pytest.approx(16.834, rel=0.002)


def test_shared_arrays_cannot_be_written_to() -> None:
    for array in (signals.X, signals.EXAMPLES, signals.held_out(), signals.held_out_parameters()):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
