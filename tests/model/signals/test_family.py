"""What holds for every family of signals, whatever its parameters mean."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinae.model.batches import BLOCK, SCALE, training_block
from sinae.model.experiment import Experiment
from sinae.model.schedule import part_after
from sinae.model.signals import FAMILIES
from sinae.model.signals.family import HELD_OUT_SIZE, LENGTH, SignalFamily

every_family = pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)


def points(family: SignalFamily, count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((count, len(family.parameters)))


@every_family
def test_a_sample_is_what_its_values_evaluate_to(family: SignalFamily) -> None:
    sample = family.sample(points(family, 300))
    assert sample.values.shape == (300, len(family.parameters))
    assert sample.signals.shape == (300, LENGTH)
    assert sample.signals.dtype == np.float32
    np.testing.assert_allclose(sample.signals, family.evaluate(sample.values), atol=1e-3)
    for values, parameter in zip(sample.values.T, family.parameters, strict=True):
        assert values.min() >= np.float32(parameter.low)
        assert values.max() <= np.float32(parameter.high)


@every_family
def test_a_periodic_parameter_comes_round(family: SignalFamily) -> None:
    for i, parameter in enumerate(family.parameters):
        ends = np.tile([p.start for p in family.parameters], (2, 1))
        ends[:, i] = parameter.low, parameter.high
        one, other = family.evaluate(ends)
        assert np.allclose(one, other, atol=1e-4) == parameter.periodic


@every_family
def test_the_moments_are_those_of_a_sample(family: SignalFamily) -> None:
    signals = family.random(1, 100_000).signals.astype(float)
    mean, second = family.moments
    scale = np.sqrt(family.power)
    assert np.abs(signals.mean(axis=0) - mean).max() < 0.02 * scale
    assert np.abs(signals.T @ signals / len(signals) - second).max() < 0.02 * scale**2


@every_family
def test_moments_without_a_closed_form_are_those_of_a_sample(family: SignalFamily) -> None:
    sampled = replace(family, exact_moments=None)
    for found, exact in zip(sampled.moments, family.moments, strict=True):
        np.testing.assert_allclose(found, exact, atol=0.03 * family.power)
    assert sampled.power == pytest.approx(family.power, rel=0.01)


@every_family
def test_the_held_out_set_stands_for_the_family(family: SignalFamily) -> None:
    held_out = family.held_out
    assert len(held_out.values) == HELD_OUT_SIZE
    power = float((held_out.signals.astype(float) ** 2).mean())
    assert power == pytest.approx(family.power, rel=0.002)
    for array in (held_out.values, held_out.signals, family.examples.signals):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


@every_family
@pytest.mark.parametrize("lattice", [False, True])
def test_batches_are_signals_of_the_family_in_their_distribution(
    family: SignalFamily, lattice: bool
) -> None:
    experiment = Experiment(signals=family.name, batch_size=100, lattice=lattice)
    signals = np.concatenate(
        [training_block(experiment, block).swapaxes(1, 2).reshape(-1, LENGTH) for block in (0, 1)]
    ).astype(float)
    power = (signals**2).mean(axis=1)
    error = power.std() / np.sqrt(len(power)) + 1e-3
    assert abs(power.mean() - family.power) < 5 * error
    second = family.moments[1]
    assert np.abs(signals.T @ signals / len(signals) - second).max() < 0.06 * family.power
    scaled = training_block(Experiment(signals=family.name, lattice=lattice, scaled=True), 3)
    plain = training_block(Experiment(signals=family.name, lattice=lattice), 3)
    assert np.array_equal(scaled * np.float32(SCALE), plain)


@every_family
@given(st.integers(0, 2**31 - 1), st.integers(0, 10**6))
def test_a_batch_depends_on_its_seed_and_number_alone(
    family: SignalFamily, seed: int, block: int
) -> None:
    experiment = Experiment(signals=family.name, batch_size=2, seed=seed)
    first = training_block(experiment, block)
    assert first.shape == (BLOCK, LENGTH, 2)
    assert np.array_equal(first, training_block(experiment, block, np.empty_like(first)))
    assert not np.array_equal(first, training_block(experiment, block + 1))


@every_family
def test_the_part_that_is_in_opens_to_the_whole(family: SignalFamily) -> None:
    growing = Experiment(signals=family.name, growth="both", steps=1000)
    shares = [
        part_after(growing, step).holds(family.held_out.values).mean() for step in (1, 30, 200, 999)
    ]
    assert shares[0] < 0.15
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert part_after(growing, 999).is_whole
    assert part_after(Experiment(signals=family.name), 1).is_whole


@every_family
def test_equal_signals_lie_together_where_the_search_for_bad_ones_looks(
    family: SignalFamily,
) -> None:
    cube = points(family, 700, seed=2)
    places, signals = family.embed(cube), family.evaluate(family.values_at(cube)).astype(float)
    one, other = np.triu_indices(len(cube), 1)
    apart = np.linalg.norm(places[one] - places[other], axis=1)
    differ = np.square(signals[one] - signals[other]).mean(axis=1)
    assert np.abs(places).max() <= 1
    assert differ[apart < 0.03].mean() < 0.04 * differ.mean()


@every_family
def test_the_targets_of_the_probes_go_round_without_a_jump(family: SignalFamily) -> None:
    for i, parameter in enumerate(family.parameters):
        values = np.tile([p.start for p in family.parameters], (400, 1))
        values[:, i] = np.linspace(parameter.low, parameter.high, 400)
        read = family.read_targets(values)
        assert read.shape == (400, len(family.targets))
        assert np.abs(np.diff(read, axis=0)).max() < 0.02 * max(1.0, np.ptp(read))
        if parameter.periodic:
            np.testing.assert_allclose(read[0], read[-1], atol=1e-9)


@every_family
def test_it_is_told_in_sentences(family: SignalFamily) -> None:
    for sentence in (family.about, family.why, family.targets_explained):
        assert sentence.endswith(".")
    told = family.describe(np.array([p.start for p in family.parameters]))
    assert all(parameter.key in told for parameter in family.parameters)
    assert family.needs >= 1
