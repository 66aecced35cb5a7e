"""The sentences on how many numbers a sine needs, held against what was measured."""

from sinae.figures.encoding import number
from sinae.study.measurements import read
from sinae.ui.text import how_many_numbers as text


def test_the_worst_signal_is_told_beside_the_mean() -> None:
    measured = read("bottlenecks")
    (three,) = (kept["runs"] for kept in measured["sizes"] if kept["size"] == 3)
    said = text.measured(measured)
    for field in ("mean_mse", "worst_mse"):
        for extreme in (min, max):
            assert number(extreme(run[field] for run in three)) in said
    assert measured["command"] in said
