"""The probes, on networks whose latent values are known functions of the sine."""

import numpy as np
import pytest

from sinae.analysis import probes
from sinae.analysis.linear_code import best_linear, linear_code
from sinae.analysis.probes import carried, sentence
from sinae.model.network import Network
from sinae.model.signals.sine import SINE
from tests.support.known_code import Doubles, dead_network, known, noise, random_network


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
    order = np.random.default_rng(5).permutation(len(SINE.held_out.signals))
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
    # So that none is shown beside a network. The docstring of the module tells these figures.
    four = linear_code(SINE.held_out.signals, 4, SINE)
    best = scores(known(lambda k: four[:, :3]))["frequency"]
    other = scores(known(lambda k: four[:, [0, 1, 3]]))["frequency"]
    more = (
        best_linear(2, SINE) - best_linear(3, SINE) - (best_linear(3, SINE) - best_linear(4, SINE))
    )
    assert 0 <= more < 1e-6 * best_linear(3, SINE)
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


@pytest.mark.parametrize("widths", [(5, 1, 5), (110,)])
def test_any_number_of_latents_can_be_probed(widths: tuple[int, ...]) -> None:
    table = carried(random_network(widths))
    assert table.latent_size == min(widths)
    assert np.isfinite([[row.linear, row.nonlinear, row.alone] for row in table.rows]).all()
    assert sentence(table).endswith(".")


def test_dead_latents_carry_nothing() -> None:
    assert sentence(carried(dead_network())).startswith("No probe reads anything")
