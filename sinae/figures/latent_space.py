"""Latent values in, Plotly figures out: plain dictionaries, see `sinae.figures.encoding`."""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from sinae.analysis.latent_space import Atlas
from sinae.analysis.probes import CarriedTable, r2
from sinae.figures.captions import Subject, meta
from sinae.figures.encoding import Figure, number
from sinae.figures.style import BLUE, GREY, LEGEND, ORANGE
from sinae.model.arrays import Array
from sinae.model.signals.family import TURN, Parameter, SignalFamily

SHOWN = 2048
"""An atlas shows this many points: the first held-out signals, which cover all of them evenly."""

SHOWN_LIVE = 768
"""The same while a network trains, and the points move."""

# From Viridis, without its ends: they vanish on a dark page and on a light one.
SEQUENTIAL = ["#46337e", "#365c8d", "#277f8e", "#1fa187", "#4ac16d", "#9fda3a"]

# Round once through light yellow, red, dark violet and blue: lightness and the blue-yellow axis
# make the circle, which the colour-blind see too.
CYCLIC = [
    *("#d9c22b", "#e08a00", "#d0571e", "#9c4a7d", "#6a4fa3"),
    *("#4478c4", "#3f9fd8", "#8fbfa0", "#d9c22b"),
]

MARK = "#e0245e"  # in none of the colour scales

QUARTERS = {
    "tickvals": [0, TURN / 4, TURN / 2, 3 * TURN / 4, TURN],
    "ticktext": ["0", "π/2", "π", "3π/2", "2π"],
}


def widest(latents: Array, count: int) -> list[int]:
    """The numbers, in their order, of the latent values that vary most; at most ``count``."""
    spread = latents.std(axis=0, dtype=float)
    return sorted(np.argsort(-spread, kind="stable")[:count].tolist())


def atlas_figure(
    atlas: Atlas,
    coloured: Parameter,
    axes: Sequence[int],
    selected: Atlas | None,
    revision: str,
    of: Subject,
) -> Figure:
    """Signals as points in latent space.

    Args:
        atlas: the signals, in the order in which a click counts them.
        coloured: the parameter that their colour tells.
        axes: which latent values are drawn: two, three, or a single one, against ``coloured``.
        selected: one signal, to be marked.
        revision: of the reader's zoom and point of view, kept as long as it is the same.
        of: the network.
    """
    data: list[dict[str, Any]] = [
        {
            **_points(atlas, coloured, axes),
            "name": "signal",
            "mode": "markers",
            "marker": {
                "size": 3.5 if len(axes) == 3 else 5,
                "opacity": 0.85,
                "color": atlas.values_of(coloured),
                **_colours(coloured),
            },
            "customdata": _hover_values(atlas),
            "hovertemplate": _hover(atlas.family),
            "showlegend": False,
        }
    ]
    shows = f"{len(atlas.latents):,} signals by {_named(axes)}, coloured by {coloured.short}"
    alt = f"{shows}. {_ranges(atlas, axes)}"
    if selected is not None:
        data.append(_ring(selected, coloured, axes))
        alt += f" Marked: a signal with {selected.description}."
    layout = {**_layout(coloured, axes, revision), "meta": meta(alt, shows, of, "atlas")}
    return {"data": data, "layout": layout}


def traversal_figure(
    path: Atlas, swept: Parameter, axes: Sequence[int], atlas: Atlas, revision: str, of: Subject
) -> Figure:
    """The path of a signal through latent space while one parameter sweeps, over the atlas.

    Args:
        path: from `sinae.analysis.latent_space.traversal`.
        swept: the parameter that sweeps.
        axes: as in `atlas_figure`; a single latent value is drawn against ``swept``.
        atlas: drawn in grey behind.
        revision, of: as in `atlas_figure`.
    """
    values = path.values_of(swept)
    solid = len(axes) == 3
    data: list[dict[str, Any]] = [
        {
            **_points(atlas, swept, axes),
            "name": "all signals",
            "mode": "markers",
            "marker": {"size": 2 if solid else 4, "color": GREY, "opacity": 0.3},
            "hoverinfo": "skip",
        },
        {
            **_points(path, swept, axes),
            "name": f"{swept.short} swept",
            "mode": "lines+markers",
            "line": {"color": GREY, "width": 3 if solid else 1.5},
            "marker": {"size": 4 if solid else 7, "color": values, **_colours(swept)},
            "customdata": _hover_values(path),
            "hovertemplate": _hover(atlas.family),
        },
    ]
    if not swept.periodic:
        last = len(values) - 1
        for name, i, symbol in (("lowest", 0, "circle-open"), ("highest", last, "square-open")):
            size, line = 8 if solid else 13, {"width": 3, "color": ORANGE}
            data.append(
                {
                    **_points(path.part(i, i + 1), swept, axes),
                    "name": f"{name} {swept.short}",
                    "mode": "markers",
                    "marker": {"size": size, "symbol": symbol, "color": ORANGE, "line": line},
                    "hoverinfo": "skip",
                }
            )
    spans = [float(np.ptp(path.latents[:, i])) for i in axes]
    alt = (
        f"The path by {_named(axes)} while {swept.short} goes from {number(float(values[0]))} to "
        f"{number(float(values[-1]))}; along it they move through "
        f"{' and '.join(number(span) for span in spans)}. {_ranges(atlas, axes)}"
    )
    shows = f"The path of a signal by {_named(axes)} while {swept.short} is swept"
    named = meta(alt, shows, of, f"orbit by {swept.short}")
    layout = {**_layout(swept, axes, revision), "showlegend": False, "meta": named}
    return {"data": data, "layout": layout}


def carried_figure(table: CarriedTable, of: Subject) -> Figure:
    """The R² of every target, by each probe, as bars from 0 to 1."""
    targets = [row.target for row in table.rows]
    data = []
    for field, colour in (("nonlinear", BLUE), ("linear", "#8cc4ea")):
        values = [float(getattr(row, field)) for row in table.rows]
        data.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": f"{field} probe",
                "y": targets,
                "x": [max(value, 0.0) for value in values],
                "text": [r2(value) for value in values],
                "textposition": "outside",
                "cliponaxis": False,
                "marker": {"color": colour},
                "hovertemplate": "R² of %{y}: %{text}<extra>%{fullData.name}</extra>",
            }
        )
    alt = "R² of what can be read, by the nonlinear and the linear probe of this network: "
    alt += "; ".join(f"{row.target} {r2(row.nonlinear)} and {r2(row.linear)}" for row in table.rows)
    return {
        "data": data,
        "layout": {
            "height": 320,
            "margin": {"l": 82, "r": 40, "t": 30, "b": 50},
            "barmode": "group",
            "bargap": 0.25,
            "bargroupgap": 0.08,
            "uirevision": "carried",
            "xaxis": {
                "title": {"text": "R²", "standoff": 12},
                "range": [0, 1],
                "dtick": 0.25,
                "fixedrange": True,
            },
            "yaxis": {"autorange": "reversed", "fixedrange": True},
            "legend": LEGEND,
            "meta": meta(f"{alt}.", "R² of what the latent values tell of a signal", of, "carried"),
        },
    }


def _hover(family: SignalFamily) -> str:
    """The text at a point that is hovered over, with the last parameter first."""
    lines = [f"{p.key} %{{customdata[{i}]}} {p.where}" for i, p in enumerate(family.parameters)]
    return "<br>".join(line.strip() for line in reversed(lines)) + "<extra></extra>"


def _hover_values(atlas: Atlas) -> list[list[float]]:
    digits = [p.digits for p in atlas.family.parameters]
    columns = [np.round(atlas.values[:, i].astype(float), n) for i, n in enumerate(digits)]
    return cast(list[list[float]], np.stack(columns, axis=1).tolist())


def _points(atlas: Atlas, against: Parameter, axes: Sequence[int]) -> dict[str, Any]:
    """The kind of trace, and x, y and perhaps z of every point."""
    places = [np.ascontiguousarray(atlas.latents[:, i]) for i in axes]
    if len(axes) == 1:
        places.append(atlas.values_of(against))
    kind = "scatter3d" if len(axes) == 3 else "scatter"
    return {"type": kind, **dict(zip("xyz", places, strict=False))}


def _ring(selected: Atlas, coloured: Parameter, axes: Sequence[int]) -> dict[str, Any]:
    """The trace that marks one signal."""
    return {
        **_points(selected, coloured, axes),
        "name": "chosen signal",
        "mode": "markers",
        "marker": {
            "size": 10 if len(axes) == 3 else 18,
            "symbol": "diamond" if len(axes) == 3 else "circle-open",
            "color": MARK,
            "line": {"width": 1 if len(axes) == 3 else 3, "color": MARK},
        },
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _named(axes: Sequence[int]) -> str:
    numbers = [str(i + 1) for i in axes]
    if len(numbers) == 1:
        return f"latent value {numbers[0]}"
    return f"latent values {', '.join(numbers[:-1])} and {numbers[-1]}"


def _ranges(atlas: Atlas, axes: Sequence[int]) -> str:
    return " ".join(
        f"Latent value {i + 1} lies between {number(float(atlas.latents[:, i].min()))} and "
        f"{number(float(atlas.latents[:, i].max()))}."
        for i in axes
    )


def colour_scale(parameter: Parameter) -> dict[str, Any]:
    """The colours that stand for a parameter's values, cyclic for a periodic parameter."""
    scale = CYCLIC if parameter.periodic else SEQUENTIAL
    return {
        "colorscale": [[i / (len(scale) - 1), colour] for i, colour in enumerate(scale)],
        "cmin": parameter.low,
        "cmax": parameter.high,
    }


def _colours(parameter: Parameter) -> dict[str, Any]:
    """The colour scale of a parameter, and its legend above the plot."""
    return {
        **colour_scale(parameter),
        "showscale": True,
        "colorbar": {
            "orientation": "h",
            "thickness": 10,
            "len": 0.9,
            "x": 0.5,
            "y": 1.01,
            "yanchor": "bottom",
            "outlinewidth": 0,
            "title": {"text": parameter.title, "side": "top"},
            **(QUARTERS if parameter.periodic else {}),
        },
    }


def _layout(parameter: Parameter, axes: Sequence[int], revision: str) -> dict[str, Any]:
    """The axes: of latent values, and of the parameter where there is one latent value only."""
    titles: list[dict[str, Any]] = [{"title": {"text": f"latent value {i + 1}"}} for i in axes]
    if len(axes) == 3:
        return {
            "height": 520,
            "margin": {"l": 0, "r": 0, "t": 70, "b": 0},
            "uirevision": revision,
            "scene": {
                "aspectmode": "cube",
                "camera": {
                    "eye": {"x": 1.6, "y": 1.49, "z": 0.83},
                    "center": {"x": 0, "y": 0, "z": -0.18},
                },
                **{f"{name}axis": title for name, title in zip("xyz", titles, strict=True)},
            },
        }
    if len(axes) == 1:
        ticks = QUARTERS if parameter.periodic else {}
        titles.append({"title": {"text": parameter.title}, **ticks})
    across, up = titles
    return {
        "height": 520,
        "margin": {"l": 62, "r": 12, "t": 76, "b": 44},
        "uirevision": revision,
        "hovermode": "closest",
        "xaxis": {**across, "zeroline": False},
        "yaxis": {**up, "zeroline": False},
    }
