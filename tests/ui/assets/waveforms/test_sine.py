"""Sines in JavaScript, with those of Python as the oracle."""

from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sinae.model.signals.family import TURN
from sinae.model.signals.phase import PHASE_ALONE
from sinae.model.signals.sinusoid import from_hand, sines
from sinae.ui.components import FAMILY_DATA
from sinae.ui.protocol import FamilyData
from tests.support.javascript import evaluate

SINE = FAMILY_DATA["sine"]


def random_parameters(seed: int) -> NDArray[np.float64]:
    return np.random.default_rng(seed).uniform([0, 0.03, 0.1], [TURN, 1, 20], (30, 3))


def fitted(family: FamilyData, signals: NDArray[np.float32]) -> list[dict[str, Any]]:
    """What ``fit`` gives for each signal."""
    found: list[dict[str, Any]] = evaluate(
        "{ fit } from ./waveforms/sine.js",
        "return argument[1].map((signal) => fit(signal, argument[0]));",
        [asdict(family), signals.tolist()],
    )
    return found


def test_javascript_draws_the_sine_that_python_evaluates() -> None:
    parameters = random_parameters(1)
    drawn = evaluate(
        "{ evaluate } from ./waveforms/sine.js",
        """return argument[1].map(([phase, frequency, amplitude]) =>
            Array.from(evaluate({ phase, frequency, amplitude }, argument[0])));""",
        [asdict(SINE), parameters.tolist()],
    )
    np.testing.assert_allclose(drawn, sines(from_hand(parameters)), atol=1e-3)


def test_fitted_sine_is_the_closest() -> None:
    signals = sines(from_hand(random_parameters(0)))
    for signal, fit in zip(signals, fitted(SINE, signals), strict=True):
        values = np.array([fit["values"][p.key] for p in SINE.parameters])
        assert 0 <= values[0] <= TURN
        np.testing.assert_allclose(sines(from_hand(values)), signal, atol=1e-3)
        assert fit["mse"] < 1e-6


def test_what_a_family_fixes_is_not_fitted() -> None:
    phases = np.array([[0.0], [0.001], [2.0], [TURN - 0.001]])
    signals = PHASE_ALONE.evaluate(phases)
    for phase, fit in zip(phases.ravel(), fitted(FAMILY_DATA["phase"], signals), strict=True):
        assert list(fit["values"]) == ["phase"]
        assert np.cos(fit["values"]["phase"] - phase) == pytest.approx(1, abs=1e-9)
        assert fit["mse"] < 1e-6
    # Of a signal that is twice as large the half is left over, whatever the phase.
    (large,) = fitted(FAMILY_DATA["phase"], 2 * signals[2:3])
    assert large["mse"] == pytest.approx(np.mean(signals[2] ** 2), rel=1e-3)
    # Where the amplitude alone is fixed, the frequency is still found.
    others = tuple(p for p in SINE.parameters if p.key != "amplitude")
    tuned = replace(SINE, parameters=others, constants={"amplitude": 5.0})
    (found,) = fitted(tuned, sines(from_hand(np.array([[1.0, 0.2, 5.0]]))))
    assert found["values"] == pytest.approx({"phase": 1.0, "frequency": 0.2}, abs=1e-3)
