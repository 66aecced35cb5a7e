"""More than a mean: what is measured on the held-out set."""

import math

import numpy as np
import pytest

from sinae.model import training
from sinae.model.experiment import Experiment
from sinae.model.held_out import measure
from sinae.model.network import Network
from sinae.model.schedule import Part, range_shares
from sinae.model.signals.sine import SINE, from_unit_cube
from sinae.model.signals.sinusoid import FREQUENCY, sines
from sinae.model.training import advance
from sinae.study.presets import trained_network

SMALL = Experiment(widths=(8, 3, 8), batch_size=10, steps=700)


def test_the_figures_are_those_of_the_errors_signal_by_signal() -> None:
    network = trained_network("selu-50-3-50")
    assert network is not None
    errors = (
        (network.reconstruct(SINE.held_out.signals) - SINE.held_out.signals).astype(float) ** 2
    ).mean(axis=1)
    found = measure(network, 100, Part(SINE.parameters, (1.0, 0.4, 1.0)))
    assert found.mean == pytest.approx(errors.mean(), rel=1e-5)
    assert found.worst == pytest.approx(errors.max(), rel=1e-5)
    assert (errors > found.p999).mean() == pytest.approx(0.001, abs=0.0003)
    slow = SINE.held_out.values[:, 1] <= 0.4 * FREQUENCY.high + 0.6 * FREQUENCY.low
    assert 0.35 < slow.mean() < 0.45
    assert found.let_in == pytest.approx(errors[slow].mean(), rel=1e-5)


@pytest.mark.parametrize(
    "name", ["selu-50-3-50", "post-network-solved", "selu-50-20-10-2-10-20-50"]
)
def test_the_whole_distribution_lies_within_the_standard_error(name: str) -> None:
    network = trained_network(name)
    assert network is not None
    found = measure(network, 1)
    generator = np.random.default_rng(5)
    many = [
        network.squared_errors(sines(from_unit_cube(generator.random((50_000, 3)))))
        for _ in range(4)
    ]
    assert abs(found.mean - np.mean(many)) < 2 * found.standard_error


def test_a_short_run_is_measured_on_the_way_and_at_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # As on a machine that has nothing else to do: there they take less than this.
    monkeypatch.setattr(training, "MEASURED_FREELY", math.inf)
    chunk = advance(SMALL, None, SMALL.steps)
    steps = [errors.step for errors in chunk.held_out]
    assert steps == sorted({*steps})
    assert steps[-1] == SMALL.steps
    assert steps[0] == 10
    assert len(steps) >= 5
    for errors in chunk.held_out[:2]:  # as if the run had ended there
        alone = advance(SMALL, None, errors.step)
        network = Network.from_weights(SMALL, alone.state.weights)
        assert measure(network, errors.step) == errors


def test_a_chunk_without_steps_is_measured_too() -> None:
    assert [errors.step for errors in advance(SMALL, None, 0).held_out] == [0]


def test_growing_from_a_patch_is_measured_on_the_part_that_is_in() -> None:
    experiment = Experiment(widths=(20, 3, 20), growth="both", steps=20_000)
    early = advance(experiment, None, 1000)
    part = Part(SINE.parameters, tuple(range_shares(experiment, np.array([999]))[0].tolist()))
    assert part.shares[0] < 1
    network = Network.from_weights(experiment, early.state.weights)
    assert early.held_out[-1] == measure(network, 1000, part)
    assert early.held_out[-1].let_in < early.held_out[-1].mean / 2
    plain = advance(Experiment(widths=(20, 3, 20)), None, 1000).held_out[-1]
    assert plain.let_in == plain.mean
