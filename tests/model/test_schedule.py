"""Learning rates, against Keras's own schedules, and how a family grows."""

from dataclasses import replace

import numpy as np
import pytest

from sinae.model.experiment import SETTINGS, Experiment
from sinae.model.schedule import (
    FINAL_FRACTION,
    learning_rates,
    range_shares,
    warm_up_steps,
)
from sinae.model.signals.sinusoid import FREQUENCY, PHASE


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


def test_linear_rises_over_a_hundredth_and_falls_in_a_line() -> None:
    import keras

    experiment = Experiment(schedule="linear", steps=2000, learning_rate=0.004)
    assert warm_up_steps(experiment) == 20
    falling = keras.optimizers.schedules.PolynomialDecay(0.004, 1980, end_learning_rate=0.0)
    steps = np.arange(20, 1980)
    expected = np.array([float(falling(int(step) - 20)) for step in steps[::50]])
    np.testing.assert_allclose(learning_rates(experiment, steps[::50]), expected, rtol=1e-5)
    rising = learning_rates(experiment, np.arange(20))
    np.testing.assert_allclose(rising, 0.004 * np.arange(20) / 20, rtol=1e-6)
    beyond = learning_rates(experiment, np.array([1999, 2000, 5000]))
    np.testing.assert_allclose(beyond, 0.004 * FINAL_FRACTION, rtol=1e-6)


def test_a_family_grows_from_a_patch() -> None:
    steps = np.arange(1500)
    growing = Experiment(steps=1000, growth="both")
    fans, shares, amplitudes = range_shares(growing, steps).T
    assert (amplitudes == 1).all()
    assert shares[0] == np.float32(0.05)
    assert shares[175] == pytest.approx(0.05 + 0.95 * 0.5**0.7)
    assert fans[0] == np.float32(0.1)
    assert fans[30] == pytest.approx(0.55)
    for grown, whole in ((shares, 350), (fans, 60)):
        assert (np.diff(grown) >= 0).all()
        assert (grown[whole:] == 1).all()
        assert grown[whole - 1] < 1
    alone = replace(growing, growth="frequency"), replace(growing, growth="phase")
    assert np.array_equal(range_shares(alone[0], steps)[:, 1], shares)
    assert np.array_equal(range_shares(alone[1], steps)[:, 0], fans)
    assert (range_shares(alone[0], steps)[:, 0] == 1).all()
    assert (range_shares(alone[1], steps)[:, 1] == 1).all()
    assert (range_shares(Experiment(steps=1000), steps) == 1).all()


def test_the_tooltip_says_when_all_is_in() -> None:
    said = SETTINGS["growth"].help
    assert PHASE.growth
    assert FREQUENCY.growth
    assert f"after {PHASE.growth.all_at:.0%} of the steps".replace("%", " %") in said
    assert f"all after {FREQUENCY.growth.all_at:.0%}".replace("%", " %") in said
