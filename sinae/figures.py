"""Values in, Plotly figures out.

A figure is a plain dictionary as Plotly.js takes it, not a ``plotly.graph_objects.Figure``: live
charts are made anew several times a second, and checking every value would cost more than all
else. The tests check them with ``graph_objects`` instead. Colours of text, grid and background
are the page's and added in the browser; every figure carries a text alternative with its current
numbers in ``layout.meta.alt``, ``title`` and ``filename`` for where it is saved as a picture, and
what differs from the usual Plotly configuration in ``config``.
"""

import base64
import json
import math
import textwrap
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sinae.baselines import ReferenceLine
from sinae.captions import Subject, meta
from sinae.curve import Curve
from sinae.runs import Snapshot

Figure = dict[str, Any]
Array = NDArray[np.float32]

# Okabe and Ito 2008, "Color Universal Design": told apart by all, on light and on dark.
BLUE, ORANGE, GREEN, PURPLE, GREY = "#2f8fce", "#e08a00", "#009e73", "#cc79a7", "#8a96a3"
DARK_ORANGE = "#b35c00"
BLUE_BAND = "rgba(47, 143, 206, 0.28)"

LINE_COLORS = {"zero": GREY, "best linear": GREEN, "floor": GREEN, "post": PURPLE}
LINE_DASHES = {"zero": "dot", "best linear": "dash", "floor": "solid", "post": "dashdot"}

LEGEND = {"orientation": "h", "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom"}

EMPTY_STEPS = 10_000
"""What the axis of a run that has not begun shows."""

THREE_DIGITS = Context(prec=3, rounding=ROUND_HALF_UP)

MARKED = 40
"""Most points of such a curve that are marked: more would hide it."""

POINTS = 300
"""Most points that a curve of held-out errors is thinned to for the screen."""


def number(value: float | None) -> str:
    """A figure with three significant digits; a dash where there is none, or none that is finite.

    The browser's ``number.js`` writes every value alike; its halves are rounded away from zero.
    """
    if value is None or not math.isfinite(value):
        return "–"
    rounded = float(THREE_DIGITS.create_decimal(float(value)))
    sign, size = "−" if rounded < 0 else "", abs(rounded)
    if size == 0:
        return "0"
    if not 1e-4 <= size < 1e5:
        digits, exponent = f"{size:.2e}".split("e")
        return f"{sign}{digits}e{int(exponent):+d}"
    return sign + (f"{size:,.0f}" if size >= 1000 else f"{size:#.3g}".rstrip("."))


def to_json(figure: Figure) -> str:
    """A figure as JSON, its arrays in Plotly's binary form (base64, little-endian)."""

    def encode(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            # Whole numbers are steps here, which fit 32 bits; Plotly.js has no 64-bit ones.
            kind = {"f4": "f4", "f8": "f8", "i8": "i4", "i4": "i4"}[value.dtype.str[1:]]
            data = value.astype(f"<{kind}").tobytes()
            return {"dtype": kind, "bdata": base64.b64encode(data).decode()}
        raise TypeError(f"{type(value).__name__} cannot stand in a figure")

    return json.dumps(figure, default=encode)


def loss_figure(
    snapshot: Snapshot | None, of: Subject, lines: Sequence[ReferenceLine] = ()
) -> Figure:
    """The MSE of a run against its steps, on a log axis; empty axes without a run.

    The batch MSE is drawn with its envelope as a band; the reader's zoom is kept as long as
    the run is the same. The reference lines, each explained on hover, cross the chart.
    """
    last_step = snapshot.step if snapshot else 0
    envelope = snapshot.envelope if snapshot else Curve().envelope()
    line = {"type": "scatter", "mode": "lines"}
    hover = "step %{x:,}<br>MSE %{y:.4g}<extra>%{fullData.name}</extra>"
    edge = {
        **line,
        "x": envelope.steps,
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    data = [
        {**edge, "y": envelope.low, "name": "lowest batch"},
        {
            **edge,
            "y": envelope.high,
            "name": "highest batch",
            "fill": "tonexty",
            "fillcolor": BLUE_BAND,
        },
        {
            **line,
            "x": envelope.steps,
            "y": envelope.mean,
            "name": "batch",
            "line": {"color": BLUE, "width": 1.5},
            "hovertemplate": hover,
        },
    ]
    alt = "Mean squared error against training steps, on a log scale: nothing is trained yet."
    if snapshot and snapshot.step:
        data += [{**line, **trace, "hovertemplate": hover} for trace in _held_out_traces(snapshot)]
        grown = snapshot.experiment.growth != "off" and snapshot.errors
        let_in = f"{number(grown.let_in)} on those let in so far, " if grown else ""
        alt = (
            f"Mean squared error against training steps, on a log scale. After {snapshot.step:,} "
            f"steps: {number(snapshot.held_out_mse)} on held-out signals, "
            f"{let_in}{number(snapshot.batch_mse)} on the last batch."
        )
    data += reference_traces(lines, last_step or EMPTY_STEPS)
    layout = loss_layout(lines)
    if not last_step:
        layout["xaxis"]["range"], layout["yaxis"]["range"] = [0, EMPTY_STEPS], [-2, 1.5]
    elif float(envelope.high.max()) < 1e4 * float(envelope.low.min()):
        layout["yaxis"]["dtick"] = "D2"  # label 1, 2, 5 of each decade; Plotly would crowd all nine
    layout["uirevision"] = snapshot.id if snapshot else ""
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


def panel(
    index: int, x_axis: dict[str, Any], y_axis: dict[str, Any], height: float = 0.47
) -> tuple[dict[str, str], dict[str, Any]]:
    """A place in a figure of six small ones, in two rows of three.

    Args:
        index: 0 to 5, row by row.
        x_axis, y_axis: what its axes have beside their place.
        height: as a share of the figure's, to 0.47; what is left above it is free.

    Returns:
        What names its axes in a trace, and the part of the layout that holds them.
    """
    row, column = divmod(index, 3)
    suffix = str(index + 1) if index else ""
    across, up = column * 0.345, 0.53 - row * 0.53
    axes = {
        f"xaxis{suffix}": {"domain": [across, across + 0.31], "anchor": f"y{suffix}", **x_axis},
        f"yaxis{suffix}": {"domain": [up, up + height], "anchor": f"x{suffix}", **y_axis},
    }
    return {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}"}, axes


def loss_layout(lines: Sequence[ReferenceLine]) -> dict[str, Any]:
    """What all charts of an MSE have in common."""
    return {
        "height": 310,
        "margin": {"l": 58, "r": 12, "t": 30, "b": 42},
        "xaxis": {"title": {"text": "step"}, "rangemode": "tozero"},
        "yaxis": {"title": {"text": "mean squared error"}, "type": "log", "tickformat": "~g"},
        "legend": LEGEND,
        "annotations": [
            *map(_reference_label, _in_reach(lines)),
            *(_note_below(line) for line in lines if line.kind == "sine fit"),
        ],
    }


def _in_reach(lines: Sequence[ReferenceLine]) -> list[ReferenceLine]:
    """Without what has no place on a log axis, or would stretch it by ten empty decades."""
    return [line for line in lines if line.kind != "sine fit" and line.value > 0]


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


def _reference_label(line: ReferenceLine) -> dict[str, Any]:
    return {
        "text": f"{line.name} {number(line.value)}",
        "x": 1,
        "xref": "paper",
        "xanchor": "right",
        "y": math.log10(line.value),
        # Predict zero and the best linear code may be close: one label above, one below its line.
        "yanchor": "bottom" if line.kind in ("zero", "post") else "top",
        "showarrow": False,
        "font": {"size": 11},
    }


def _note_below(line: ReferenceLine) -> dict[str, Any]:
    return {
        "text": f"↓ {line.name} {number(line.value)}",
        "hovertext": _explanation(line),
        "x": 1,
        "xref": "paper",
        "xanchor": "right",
        "y": 0,
        "yref": "paper",
        "yanchor": "top",
        "yshift": -21,  # under the numbers of the axis, beside its title
        "showarrow": False,
        "font": {"size": 11},
    }
