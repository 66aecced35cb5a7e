"""What is kept of bottlenecks of several sizes."""

import pytest

from sinae.analysis.linear_code import best_linear
from sinae.model.signals.sine import SINE
from sinae.study import bottlenecks
from sinae.study.measurements import read
from sinae.study.reproduction import over_seeds


def test_more_numbers_leave_less_error_and_less_than_linear_ones() -> None:
    curve = read("bottlenecks")["sizes"]
    assert [entry["size"] for entry in curve] == list(bottlenecks.SIZES)
    means = [over_seeds(entry["runs"])["median"] for entry in curve]
    assert means[:4] == sorted(means[:4], reverse=True)
    assert max(means[4:]) < means[3]
    for entry in curve:
        assert entry["best_linear"] == pytest.approx(best_linear(entry["size"], SINE))
        assert over_seeds(entry["runs"])["highest"] < entry["best_linear"]
