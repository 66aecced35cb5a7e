"""Atlas, orbits and collisions, on networks whose latent values are known functions of the sine."""

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from sinae.analysis import latent_space
from sinae.analysis.latent_space import NoLatentsError, atlas, collisions, traversal
from sinae.analysis.probes import carried
from sinae.model.network import Network
from sinae.model.signals.family import Parameter
from sinae.model.signals.sine import SINE
from sinae.model.signals.sinusoid import AMPLITUDE, FREQUENCY, PHASE, sines, to_hand
from sinae.study.presets import trained_network
from tests.support.known_code import (
    Doubles,
    dead_network,
    known,
    random_network,
)


def test_atlas_is_the_held_out_signals_encoded() -> None:
    network = random_network((20, 3, 20))
    place = atlas(network)
    assert place.latents.shape == (4096, 3)
    np.testing.assert_array_equal(place.latents, network.encode(SINE.held_out.signals))
    np.testing.assert_array_equal(place.values, SINE.held_out.values)


def test_the_phase_goes_round_a_closed_circle() -> None:
    path = traversal(known(), PHASE, [0, 0.2, 4], points=50)
    np.testing.assert_allclose(np.hypot(*path.latents.T[:2]), 4, rtol=1e-4)
    np.testing.assert_allclose(path.latents[:, 2], 0.2, rtol=1e-4)
    np.testing.assert_allclose(path.latents[0], path.latents[-1], atol=1e-4)
    turns = np.unwrap(np.arctan2(*path.latents.T[1::-1]))
    np.testing.assert_allclose(turns, np.linspace(0, 2 * np.pi, 50), atol=1e-4)


@pytest.mark.parametrize(("swept", "column"), [(FREQUENCY, 1), (AMPLITUDE, 2)])
def test_an_orbit_sweeps_one_parameter_and_holds_the_phase_in_the_middle(
    swept: Parameter, column: int
) -> None:
    path = traversal(known(), swept, [1.25, 0.1, 2], points=30)
    assert path.values.shape == path.latents.shape == (30, 3)
    assert path.values[[0, -1], column] == pytest.approx([swept.low, swept.high])
    np.testing.assert_allclose(path.values[:, 0], 1.25, atol=1e-4)
    other = path.values[:, 3 - column]
    assert (other == other[0]).all()
    np.testing.assert_allclose(np.arctan2(*path.latents.T[1::-1]), 1.25, atol=1e-3)
    found = path.latents[:, 2] if swept is FREQUENCY else np.hypot(*path.latents.T[:2])
    np.testing.assert_allclose(found, path.values[:, column], atol=1e-4)


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
        (_, f1, a1), (_, f2, a2) = pair.values
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
        assert pair.unavoidable_mse > network.mean_squared_error(SINE.held_out.signals)


def test_what_the_unavoidable_error_is_of_a_pair_drawn_halfway() -> None:
    # Drawn at the mean of the two, each is off by half of their difference: the bound is met.
    parameters = np.array([[0, 0.2, 4], [2, 0.3, 7]], np.float32)
    signals = sines(parameters)
    drawn = np.stack([signals.mean(axis=0)] * 2)
    between = float(((signals[0] - signals[1]) ** 2).mean())
    latents = np.zeros((2, 1), np.float32)
    pair = latent_space.Collision(to_hand(parameters), signals, latents, drawn, 0.0, between, 0.0)
    errors = ((pair.signals - drawn) ** 2).mean(axis=1)
    assert pair.unavoidable_mse == pytest.approx(errors.mean(), rel=1e-5)


def test_a_pair_that_the_error_of_the_network_explains_is_not_shown() -> None:
    shown = []
    for name in ("three-nodes-solved", "post-network-solved", "selu-50-3-50"):
        network = trained_network(name)
        assert network is not None
        explained = network.mean_squared_error(SINE.held_out.signals)
        pairs = collisions(network)
        assert all(pair.unavoidable_mse > explained for pair in pairs)
        shown += pairs
    assert shown
    # One code with two decoders: pairs that tell of the code beside the error of the one do not
    # beside that of the other.
    knows_no_phase = known(lambda k: np.stack([np.hypot(k[:, 0], k[:, 1]), k[:, 2]], axis=1))
    off = replace(knows_no_phase, offset=8.0)
    assert collisions(knows_no_phase)
    assert collisions(off) == []


def test_a_code_that_tells_all_signals_apart_has_no_collisions() -> None:
    assert collisions(known(invertible=True)) == []


@pytest.mark.parametrize("function", [atlas, carried, collisions, lambda n: traversal(n, PHASE)])
def test_networks_without_usable_latents(function: Callable[[Network], object]) -> None:
    with pytest.raises(NoLatentsError, match="no latent values"):
        function(random_network(()))
    network = random_network((5, 2, 5))
    broken = replace(network, kernels=[np.full_like(k, np.nan) for k in network.kernels])
    with pytest.raises(NoLatentsError, match="diverged"):
        function(broken)


@pytest.mark.parametrize(("widths", "collide"), [((5, 1, 5), True), ((110,), False)])
def test_any_number_of_latents_is_searched(widths: tuple[int, ...], collide: bool) -> None:
    found = collisions(random_network(widths))
    assert bool(found) == collide
    assert all(pair.latents.shape == (2, min(widths)) for pair in found)


def test_dead_latents_are_one_collision() -> None:
    assert len(collisions(dead_network())) == 1
