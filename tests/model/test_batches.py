"""The training batches: their distribution, and the part of the family that they come from."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sinae.model.batches import BLOCK, SCALE, batch_points, training_block
from sinae.model.experiment import Experiment
from sinae.model.schedule import range_shares
from sinae.model.signals.family import LENGTH
from sinae.model.signals.sine import batch_parameters
from sinae.model.signals.sine_fit import fit_sine
from sinae.model.signals.sinusoid import AMPLITUDE, FREQUENCY, phase_in_the_middle

PLAIN = Experiment(batch_size=40, steps=100)
PATCH = replace(PLAIN, growth="both")


def signals(experiment: Experiment, block: int) -> NDArray[np.float32]:
    """As a family evaluates them, (BLOCK, batch_size, 101)."""
    return training_block(experiment, block).swapaxes(1, 2)


def drawn(experiment: Experiment, block: int) -> NDArray[np.float32]:
    """The parameters of the formula of a block's sines, (BLOCK, batch_size, 3)."""
    return batch_parameters(*batch_points(experiment, block), experiment.lattice)


@pytest.mark.parametrize("lattice", [False, True])
def test_training_signals_have_the_posts_distribution(lattice: bool) -> None:
    experiment = Experiment(batch_size=50, seed=5, lattice=lattice)
    blocks = np.concatenate([signals(experiment, b) for b in range(20)])
    mean_square = (blocks.astype(float) ** 2).mean(axis=2).ravel()
    # Predicting zero scores 16.834 on the distribution (`SINE.power`); five standard errors.
    error = mean_square.std() / math.sqrt(mean_square.size)
    assert abs(mean_square.mean() - 16.834) < 5 * error
    parameters = np.concatenate([drawn(experiment, b) for b in range(20)])
    for i, one in ((1, FREQUENCY), (2, AMPLITUDE)):
        assert one.low <= parameters[..., i].min() < parameters[..., i].max() <= one.high
    turns = np.sort(phase_in_the_middle(parameters).ravel()) / (2 * math.pi)
    # Of 100,000 uniform ones the distribution is nowhere further off, but once in a thousand.
    uneven = np.abs(turns - np.linspace(0, 1, turns.size)).max()
    assert uneven < 2 / math.sqrt(turns.size)


@given(st.integers(0, 2**31 - 1), st.integers(0, 10**6), st.booleans())
def test_a_block_depends_on_its_seed_and_number_alone(seed: int, block: int, lattice: bool) -> None:
    experiment = Experiment(seed=seed, batch_size=2, lattice=lattice)
    first = training_block(experiment, block)
    assert first.shape == (BLOCK, LENGTH, 2)
    assert np.array_equal(first, training_block(experiment, block, np.empty_like(first)))
    assert not np.array_equal(first, training_block(experiment, block + 1))
    assert not np.array_equal(first, training_block(experiment.with_next_seed(), block))


@pytest.mark.parametrize("lattice", [False, True])
def test_a_block_holds_sines_of_the_part_that_is_let_in(lattice: bool) -> None:
    experiment = replace(PATCH, lattice=lattice, seed=3)
    fit = fit_sine(signals(experiment, 0))
    assert fit.mean_squared_error.max() < 1e-7  # they are sines
    steps = np.arange(BLOCK)
    fans, shares, _ = range_shares(experiment, steps).T
    assert fans[0] == np.float32(0.1)
    assert (fans[6:] == 1).all()
    parameters = drawn(experiment, 0)
    frequencies = fit.parameters[..., 1]
    open_to = FREQUENCY.low + (FREQUENCY.high - FREQUENCY.low) * shares
    assert (frequencies <= open_to[:, None] + 1e-3).all()
    middle = ((frequencies - FREQUENCY.low) / (open_to[:, None] - FREQUENCY.low)).mean()
    assert middle == pytest.approx(0.5, abs=0.02)
    aside = np.abs(np.angle(np.exp(1j * phase_in_the_middle(parameters)))) / math.pi
    assert (aside[:6] <= fans[:6, None] + 1e-5).all()
    assert (aside[:6].max(axis=1) > 0.8 * fans[:6]).all()
    middles = np.angle(np.exp(1j * phase_in_the_middle(parameters[:6]))).mean(axis=1)
    assert (np.abs(middles) < 0.4 * np.pi * fans[:6]).all()  # each lies about zero


def test_scaled_signals_are_the_signals_divided() -> None:
    scaled = training_block(replace(PLAIN, scaled=True), 4)
    assert np.array_equal(scaled * np.float32(SCALE), training_block(PLAIN, 4))


def test_a_lattice_covers_the_family_more_evenly_than_draws() -> None:
    def spread(lattice: bool) -> float:
        """How much the mean amplitude differs from batch to batch."""
        parameters = drawn(replace(PLAIN, batch_size=128, lattice=lattice), 0)
        return float(parameters[..., 2].mean(axis=1).std())

    assert spread(True) < spread(False) / 3
