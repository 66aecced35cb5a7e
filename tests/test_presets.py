"""Presets, the shipped weights and what was measured: held against a fresh look at them."""

from dataclasses import replace
from statistics import median

import numpy as np
import pytest

from sinae import bottlenecks, presets
from sinae.baselines import best_linear
from sinae.claims import claims
from sinae.experiment import Experiment
from sinae.post import post_networks
from sinae.reproduce import LOST, reproduce, row
from sinae.signals import held_out
from sinae.worst import worst_signals

ALL = presets.presets()


def test_every_network_of_the_post_is_there_with_its_recipe() -> None:
    post = {network.experiment for network in post_networks()}
    assert post <= {preset.experiment for preset in ALL.values()}


@pytest.mark.parametrize("name", ALL)
def test_shipped_weights_score_what_the_report_says(name: str) -> None:
    network = presets.trained_network(name)
    assert network is not None
    runs = presets.reproduction()[name].runs
    assert len(runs) >= 3
    best = min(run["held_out_mse"] for run in runs)
    assert network.mean_squared_error(held_out()) == pytest.approx(best, rel=1e-4)
    assert all(run["steps"] == ALL[name].experiment.steps for run in runs)


@pytest.mark.parametrize(
    ("name", "lost", "said"),
    [
        ("three-nodes-solved", False, "no signal is lost"),
        ("deep-three-best", True, "some signals are still lost"),
    ],
)
def test_lessons_say_what_the_search_for_the_worst_signal_finds(
    name: str, lost: bool, said: str
) -> None:
    network = presets.trained_network(name)
    assert network is not None
    worst = worst_signals(network, 1)
    assert (worst.mse[0] >= LOST * worst.power[0]) == lost
    assert said in ALL[name].lesson


@pytest.mark.parametrize("name", [n for n, p in ALL.items() if p.goal])
def test_our_networks_reach_their_goals(name: str) -> None:
    errors = sorted(run["held_out_mse"] for run in presets.reproduction()[name].runs)
    goal = ALL[name].goal
    assert goal
    reached = sum(error <= goal for error in errors)
    assert reached >= 0.8 * len(errors), errors


@pytest.mark.parametrize(
    "name", [n for n, p in ALL.items() if p.published and p.experiment.activation != "linear"]
)
def test_the_posts_recipe_lands_within_the_posts_scatter(name: str) -> None:
    ours = median(run["held_out_mse"] for run in presets.reproduction()[name].runs)
    theirs = median(mse for _, mse in ALL[name].published[-5:])
    assert 1 / 1.6 < ours / theirs < 1.6


def test_reproducing_is_training() -> None:
    small = replace(
        ALL["selu-50-3-50"], experiment=Experiment(widths=(4,), steps=100, batch_size=5)
    )
    ((preset, results),) = reproduce([small], seeds=2, processes=1)
    assert preset is small
    assert [entry["seed"] for entry, _ in results] == [1, 2]
    line = row(small, [entry for entry, _ in results])
    assert line["lowest"] <= line["median"] <= line["highest"]


def test_more_numbers_leave_less_error_and_less_than_linear_ones() -> None:
    curve = bottlenecks.kept()
    assert curve["sizes"] == list(bottlenecks.SIZES)
    assert curve["best_linear"] == pytest.approx([best_linear(size) for size in bottlenecks.SIZES])
    assert all(low <= high for low, high in zip(curve["lowest"], curve["highest"], strict=True))
    assert curve["lowest"][:3] == sorted(curve["lowest"][:3], reverse=True)
    assert max(np.divide(curve["highest"], curve["best_linear"])) < 1


def test_claims_have_evidence() -> None:
    for claim in claims():
        assert any(character.isdigit() for character in claim.evidence)
