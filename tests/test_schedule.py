"""Learning rates, against Keras's own schedule."""

import numpy as np
import pytest

from sinae.experiment import Experiment
from sinae.schedule import FINAL_FRACTION, frequency_shares, learning_rates, warm_up_steps


@pytest.mark.parametrize("steps", [1, 19, 20, 777, 30_000])
def test_cosine_is_that_of_keras(steps: int) -> None:
    import keras

    experiment = Experiment(schedule="cosine", steps=steps, learning_rate=0.004)
    warm_up = warm_up_steps(experiment)
    theirs = keras.optimizers.schedules.CosineDecay(
        initial_learning_rate=0.0 if warm_up else 0.004,
        warmup_target=0.004 if warm_up else None,
        warmup_steps=warm_up,
        decay_steps=steps - warm_up,
        alpha=FINAL_FRACTION,
    )
    asked = np.unique(np.linspace(0, 1.2 * steps, 50, dtype=int))
    expected = [float(theirs(int(step))) for step in asked]
    np.testing.assert_allclose(learning_rates(experiment, asked), expected, rtol=1e-4, atol=1e-9)


def test_constant_is_constant() -> None:
    assert set(learning_rates(Experiment(learning_rate=0.01), np.arange(9))) == {np.float32(0.01)}


def test_slow_sines_first_lets_all_in_by_and_by() -> None:
    steps = np.arange(1500)
    shares = frequency_shares(Experiment(steps=1000, slow_first=True), steps)
    assert shares[0] == np.float32(0.05)
    assert (np.diff(shares) >= 0).all()
    assert shares[350] == pytest.approx(0.525)
    assert (shares[700:] == 1).all()
    assert shares[699] < 1
    assert (frequency_shares(Experiment(steps=1000), steps) == 1).all()
