"""Figures of latent space: valid for Plotly, and true to their values."""

from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest

from sinae.analysis.latent_space import Atlas, traversal
from sinae.analysis.probes import Carried, CarriedTable
from sinae.figures import latent_space as latent_figures
from sinae.figures.captions import Subject
from sinae.figures.encoding import to_json
from sinae.model.experiment import Experiment
from sinae.model.network import Network
from sinae.model.signals.sine import SINE, from_unit_cube
from sinae.model.signals.sinusoid import PHASE, phase_in_the_middle, to_hand

OF = Subject("50-3-50 selu", "step 100", "50-3-50 selu step 100")


PARAMETERS_OF_FIFTY = from_unit_cube(np.random.default_rng(3).random((50, 3)))


def made_up(size: int) -> Atlas:
    latents = np.random.default_rng(size).normal(size=(50, size)).astype(np.float32)
    return Atlas(SINE, to_hand(PARAMETERS_OF_FIFTY), latents)


def network(size: int) -> Network:
    experiment = Experiment(widths=(6, size, 6))
    weights = np.random.default_rng(size).normal(0, 0.25, experiment.weight_count)
    return Network.from_weights(experiment, weights.astype(np.float32))


@pytest.mark.parametrize("coloured", SINE.parameters, ids=lambda p: p.name)
@pytest.mark.parametrize(("size", "axes"), [(1, (0,)), (2, (0, 1)), (3, (0, 1, 2)), (64, (3, 60))])
def test_the_atlas_draws_every_signal_where_it_lies(
    size: int, axes: tuple[int, ...], coloured: object
) -> None:
    parameter = next(p for p in SINE.parameters if p is coloured)
    atlas = made_up(size)
    figure = latent_figures.atlas_figure(atlas, parameter, axes, atlas.part(7, 8), "run", OF)
    checked = go.Figure(figure)
    assert to_json(figure)
    points, mark = checked.data
    for name, i in zip("xyz", axes, strict=False):
        np.testing.assert_array_equal(points[name], atlas.latents[:, i])
        np.testing.assert_array_equal(mark[name], atlas.latents[7:8, i])
    wanted = phase_in_the_middle(PARAMETERS_OF_FIFTY)
    if parameter is not PHASE:
        wanted = PARAMETERS_OF_FIFTY[:, SINE.parameters.index(parameter)]
    np.testing.assert_array_equal(points.marker.color, wanted)
    if size == 1:
        np.testing.assert_array_equal(points.y, wanted)
    assert points.marker.cmin <= wanted.min()
    assert wanted.max() <= points.marker.cmax + 1e-6
    scale = points.marker.colorscale
    assert (scale[0][1] == scale[-1][1]) == (parameter is PHASE)  # cyclic for the phase only
    alt = checked.layout.meta["alt"]
    assert alt.startswith("50 signals by latent value")
    assert SINE.describe(atlas.values[7]) in alt
    assert alt.endswith(".")


@pytest.mark.parametrize("swept", SINE.parameters, ids=lambda p: p.name)
@pytest.mark.parametrize(("size", "axes"), [(1, (0,)), (2, (0, 1)), (3, (0, 1, 2))])
def test_orbits_lie_in_the_same_space(size: int, axes: tuple[int, ...], swept: object) -> None:
    parameter = next(p for p in SINE.parameters if p is swept)
    path = traversal(network(size), parameter)
    checked = go.Figure(
        latent_figures.traversal_figure(path, parameter, axes, made_up(size), "run", OF)
    )
    behind, line = checked.data[:2]
    assert behind.type == line.type == ("scatter3d" if size == 3 else "scatter")
    np.testing.assert_array_equal(line.x, path.latents[:, 0])
    colour = np.asarray(line.marker.color)
    assert (np.diff(colour) > 0).all()  # also at the end of the phase's turn
    if size > 1 and parameter is PHASE:
        assert line.x[0] == pytest.approx(line.x[-1], abs=1e-3)
    assert checked.layout.meta["alt"].endswith(".")


def test_the_axes_shown_first_are_those_that_vary_most() -> None:
    latents = np.zeros((4, 5), np.float32)
    latents[:, 4] = [0, 1, 2, 3]
    latents[:, 2] = [0, 10, 20, 30]
    assert latent_figures.widest(latents, 2) == [2, 4]
    assert latent_figures.widest(latents[:, :1], 2) == [0]


def test_what_is_carried_is_drawn_from_zero_and_not_rounded_up() -> None:
    row = Carried("amplitude", -0.3, 0.997, 0.2, 1)
    table = CarriedTable(3, tuple(replace(row, target=target) for target in SINE.targets))
    checked = go.Figure(latent_figures.carried_figure(table, OF))
    bars = {bar.name: bar for bar in checked.data}
    nonlinear, linear = bars["nonlinear probe"], bars["linear probe"]
    assert tuple(nonlinear.y) == SINE.targets
    assert nonlinear.text[0] == "0.99"
    assert nonlinear.x[0] == 0.997
    assert linear.text[0] == "0.00"
    assert linear.x[0] == 0
    assert "amplitude 0.99 and 0.00" in checked.layout.meta["alt"]
