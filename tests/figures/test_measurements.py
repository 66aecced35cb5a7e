"""Figures of what was measured over several seeds."""

import plotly.graph_objects as go

from sinae.figures import measurements as measured_figures
from sinae.study.measurements import read
from sinae.study.presets import presets, reproduction


def test_every_seed_of_every_size_is_shown_with_its_worst_signal() -> None:
    curve = read("bottlenecks")["sizes"]
    assert all([run["seed"] for run in entry["runs"]] == [*range(1, 9)] for entry in curve)
    figure = measured_figures.bottleneck_figure(read("bottlenecks"))
    go.Figure(figure)
    dots = [trace for trace in figure["data"] if trace["mode"] == "markers"]
    for trace, field in zip(dots, ("mean_mse", "worst_mse"), strict=True):
        shown = list(zip(trace["x"], trace["customdata"], trace["y"], strict=True))
        assert shown == [
            (entry["size"], run["seed"], run[field]) for entry in curve for run in entry["runs"]
        ]


def test_the_figures_of_several_networks_name_all_of_them() -> None:
    preset = presets()["post-network-solved"]
    curves = measured_figures.reproduction_figure(preset, reproduction()[preset.name].runs[:3])
    meta = go.Figure(curves).layout.meta
    assert meta["filename"] == "sinae-post-network-solved-seeds-1-2-3-mse"
    assert "solved: 50-20-10-3-10-20-50 silu, linear bottleneck" in meta["title"]
    assert meta["title"].endswith("scaled signals\nseeds 1, 2, 3")
    sizes = measured_figures.bottleneck_figure(read("bottlenecks"))
    checked = go.Figure(sizes).layout
    assert checked.meta["filename"] == "sinae-bottlenecks-mse"
    assert "lattice batches\n" in checked.meta["title"]
    assert checked.uirevision  # else a zoom is lost when the page is drawn anew
