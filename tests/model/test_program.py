"""The compiled training loop, held against eager Keras."""

import numpy as np
import pytest

from sinae.model.experiment import SETTINGS, Experiment
from sinae.model.training import advance
from tests.support.oracle import eager_training

ACTIVATIONS = SETTINGS["activation"].choices
GROWTHS = SETTINGS["growth"].choices
SCHEDULES = SETTINGS["schedule"].choices


@pytest.mark.parametrize(
    ("activation", "schedule"),
    [
        (activation, schedule)
        for number, activation in enumerate(ACTIVATIONS)
        for schedule in (SCHEDULES[0], SCHEDULES[1 + number % (len(SCHEDULES) - 1)])
    ],
)
def test_the_compiled_loop_agrees_with_eager_keras(activation: str, schedule: str) -> None:
    experiment = Experiment(
        widths=(20, 3, 20),
        activation=activation,
        schedule=schedule,
        bottleneck_linear=activation == "tanh",
        clip_norm=2.0 if activation == "elu" else 0.0,
        growth=GROWTHS[ACTIVATIONS.index(activation) % 4],
        scaled=activation in ("elu", "silu"),
        lattice=activation in ("relu", "silu"),
        batch_size=20,
        steps=60,
    )
    losses, weights = eager_training(experiment, 50)
    chunk = advance(experiment, None, 50)
    np.testing.assert_allclose(chunk.losses, losses, rtol=2e-4)
    np.testing.assert_allclose(chunk.state.weights, weights, rtol=1e-3, atol=1e-4)
