"""The growing code: what is kept, held against a training today."""

from dataclasses import replace

import numpy as np
import pytest

from sinae.model.signals.sine import SINE
from sinae.model.signals.sine_fit import fit_sine
from sinae.model.training import advance
from sinae.study import growth
from sinae.study.measurements import read
from sinae.study.presets import SOLVED


def test_the_loops_are_sines_of_one_frequency_with_every_phase() -> None:
    loops = SINE.evaluate(growth.loops())
    fit = fit_sine(loops)
    assert fit.mean_squared_error.max() < 1e-6
    np.testing.assert_allclose(
        fit.parameters[..., 1], np.array(growth.FREQUENCIES)[:, None] + 0 * growth.PHASES, atol=1e-3
    )
    np.testing.assert_allclose(loops[:, 0], loops[:, -1], atol=1e-4)  # closed


@pytest.mark.parametrize("kind", growth.SHOWN)
def test_what_is_kept_comes_out_again(kind: str) -> None:
    frames = [frame for frame in read("growth")["frames"] if frame["growth"] == kind]
    assert [frame["step"] for frame in frames] == [
        round(part * SOLVED.steps) for part in growth.PARTS
    ]
    first = frames[0]
    again = advance(replace(SOLVED, growth=kind, seed=growth.SEED), None, first["step"])
    assert again.held_out_mse == pytest.approx(first["held_out_mse"], rel=1e-3)
