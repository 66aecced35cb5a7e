"""Figures of signals beside their reconstructions."""

import numpy as np
import plotly.graph_objects as go

from sinae.analysis.latent_space import Collision
from sinae.figures import signals as signal_figures
from sinae.figures.captions import Subject
from sinae.model.signals.sine import SINE, from_unit_cube
from sinae.model.signals.sinusoid import sines, to_hand

OF = Subject("50-3-50 selu", "step 100", "50-3-50 selu step 100")


PARAMETERS_OF_FIFTY = from_unit_cube(np.random.default_rng(3).random((50, 3)))


def test_signals_and_their_reconstructions() -> None:
    signals = sines(PARAMETERS_OF_FIFTY[:2])
    figure = go.Figure(
        signal_figures.signal_figure(signals[0], signals[0] + 2, SINE, OF, "odd one")
    )
    alt = figure.layout.meta["alt"]
    assert alt == "The odd one and its reconstruction, with a mean squared error of 4.00."
    pair = Collision(
        to_hand(PARAMETERS_OF_FIFTY[:2]),
        signals,
        np.zeros((2, 2), np.float32),
        signals,
        0.01,
        50.0,
        0.5,
    )
    figure = go.Figure(signal_figures.collision_figure(pair, SINE, OF, "pair 2"))
    np.testing.assert_array_equal(figure.data[1].y, signals[1])
    assert "50.0, between their reconstructions 0.500." in figure.layout.meta["alt"]
