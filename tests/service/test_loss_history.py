"""Loss curves: their envelope is that of all losses, however they came."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from sinae.model.arrays import Array
from sinae.service.loss_history import BINS, LossHistory


@given(
    hnp.arrays(np.float32, st.integers(0, 4000), elements=st.floats(0.125, 1000, width=32)),
    st.lists(st.integers(0, 4000), max_size=8),
)
def test_the_envelope_is_that_of_all_losses_however_they_came(
    losses: Array, cuts: list[int]
) -> None:
    curve = LossHistory()
    for start, end in pairwise(sorted([0, *(min(cut, len(losses)) for cut in cuts), len(losses)])):
        curve.append(losses[start:end])
        assert len(curve) == end
    assert curve.losses.tobytes() == losses.tobytes()
    envelope = curve.envelope()
    starts = np.append(0, envelope.steps)[:-1]
    assert list(envelope.steps[-1:]) == [len(losses)][: len(losses)]
    widths = envelope.steps - starts
    assert len(set(widths[:-1])) <= 1
    assert len(envelope.steps) <= BINS
    assert len(envelope.steps) > min(len(losses), BINS) / 2 or not len(losses)
    for n, (start, end) in enumerate(zip(starts, envelope.steps, strict=True)):
        part = losses[start:end]
        assert (envelope.low[n], envelope.high[n]) == (part.min(), part.max())
        assert envelope.mean[n] == pytest.approx(part.mean(dtype=np.float64), rel=1e-6)


def test_what_was_taken_before_stays_as_it_was() -> None:
    curve = LossHistory()
    curve.append(np.arange(1000, dtype=np.float32))
    losses, envelope = curve.losses, curve.envelope()
    before = [array.copy() for array in (losses, envelope.steps, envelope.low, envelope.high)]
    curve.append(np.full(5000, 7, np.float32))
    for array, copy in zip(
        (losses, envelope.steps, envelope.low, envelope.high), before, strict=True
    ):
        np.testing.assert_array_equal(array, copy)
