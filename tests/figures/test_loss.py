"""The chart of the loss: valid for Plotly, true to its values, small enough to send."""

import base64
import json
from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go

from sinae.figures import captions, encoding, loss
from sinae.figures import measurements as measured_figures
from sinae.figures import signals as signal_figures
from sinae.model.experiment import Experiment
from sinae.model.held_out import HeldOutErrors
from sinae.model.signals.sine import SINE
from sinae.study.post import reference_lines
from sinae.study.presets import presets, reproduction
from tests.support.snapshots import NONE, snapshot

OF = captions.of_run(Experiment(seed=4), 2300, 2.43)


def decoded(array: dict[str, str]) -> np.ndarray[Any, Any]:
    return np.frombuffer(base64.b64decode(array["bdata"]), array["dtype"])


def test_figures_are_valid_for_plotly() -> None:
    inputs = SINE.examples.signals
    for figure in (
        loss.loss_figure(NONE, OF),
        loss.loss_figure(snapshot([]), OF),
        loss.loss_figure(snapshot([10, 3, 1e-3]), OF),
        loss.loss_figure(snapshot([10, 1e30]), OF),
        signal_figures.examples_figure(inputs, None, SINE, OF),
        signal_figures.examples_figure(inputs, inputs * 0.9, SINE, OF),
    ):
        checked = go.Figure(figure)  # raises where a name or a value is not Plotly's
        assert checked.layout.meta["alt"].endswith(".")
        shows, network, state = checked.layout.meta["title"].split("\n")
        assert shows
        assert (network, state) == (OF.title, OF.state)
        assert checked.layout.meta["filename"].startswith(
            "sinae-50-20-10-3-10-20-50-selu-seed-4-step-2300-"
        )


def test_every_chart_of_an_error_has_its_reference_lines() -> None:
    lines = reference_lines(Experiment())
    preset = presets()["selu-50-3-50"]
    charts = [
        loss.loss_figure(NONE, OF, lines),
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
    inputs = SINE.examples.signals
    alt = signal_figures.examples_figure(inputs, inputs + 2, SINE, OF)["layout"]["meta"]["alt"]
    assert alt.count("4.00") == 6


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
