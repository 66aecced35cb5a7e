"""What the latent space page says, held against the figures that it stands beside."""

from dataclasses import replace

import numpy as np
import pytest

from sinae.analysis.latent_space import Collision
from sinae.analysis.worst_signals import WorstSignals
from sinae.model.experiment import Experiment
from sinae.model.network import Network
from sinae.model.signals.sine import SINE
from sinae.model.signals.sinusoid import sines, to_hand
from sinae.ui import analysis_cache
from sinae.ui.text import latent_space as latent_text

PARAMETERS = np.array([[1, 0.2, 9], [4, 0.2, 9], [2, 0.4, 5]], np.float32)


def pair() -> Collision:
    signals = sines(PARAMETERS[:2])
    return Collision(
        to_hand(PARAMETERS[:2]), signals, np.zeros((2, 2), np.float32), signals, 0.01, 64.0, 0.0
    )


def badly(mse: list[float]) -> WorstSignals:
    signals = sines(PARAMETERS)
    power = np.array([40.0, 40.0, 12.0])
    count = len(mse)
    return WorstSignals(
        to_hand(PARAMETERS[:count]).astype(float),
        signals[:count],
        signals[:count],
        np.array(mse),
        power[:count],
    )


def test_one_pair_is_spoken_of_as_one() -> None:
    said = latent_text.lost([pair()], 2.5, SINE)
    assert "this is the most different pair" in said
    assert "They differ by an MSE of 64.0" in said
    assert "an MSE of 16.0 on average or more" in said
    assert "held-out signals is smaller, 2.50" in said
    for several in ("these", "pairs", "first two"):
        assert several not in said


def test_codes_that_are_equal_are_not_measured_by_their_spread() -> None:
    assert "with the same code. The decoder" in latent_text.lost(
        [replace(pair(), code_distance=0.0)], 2.5, SINE
    )
    assert "with nearly the same code (within 2%" in latent_text.lost([pair()], 2.5, SINE)


def test_several_pairs_are_spoken_of_as_several() -> None:
    said = latent_text.lost([pair(), replace(pair(), signal_mse=30.0)], 2.5, SINE)
    assert "these are the most different pairs" in said
    assert "The first two differ by an MSE of 64.0" in said


def test_no_pair_is_said_and_why() -> None:
    said = latent_text.lost([], 0.154, SINE)
    assert "there are no two" in said
    assert "0.154" in said


@pytest.mark.parametrize(
    ("mse", "said"),
    [
        ([39.0, 38.0, 11.0], ""),
        ([50.0, 38.0, 11.0], "For 1 of these 3 a flat line at zero would do better."),
        ([50.0, 38.0, 13.0], "For 2 of these 3 a flat line at zero would do better."),
        ([50.0, 45.0, 13.0], "For each of them a flat line at zero would do better."),
        ([50.0], "For this one a flat line at zero would do better."),
    ],
)
def test_the_worst_drawn_are_counted_right(mse: list[float], said: str) -> None:
    words = latent_text.worst(badly(mse), 0.5, SINE)
    assert f"{mse[0]:.1f}, where the held-out mean is 0.500" in words
    assert words.endswith(said)
    assert ("flat line" in words) == bool(said)
    assert "would have 40.0" in latent_text.drawn(badly(mse), 0, SINE)


def test_a_decoder_that_has_diverged_is_said_to() -> None:
    experiment = Experiment(widths=(5, 2, 5))
    weights = np.random.default_rng(0).normal(0, 0.3, experiment.weight_count).astype(np.float32)
    network = Network.from_weights(experiment, weights)
    *others, last = network.kernels
    found = analysis_cache.analyse(replace(network, kernels=[*others, last * np.float32(1e38)]))
    assert "diverged" in latent_text.worst(found.worst, found.held_out_mse, SINE)
    assert "No finite curve" in latent_text.drawn(found.worst, 0, SINE)
    assert "cannot be told" in latent_text.lost(found.collisions, found.held_out_mse, SINE)
