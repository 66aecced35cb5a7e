"""What latent values mean, on networks whose latent values are known functions of the sine."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from sinae.analysis import latent_space, probes
from sinae.analysis.latent_space import NoLatentsError, atlas, collisions, orbit
from sinae.analysis.linear_code import best_linear, linear_code
from sinae.analysis.probes import carried, sentence
from sinae.analysis.sine_fit import fit_sine
from sinae.model.experiment import Experiment
from sinae.model.network import Network
from sinae.model.signals import (
    AMPLITUDE,
    FREQUENCY,
    HAND_PHASE,
    Parameter,
    evaluate,
    held_out,
    held_out_parameters,
    phase_in_the_middle,
)
from sinae.study.presets import trained_network

Array = NDArray[np.float32]
Doubles = NDArray[np.float64]


def fitted_values(signals: Array) -> Doubles:
    """A cos φ, A sin φ and f of some signals, (n, 3), φ at x = 50."""
    phase, frequency, amplitude = fit_sine(signals, 0.029, 0.51).parameters.T
    middle = phase - 50 * frequency
    return np.stack([amplitude * np.cos(middle), amplitude * np.sin(middle), frequency], axis=1)


@cache
def held_out_values() -> Doubles:
    return fitted_values(held_out())


@dataclass(frozen=True, eq=False)
class Known(Network):
    """A network with the code that a function gives of (A cos φ, A sin φ, f).

    Its decoder knows the true signal if the code is exactly those three; else it draws a flat line.
    """

    code: Callable[[Doubles], Doubles] = lambda known: known
    invertible: bool = False
    offset: float = 0.0

    def encode(self, signals: Array) -> Array:
        values = held_out_values() if signals is held_out() else fitted_values(signals)
        return self.code(values).astype(np.float32)

    def decode(self, latents: Array) -> Array:
        if not self.invertible:
            return np.full((len(latents), 101), self.offset, np.float32)
        cosine, sine, frequency = latents.T[:, :, None]
        angle = (np.arange(101) - 50) * frequency
        return np.asarray(cosine * np.sin(angle) - sine * np.cos(angle), np.float32)

    def reconstruct(self, signals: Array) -> Array:
        return self.decode(self.encode(signals))


def known(code: Callable[[Doubles], Doubles] = lambda known: known, **options: bool) -> Known:
    return Known([], [], [], 0, code, **options)


def noise(size: int, seed: int = 0) -> Doubles:
    return np.random.default_rng(seed).normal(size=(len(held_out()), size))


def random_network(widths: tuple[int, ...], activation: str = "selu") -> Network:
    experiment = Experiment(widths=widths, activation=activation)
    weights = np.random.default_rng(0).normal(0, 0.2, experiment.weight_count)
    return Network.from_weights(experiment, weights.astype(np.float32))


# Atlas and orbits.


def test_atlas_is_the_held_out_signals_encoded() -> None:
    network = random_network((20, 3, 20))
    place = atlas(network)
    assert place.latents.shape == (4096, 3)
    np.testing.assert_array_equal(place.latents, network.encode(held_out()))
    np.testing.assert_array_equal(place.parameters, held_out_parameters())


def test_the_phase_goes_round_a_closed_circle() -> None:
    path = orbit(known(), HAND_PHASE, frequency=0.2, amplitude=4, points=50)
    np.testing.assert_allclose(np.hypot(*path.latents.T[:2]), 4, rtol=1e-4)
    np.testing.assert_allclose(path.latents[:, 2], 0.2, rtol=1e-4)
    np.testing.assert_allclose(path.latents[0], path.latents[-1], atol=1e-4)
    turns = np.unwrap(np.arctan2(*path.latents.T[1::-1]))
    np.testing.assert_allclose(turns, np.linspace(0, 2 * np.pi, 50), atol=1e-4)


@pytest.mark.parametrize(("swept", "column"), [(FREQUENCY, 1), (AMPLITUDE, 2)])
def test_an_orbit_sweeps_one_parameter_and_holds_the_phase_in_the_middle(
    swept: Parameter, column: int
) -> None:
    path = orbit(known(), swept, phase=1.25, frequency=0.1, amplitude=2, points=30)
    assert path.parameters.shape == path.latents.shape == (30, 3)
    assert path.parameters[[0, -1], column] == pytest.approx([swept.low, swept.high])
    np.testing.assert_allclose(phase_in_the_middle(path.parameters), 1.25, atol=1e-4)
    other = path.parameters[:, 3 - column]
    assert (other == other[0]).all()
    np.testing.assert_allclose(np.arctan2(*path.latents.T[1::-1]), 1.25, atol=1e-3)
    found = path.latents[:, 2] if swept is FREQUENCY else np.hypot(*path.latents.T[:2])
    np.testing.assert_allclose(found, path.parameters[:, column], atol=1e-4)


# What the latent values carry.


def scores(network: Network) -> dict[str, probes.Carried]:
    return {row.target: row for row in carried(network).rows}


def test_the_three_ideal_latents() -> None:
    rows = scores(known())
    for target, number in [("A cos φ", 0), ("A sin φ", 1), ("frequency", 2)]:
        assert rows[target].linear == pytest.approx(1, abs=1e-6)
        assert rows[target].nonlinear == pytest.approx(1, abs=1e-3)
        assert rows[target].alone > 0.99
        assert rows[target].alone_latent == number
    # The amplitude is the length of a vector: no line gives it, a smooth function does.
    assert abs(rows["amplitude"].linear) < 0.05
    assert rows["amplitude"].nonlinear > 0.98
    assert rows["amplitude"].alone < 0.95


def test_latents_that_mix_the_three_stand_for_none() -> None:
    mixture = np.array([[1.0, 1, 1], [1, -1, 1], [1, 0, -2]]) / [4, 4, 0.135]
    rows = scores(known(lambda k: k @ mixture.T))
    assert rows["frequency"].linear > 0.99
    assert all(row.alone < probes.ALONE for row in rows.values())
    assert "No single latent value" in sentence(carried(known(lambda k: k @ mixture.T)))


@pytest.mark.parametrize("size", [1, 3, 20])
def test_noise_carries_nothing(size: int) -> None:
    table = carried(known(lambda k: noise(size)))
    for row in table.rows:
        assert max(row.linear, row.nonlinear, row.alone) < 0.05
    assert sentence(table).startswith("No probe reads anything")


def test_codes_of_other_signals_carry_nothing() -> None:
    order = np.random.default_rng(5).permutation(len(held_out()))
    for row in carried(known(lambda k: k[order])).rows:
        assert max(row.linear, row.nonlinear, row.alone) < 0.05


@pytest.mark.parametrize("share", [0.5, 0.8])
def test_r2_is_the_share_of_variance_that_noise_leaves(share: float) -> None:
    def code(k: Doubles) -> Doubles:
        standard = (k[:, 2:] - k[:, 2].mean()) / k[:, 2].std()
        return standard + noise(1) * np.sqrt(1 / share - 1)

    row = scores(known(code))["frequency"]
    for value in (row.linear, row.nonlinear, row.alone):
        assert value == pytest.approx(share, abs=0.04)


def test_linear_codes_of_one_error_carry_different_things() -> None:
    # So that none is shown beside a network. The docstring of `readout` tells these figures.
    four = linear_code(held_out(), 4)
    best = scores(known(lambda k: four[:, :3]))["frequency"]
    other = scores(known(lambda k: four[:, [0, 1, 3]]))["frequency"]
    more = best_linear(2) - best_linear(3) - (best_linear(3) - best_linear(4))
    assert 0 <= more < 1e-6 * best_linear(3)
    assert best.nonlinear == pytest.approx(0.82, abs=0.01)
    assert other.nonlinear == pytest.approx(0.68, abs=0.01)


def test_the_scale_of_a_latent_does_not_matter() -> None:
    mixture = noise(9)[:3, :3]
    plain = carried(known(lambda k: k @ mixture))
    scaled = carried(known(lambda k: k @ mixture * [1e-6, 1, 1e6]))
    for one, other in zip(plain.rows, scaled.rows, strict=True):
        assert one.nonlinear == pytest.approx(other.nonlinear, abs=1e-3)
        assert one.alone == pytest.approx(other.alone, abs=1e-2)


@pytest.mark.parametrize("size", [2, 20])
def test_planes_agree_with_weighted_ridge_regression(size: int) -> None:
    generator = np.random.default_rng(0)
    codes, targets = generator.normal(size=(300, size)), generator.normal(size=(300, 4))
    point = generator.normal(size=(1, size))
    distance = np.linalg.norm(codes - point, axis=1)
    near = np.argsort(distance)[:12]
    reach = distance[near].max()
    weight = 1.001 - (distance[near] / reach) ** 3
    # The penalty as further equations, which hold the slopes but not the height.
    rows = np.column_stack([np.ones(12), (codes[near] - point) / reach])
    penalty = np.sqrt(probes.RIDGE * weight.sum()) * np.eye(size + 1)[1:]
    design = np.vstack([rows * np.sqrt(weight)[:, None], penalty])
    wanted = np.vstack([targets[near] * np.sqrt(weight)[:, None], np.zeros((size, 4))])
    height = np.linalg.lstsq(design, wanted)[0][0]
    np.testing.assert_allclose(probes._planes(codes, targets, point, near[None])[0], height)


def test_sentence_names_a_latent_only_where_the_figures_do() -> None:
    said = sentence(carried(known()))
    assert "Latent value 3 by itself gives frequency (0.99)" in said
    assert "by itself gives amplitude" not in said
    assert "closely: " in said
    # One latent value is all there is: nothing to say about "by itself".
    alone = sentence(carried(known(lambda k: k[:, 2:])))
    assert "the one latent value" in alone
    assert "by itself" not in alone
    # What is not quite exact is not called 1.00.
    row = probes.Carried("frequency", 0.999, 0.9999, 0.9499, 0)
    assert "0.95" not in (said := sentence(probes.CarriedTable(2, (row,))))
    assert "1.00" not in said
    assert "No single latent value" in said


# What the latent values mix up.


def test_a_code_without_the_phase_mixes_up_phases() -> None:
    def code(k: Doubles) -> Doubles:
        return np.stack([np.hypot(k[:, 0], k[:, 1]), 20 * k[:, 2]], axis=1)

    found = collisions(known(code), 4)
    assert len(found) == 4
    spread = np.std(atlas(known(code)).latents, axis=0)  # of other signals: nearly the same
    for pair in found:
        apart = (pair.latents[0] - pair.latents[1]) / spread / np.sqrt(2)
        assert pair.code_distance == pytest.approx(np.linalg.norm(apart), rel=0.03)
        assert pair.code_distance <= latent_space.CLOSE
        assert pair.signal_mse == pytest.approx(np.square(np.diff(pair.signals, axis=0)).mean())
        assert pair.signal_mse > 20
        (_, f1, a1), (_, f2, a2) = pair.parameters
        assert abs(f1 - f2) < 0.01
        assert abs(a1 - a2) < 0.2
    for one, other in combinations(found, 2):
        apart = (one.latents[0] - other.latents[0]) / spread / np.sqrt(2)
        assert np.linalg.norm(apart) > 0.95 * latent_space.APART
    assert found[0].signal_mse > 67  # nearly in opposite phase: twice what random pairs have
    assert [p.signal_mse for p in found] == sorted((p.signal_mse for p in found), reverse=True)


def test_a_collision_costs_what_its_docstring_says() -> None:
    network = random_network((2, 40))
    found = collisions(network, 10)
    assert found
    for pair in found:
        errors = ((pair.reconstructions - pair.signals) ** 2).mean(axis=1)
        assert errors.mean() >= pair.unavoidable_mse * (1 - 1e-6)
        assert pair.reconstruction_mse <= latent_space.TOLD_APART * pair.signal_mse
        assert pair.unavoidable_mse > network.mean_squared_error(held_out())


def test_what_the_unavoidable_error_is_of_a_pair_drawn_halfway() -> None:
    # Drawn at the mean of the two, each is off by half of their difference: the bound is met.
    parameters = np.array([[0, 0.2, 4], [2, 0.3, 7]], np.float32)
    signals = evaluate(parameters)
    drawn = np.stack([signals.mean(axis=0)] * 2)
    between = float(((signals[0] - signals[1]) ** 2).mean())
    latents = np.zeros((2, 1), np.float32)
    pair = latent_space.Collision(parameters, signals, latents, drawn, 0.0, between, 0.0)
    errors = ((pair.signals - drawn) ** 2).mean(axis=1)
    assert pair.unavoidable_mse == pytest.approx(errors.mean(), rel=1e-5)


def test_a_pair_that_the_error_of_the_network_explains_is_not_shown() -> None:
    for name in ("three-nodes-solved", "post-network-solved", "selu-50-3-50"):
        network = trained_network(name)
        assert network is not None
        explained = network.mean_squared_error(held_out())
        assert all(pair.unavoidable_mse > explained for pair in collisions(network))
    # One code with two decoders: pairs that tell of the code beside the error of the one do not
    # beside that of the other.
    knows_no_phase = known(lambda k: np.stack([np.hypot(k[:, 0], k[:, 1]), k[:, 2]], axis=1))
    off = replace(knows_no_phase, offset=8.0)
    assert collisions(knows_no_phase)
    assert collisions(off) == []


def test_a_code_that_tells_all_signals_apart_has_no_collisions() -> None:
    assert collisions(known(invertible=True)) == []


# Odd networks.


@pytest.mark.parametrize("function", [atlas, carried, collisions, lambda n: orbit(n, HAND_PHASE)])
def test_networks_without_usable_latents(function: Callable[[Network], object]) -> None:
    with pytest.raises(NoLatentsError, match="no latent values"):
        function(random_network(()))
    network = random_network((5, 2, 5))
    broken = replace(network, kernels=[np.full_like(k, np.nan) for k in network.kernels])
    with pytest.raises(NoLatentsError, match="diverged"):
        function(broken)


@pytest.mark.parametrize("widths", [(5, 1, 5), (110,)])
def test_any_number_of_latents(widths: tuple[int, ...]) -> None:
    network = random_network(widths)
    table = carried(network)
    assert table.latent_size == min(widths)
    assert np.isfinite([[row.linear, row.nonlinear, row.alone] for row in table.rows]).all()
    assert sentence(table).endswith(".")
    assert all(pair.latents.shape == (2, min(widths)) for pair in collisions(network))


def test_dead_latents_carry_nothing() -> None:
    network = random_network((4, 3, 4), "relu")
    biases = [network.biases[0], np.full(3, -1e6, np.float32), *network.biases[2:]]
    dead = replace(network, biases=biases)
    assert sentence(carried(dead)).startswith("No probe reads anything")
    assert len(collisions(dead)) == 1  # all signals have one code
