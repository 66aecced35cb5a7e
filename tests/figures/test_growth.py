"""The pictures of a growing code."""

from itertools import pairwise

import plotly.graph_objects as go
import pytest

from sinae.figures.growth import growth_figure
from sinae.study import growth
from sinae.study.measurements import read


@pytest.mark.parametrize("kind", growth.SHOWN)
def test_the_panels_show_how_much_of_the_family_is_in(kind: str) -> None:
    frames = [frame for frame in read("growth")["frames"] if frame["growth"] == kind]
    figure = growth_figure(frames)
    go.Figure(figure)
    markers = [trace for trace in figure["data"] if trace["mode"] == "markers"]
    shown = [len(trace["x"]) for trace in markers]
    count = len(growth.FREQUENCIES)
    panels = [sum(shown[i : i + count]) for i in range(0, len(shown), count)]
    assert panels[-1] == count * growth.POINTS
    assert all(before <= after for before, after in pairwise(panels))
    slow = sum(frequency < 0.1 for frequency in growth.FREQUENCIES) * growth.POINTS
    if kind == "both":
        assert 0 < panels[0] < slow  # a patch of the slowest loop
    else:
        assert panels[0] == {"frequency": slow, "off": panels[-1]}[kind]
