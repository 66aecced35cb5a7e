"""Which reference lines apply to which network, and that their figures are right."""

import numpy as np
from numpy.typing import NDArray

from sinae.analysis import linear_code, reference_lines
from sinae.model.experiment import Experiment
from sinae.model.signals import sine_fit
from sinae.model.signals.sine import SINE
from sinae.study import post
from tests.support.sines import random_parameters, sines


def kinds(experiment: Experiment) -> list[tuple[str, float]]:
    *lines, fit = post.reference_lines(experiment)
    assert (fit,) == reference_lines.fit_lines(SINE)
    return [(line.kind, round(line.value, 3)) for line in lines]


def test_a_linear_decoder_has_a_floor() -> None:
    assert kinds(Experiment(widths=(10,), activation="sigmoid")) == [
        ("zero", 16.834),
        ("floor", 5.694),
        ("post", 6.488),
    ]


def test_a_nonlinear_decoder_has_a_best_linear_code() -> None:
    assert kinds(Experiment(widths=(50, 20, 10, 3, 10, 20, 50), activation="selu")) == [
        ("zero", 16.834),
        ("best linear", 13.492),
        ("post", 0.823),
    ]


def test_a_narrow_last_layer_is_a_floor_too() -> None:
    assert kinds(Experiment(widths=(50, 3, 10), activation="selu")) == [
        ("zero", 16.834),
        ("best linear", 13.492),
        ("floor", 5.694),
    ]


def test_no_hidden_layer_has_floor_zero() -> None:
    assert kinds(Experiment(widths=())) == [("zero", 16.834), ("floor", 0), ("post", 0.007)]
    assert not linear_code.at_floor(Experiment(widths=()), 0.0)


def test_explanations_are_sentences_with_the_right_numbers() -> None:
    for line in post.reference_lines(Experiment(widths=(1,), activation="selu")):
        assert line.explanation.endswith(".")
        assert "1 nodes" not in line.explanation
    line = post.reference_lines(Experiment(widths=(10,), activation="sigmoid"))[-2]
    assert "steps 8,000 to 10,000" in line.explanation
    assert "6.34" in line.explanation


def test_three_continuous_numbers_suffice_up_to_rounding() -> None:
    (line,) = reference_lines.fit_lines(SINE)
    assert 0 < line.value < 1e-9
    assert "continuous" in line.explanation

    def code(parameters: NDArray[np.float64]) -> NDArray[np.float64]:
        phase, frequency, amplitude = parameters.T
        middle = phase - 50 * frequency
        return np.stack([amplitude * np.cos(middle), amplitude * np.sin(middle), frequency], axis=1)

    # Close signals have close codes, the more so the closer they are, where the phase goes round
    # too; but phase, frequency and amplitude themselves are three numbers that jump there.
    true = random_parameters(5, 2000)
    true[:, 0] = 50 * true[:, 1] % (2 * np.pi)  # the phase in the middle is 0
    far = []
    for nearness in (1e-2, 1e-4):
        turned = np.array([nearness, 0, 0])
        near = true + turned, true - turned
        one, other = (sine_fit.fit_sine(sines(parameters)).parameters for parameters in near)
        far.append(np.linalg.norm(code(one) - code(other), axis=1).max())
    assert far[0] < 0.25
    assert far[1] < far[0] / 50
    wrapped = [(p[:, 0] - 50 * p[:, 1]) % (2 * np.pi) for p in (one, other)]
    assert abs(wrapped[0] - wrapped[1]).min() > 6
