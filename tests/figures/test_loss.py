"""Figures: valid for Plotly, true to their values, small enough to send."""

import base64
import json
import re
from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from sinae.figures import captions, encoding, loss
from sinae.figures import measurements as measured_figures
from sinae.figures import signals as signal_figures
from sinae.model import signals
from sinae.model.experiment import Experiment
from sinae.model.held_out import HeldOutErrors
from sinae.service.engine import EngineStatus
from sinae.service.loss_history import Curve
from sinae.service.snapshot import Snapshot, Status
from sinae.study import bottlenecks
from sinae.study.post import reference_lines
from sinae.study.presets import presets, reproduction

OF = captions.of_run(Experiment(seed=4), 2300, "step 2,300 · held-out MSE 2.43")


def snapshot(losses: list[float] | np.ndarray[Any, Any]) -> Snapshot:
    values = np.asarray(losses, np.float32)
    curve = Curve()
    curve.append(values)
    last = float(values[-1]) if len(values) else None
    errors = (
        None if last is None else HeldOutErrors(len(values), last, 0.1, 2 * last, 3 * last, last)
    )
    return Snapshot(
        id="run",
        version=1,
        experiment=Experiment(),
        status=Status.TRAINING,
        step=len(values),
        target=20_000,
        losses=values,
        envelope=curve.envelope(),
        held_out_steps=np.arange(1, len(values) + 1, dtype=np.int64),
        held_out_mses=values,
        let_in_mses=values,
        errors=errors,
        health=None,
        state=None,
        steps_per_second=None,
        place=None,
        others=0,
        engine=EngineStatus.UP,
        message="",
    )


def decoded(array: dict[str, str]) -> np.ndarray[Any, Any]:
    return np.frombuffer(base64.b64decode(array["bdata"]), array["dtype"])


def test_figures_are_valid_for_plotly() -> None:
    inputs = signals.evaluate(signals.EXAMPLES)
    for figure in (
        loss.loss_figure(None, OF),
        loss.loss_figure(snapshot([]), OF),
        loss.loss_figure(snapshot([10, 3, 1e-3]), OF),
        loss.loss_figure(snapshot([10, 1e30]), OF),
        signal_figures.examples_figure(inputs, None, OF),
        signal_figures.examples_figure(inputs, inputs * 0.9, OF),
    ):
        checked = go.Figure(figure)  # raises where a name or a value is not Plotly's
        assert checked.layout.meta["alt"].endswith(".")
        shows, network, state = checked.layout.meta["title"].split("\n")
        assert shows
        assert (network, state) == (OF.title, OF.state)
        assert checked.layout.meta["filename"].startswith(
            "sinae-50-20-10-3-10-20-50-selu-seed-4-step-2300-"
        )


def test_a_picture_is_named_after_its_run_and_tells_its_settings() -> None:
    experiment = Experiment(widths=(20, 3, 20), seed=7, learning_rate=0.01, growth="both")
    of = captions.of_run(experiment, 2300, "step 2,300 · held-out MSE 2.43")
    meta = loss.loss_figure(snapshot([10, 3]), of)["layout"]["meta"]
    assert meta["filename"] == "sinae-20-3-20-selu-seed-7-step-2300-mse"
    assert meta["title"] == (
        "Mean squared error against training steps\n"
        "20-3-20 selu, rate 0.01, growth: both, seed 7\n"
        "step 2,300 · held-out MSE 2.43"
    )
    untrained = loss.loss_figure(None, captions.of_run(experiment, 0, ""))["layout"]["meta"]
    assert untrained["filename"] == "sinae-20-3-20-selu-seed-7-untrained-mse"
    assert untrained["title"].endswith("\nnot trained yet")


def test_the_figures_of_several_networks_name_all_of_them() -> None:
    preset = presets()["post-network-solved"]
    curves = measured_figures.reproduction_figure(preset, reproduction()[preset.name].runs[:3])
    meta = go.Figure(curves).layout.meta
    assert meta["filename"] == "sinae-post-network-solved-seeds-1-2-3-mse"
    assert "solved: 50-20-10-3-10-20-50 silu, linear bottleneck" in meta["title"]
    assert meta["title"].endswith("scaled signals\nseeds 1, 2, 3")
    sizes = measured_figures.bottleneck_figure(bottlenecks.kept())
    checked = go.Figure(sizes).layout
    assert checked.meta["filename"] == "sinae-bottlenecks-mse"
    assert "lattice batches\n" in checked.meta["title"]
    assert checked.uirevision  # else a zoom is lost when the page is drawn anew


@pytest.mark.parametrize("title", ["Ünïcode / slash", "a\\b:c*?", "  x  "])
def test_a_file_name_is_safe_on_every_system(title: str) -> None:
    meta = captions.meta("A.", "shows", captions.Subject(title, "state", title), "kind")
    assert re.fullmatch(r"sinae-[a-z0-9-]*[a-z0-9]", meta["filename"])


def test_every_chart_of_an_error_has_its_reference_lines() -> None:
    lines = reference_lines(Experiment())
    preset = presets()["selu-50-3-50"]
    charts = [
        loss.loss_figure(None, OF, lines),
        loss.loss_figure(snapshot([10, 3]), OF, lines),
        measured_figures.reproduction_figure(preset, reproduction()[preset.name].runs),
    ]
    for figure in charts:
        labels = [label["text"] for label in figure["layout"]["annotations"]]
        assert [label.split(" 1")[0] for label in labels[:2]] == [
            "predict zero",
            "best linear code of 3 numbers",
        ]
        assert labels[-1].startswith("↓ sine fit")
        hovers = [trace.get("hovertemplate", "") for trace in figure["data"]]
        assert sum("predict zero: 16.8" in hover for hover in hovers) == 1


def test_a_figure_travels_in_binary_and_small() -> None:
    losses = np.random.default_rng(1).exponential(1, 1_000_000).astype(np.float32)
    text = encoding.to_json(loss.loss_figure(snapshot(losses), OF))
    assert len(text) < 20_000
    band = json.loads(text)["data"]
    assert decoded(band[0]["y"]).min() == losses.min()
    assert decoded(band[1]["y"]).max() == losses.max()
    assert decoded(band[3]["x"])[-1] == 1_000_000


def test_the_text_alternative_has_the_current_numbers() -> None:
    figure = loss.loss_figure(snapshot([5.0, 0.25]), OF)
    assert "After 2 steps: 0.250 on held-out signals" in figure["layout"]["meta"]["alt"]
    inputs = signals.evaluate(signals.EXAMPLES)
    alt = signal_figures.examples_figure(inputs, inputs + 2, OF)["layout"]["meta"]["alt"]
    assert alt.count("4.00") == 6


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (2.4321, "2.43"), (107.4, "107"), (0.005, "0.00500"), (1e31, "1.00e+31")],
)
def test_numbers(value: float | None, text: str) -> None:
    assert encoding.number(value) == text


def test_where_the_held_out_error_was_measured_is_marked_as_long_as_it_can_be_seen() -> None:
    few, many = (
        next(t for t in loss.loss_figure(shown, OF)["data"] if t.get("name") == "held-out")
        for shown in (
            snapshot([10, 5, 3]),
            snapshot(np.linspace(9, 1, loss.MARKED + 1)),
        )
    )
    assert few["mode"] == "lines+markers"
    assert many["mode"] == "lines"


def test_growing_from_a_patch_shows_the_error_on_those_let_in_beside_that_on_all() -> None:
    plain = snapshot([10, 5, 3])
    slow = replace(
        plain,
        experiment=Experiment(growth="both"),
        let_in_mses=np.array([9, 1, 0.1], np.float32),
        errors=HeldOutErrors(3, 3.0, 0.1, 5.0, 8.0, 0.1),
    )
    figure = loss.loss_figure(slow, OF)
    names = {trace["name"]: trace for trace in figure["data"] if "name" in trace}
    np.testing.assert_array_equal(names["held-out"]["y"], slow.held_out_mses)
    np.testing.assert_array_equal(names["held-out, let in so far"]["y"], slow.let_in_mses)
    assert "0.100 on those let in so far" in figure["layout"]["meta"]["alt"]
    others = loss.loss_figure(plain, OF)["data"]
    assert all("let in" not in trace.get("name", "") for trace in others)
