"""The growing code and the ablations: what is kept, held against a training today, and shown."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import plotly.graph_objects as go
import pytest

from sinae.analysis.sine_fit import fit_sine
from sinae.figures.growth import growth_figure
from sinae.model.signals import evaluate
from sinae.model.training import advance
from sinae.study import ablations, bottlenecks, growth
from sinae.study.presets import SOLVED, reproduction
from sinae.study.reproduction import LOST, over_seeds
from sinae.ui.text import post as post_text


def test_the_loops_are_sines_of_one_frequency_with_every_phase() -> None:
    loops = evaluate(growth.loops())
    fit = fit_sine(loops)
    assert fit.mean_squared_error.max() < 1e-6
    np.testing.assert_allclose(
        fit.parameters[..., 1], np.array(growth.FREQUENCIES)[:, None] + 0 * growth.PHASES, atol=1e-3
    )
    np.testing.assert_allclose(loops[:, 0], loops[:, -1], atol=1e-4)  # closed


@pytest.mark.parametrize("kind", growth.SHOWN)
def test_what_is_kept_comes_out_again(kind: str) -> None:
    frames = [frame for frame in growth.kept()["frames"] if frame["growth"] == kind]
    assert [frame["step"] for frame in frames] == [
        round(part * SOLVED.steps) for part in growth.PARTS
    ]
    first = frames[0]
    again = advance(replace(SOLVED, growth=kind, seed=growth.SEED), None, first["step"])
    assert again.held_out_mse == pytest.approx(first["held_out_mse"], rel=1e-3)
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


def test_what_is_not_grown_is_torn_and_what_is_grown_is_not() -> None:
    runs = ablations.kept()["runs"]
    assert list(runs) == list(ablations.CHANGES)
    assert all(len(each) >= 20 for each in runs.values())
    whole, torn = over_seeds(runs["the whole recipe"]), over_seeds(runs["not growing"])
    assert whole["lost"] == 0
    torn_ones = (
        run["seed"]
        for run in runs["growing in frequency alone"]
        if run["worst_mse"] >= LOST * run["worst_power"]
    )
    assert next(torn_ones) == growth.SEED
    assert torn["median"] > 10 * whole["median"]
    table = post_text.ablations_table(runs)
    assert [row["Recipe"] for row in table] == list(runs)
    assert table[0]["Seeds with a tear"] == "0 of 20"


def test_what_is_trained_twice_came_out_alike() -> None:
    same = [run["held_out_mse"] for run in reproduction()["three-nodes-solved"].runs]
    assert [run["held_out_mse"] for run in ablations.kept()["runs"]["the whole recipe"]] == same
    (three,) = (kept for kept in bottlenecks.kept()["sizes"] if kept["size"] == 3)
    assert [run["held_out_mse"] for run in three["runs"]] == same[:8]
    changed = [replace(SOLVED, **change) for change in ablations.CHANGES.values()]
    assert len({*changed, SOLVED}) == len(changed)
