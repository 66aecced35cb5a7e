"""The chart of a run's errors against its steps, on a log scale, with lines to compare with."""

import math
import textwrap
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from sinae.analysis.reference_lines import ReferenceLine
from sinae.figures.captions import Subject, meta
from sinae.figures.encoding import Figure, number
from sinae.figures.style import BLUE, BLUE_BAND, DARK_ORANGE, GREEN, GREY, LEGEND, ORANGE, PURPLE
from sinae.service.snapshot import Snapshot

LINE_COLORS = {"zero": GREY, "best linear": GREEN, "floor": GREEN, "post": PURPLE}
LINE_DASHES = {"zero": "dot", "best linear": "dash", "floor": "solid", "post": "dashdot"}

EMPTY_STEPS = 10_000
"""The axis of a run that has not begun shows this many steps."""

MARKED = 40
"""A curve of held-out errors has its points marked up to this many: more would hide it."""

POINTS = 300
"""A curve of held-out errors is thinned to this many points for the screen."""


def loss_figure(snapshot: Snapshot, of: Subject, lines: Sequence[ReferenceLine] = ()) -> Figure:
    """The MSE of a run against its steps, on a log axis; empty axes without a step.

    The batch MSE is drawn with its envelope as a band; the reader's zoom is kept as long as
    the run is the same. The reference lines, each explained on hover, cross the chart.
    """
    last_step, envelope = snapshot.step, snapshot.envelope
    line = {"type": "scatter", "mode": "lines", "x": envelope.steps}
    hover = {"hovertemplate": "step %{x:,}<br>MSE %{y:.4g}<extra>%{fullData.name}</extra>"}
    edge = {**line, "line": {"width": 0}, "hoverinfo": "skip", "showlegend": False}
    band, batch = {"fill": "tonexty", "fillcolor": BLUE_BAND}, {"color": BLUE, "width": 1.5}
    data = [
        {**edge, "y": envelope.low, "name": "lowest batch"},
        {**edge, "y": envelope.high, "name": "highest batch", **band},
        {**line, "y": envelope.mean, "name": "batch", "line": batch, **hover},
    ]
    alt = "Mean squared error against training steps, on a log scale: nothing is trained yet."
    if last_step:
        data += [{**line, **trace, **hover} for trace in _held_out_traces(snapshot)]
        grown = snapshot.experiment.growth != "off" and snapshot.errors
        let_in = f"{number(grown.let_in)} on those let in so far, " if grown else ""
        alt = (
            f"Mean squared error against training steps, on a log scale. After {last_step:,} "
            f"steps: {number(snapshot.held_out_mse)} on held-out signals, "
            f"{let_in}{number(snapshot.batch_mse)} on the last batch."
        )
    data += reference_traces(lines, last_step or EMPTY_STEPS)
    layout = loss_layout(lines)
    if not last_step:
        layout["xaxis"]["range"], layout["yaxis"]["range"] = [0, EMPTY_STEPS], [-2, 1.5]
    elif float(envelope.high.max()) < 1e4 * float(envelope.low.min()):
        layout["yaxis"]["dtick"] = "D2"  # label 1, 2, 5 of each decade; Plotly would crowd all nine
    layout["uirevision"] = snapshot.id
    layout["meta"] = meta(alt, "Mean squared error against training steps", of, "mse")
    return {"data": data, "layout": layout}


def _held_out_traces(snapshot: Snapshot) -> list[dict[str, Any]]:
    """The error on held-out signals, with a mark where it was measured as long as these are few;
    and that on the signals which a curriculum has let in, which the batches' is to be held against.
    """
    count = len(snapshot.held_out_steps)
    kept = np.unique(np.linspace(0, count - 1, min(POINTS, count), dtype=int))
    marked = {"mode": "lines+markers", "marker": {"size": 6}} if count <= MARKED else {}
    traces = [("held-out", snapshot.held_out_mses, {"color": ORANGE, "width": 2.5})]
    if snapshot.experiment.growth != "off":
        line = {"color": DARK_ORANGE, "width": 2, "dash": "dash"}
        traces.append(("held-out, let in so far", snapshot.let_in_mses, line))
    return [
        {"x": snapshot.held_out_steps[kept], "y": mses[kept], "name": name, "line": line, **marked}
        for name, mses, line in traces
    ]


def loss_layout(lines: Sequence[ReferenceLine]) -> dict[str, Any]:
    """The layout that all charts of an MSE have in common."""
    return {
        "height": 310,
        "margin": {"l": 58, "r": 12, "t": 30, "b": 42},
        "xaxis": {"title": {"text": "step"}, "rangemode": "tozero"},
        "yaxis": {"title": {"text": "mean squared error"}, "type": "log", "tickformat": "~g"},
        "legend": LEGEND,
        "annotations": [
            *map(_reference_label, _in_reach(lines)),
            *(_note_below(line) for line in lines if line.kind == "fit"),
        ],
    }


def _in_reach(lines: Sequence[ReferenceLine]) -> list[ReferenceLine]:
    """Without what has no place on a log axis, or would stretch it by ten empty decades."""
    return [line for line in lines if line.kind != "fit" and line.value > 0]


@lru_cache(maxsize=256)
def _explanation(line: ReferenceLine) -> str:
    text = "<br>".join(textwrap.wrap(line.explanation, 60))
    return f"<b>{line.name}: {number(line.value)}</b><br>{text}"


def reference_traces(lines: Sequence[ReferenceLine], last_step: int) -> list[dict[str, Any]]:
    """Lines across a chart of an MSE, from step 0 to the last one, each explained on hover."""
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "x": np.linspace(0, last_step, 20, dtype=np.float32),  # for hover to find one near
            "y": np.full(20, line.value, np.float32),
            "line": {"color": LINE_COLORS[line.kind], "width": 1.5, "dash": LINE_DASHES[line.kind]},
            "showlegend": False,
            "hovertemplate": f"{_explanation(line)}<extra></extra>",
        }
        for line in _in_reach(lines)
    ]


LABEL = {"x": 1, "xref": "paper", "xanchor": "right", "showarrow": False, "font": {"size": 11}}


def _reference_label(line: ReferenceLine) -> dict[str, Any]:
    return {
        **LABEL,
        "text": f"{line.name} {number(line.value)}",
        "y": math.log10(line.value),
        # Predict zero and the best linear code may be close: one label above, one below its line.
        "yanchor": "bottom" if line.kind in ("zero", "post") else "top",
    }


def _note_below(line: ReferenceLine) -> dict[str, Any]:
    return {
        **LABEL,
        "text": f"↓ {line.name} {number(line.value)}",
        "hovertext": _explanation(line),
        "y": 0,
        "yref": "paper",
        "yanchor": "top",
        "yshift": -21,  # under the numbers of the axis, beside its title
    }
