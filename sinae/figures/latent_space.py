"""Latent values in, Plotly figures out: plain dictionaries, in the way of `figures`."""

from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from sinae.analysis.latent_space import Atlas
from sinae.analysis.probes import CarriedTable, r2
from sinae.figures.captions import Subject, meta
from sinae.figures.encoding import Array, Figure, number
from sinae.figures.style import BLUE, GREY, LEGEND, ORANGE
from sinae.model.signals import (
    AMPLITUDE,
    FREQUENCY,
    HAND,
    HAND_PHASE,
    TURN,
    Parameter,
    phase_in_the_middle,
)

SHOWN = 2048
"""Points of an atlas: the first so many held-out signals, which cover all of them evenly."""

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

TITLES = {
    HAND_PHASE: "phase at x = 50 (radians)",
    FREQUENCY: "frequency (radians per point)",
    AMPLITUDE: "amplitude",
}
SHORT = {HAND_PHASE: "phase at x = 50", FREQUENCY: "frequency", AMPLITUDE: "amplitude"}

QUARTERS = {
    "tickvals": [0, TURN / 4, TURN / 2, 3 * TURN / 4, TURN],
    "ticktext": ["0", "π/2", "π", "3π/2", "2π"],
}


def values_of(parameters: Array, parameter: Parameter) -> Array:
    """One of `HAND` of some signals, whose formula's parameters are (n, 3): (n,)."""
    if parameter is HAND_PHASE:
        return phase_in_the_middle(parameters)
    return parameters[:, HAND.index(parameter)]


def describe(parameters: Array) -> str:
    """The three parameters of one signal, (3,), in words."""
    phase, frequency, amplitude = (float(values_of(parameters[None], p)[0]) for p in HAND)
    return f"amplitude {amplitude:.2f}, frequency {frequency:.3f}, phase {phase:.2f} at x = 50"


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
        coloured: which of `HAND` their colour tells.
        axes: which latent values are drawn: two, three, or a single one, against ``coloured``.
        selected: one signal, to be marked.
        revision: of the reader's zoom and point of view, kept as long as it is the same.
        of: the network.
    """
    places = _places(atlas, coloured, axes)
    kind = _kind(axes)
    colours = values_of(atlas.parameters, coloured)
    data: list[dict[str, Any]] = [
        {
            **kind,
            **places,
            "name": "signal",
            "mode": "markers",
            "marker": {
                "size": 3.5 if len(axes) == 3 else 5,
                "opacity": 0.85,
                "color": colours,
                **_colours(coloured),
            },
            "customdata": _hover_values(atlas.parameters),
            "hovertemplate": HOVER,
            "showlegend": False,
        }
    ]
    alt = f"{len(atlas.latents):,} signals by {_named(axes)}, coloured by {SHORT[coloured]}. "
    alt += _ranges(atlas, axes)
    if selected is not None:
        data.append(_ring(selected, coloured, axes))
        alt += f" Marked: a signal with {describe(selected.parameters[0])}."
    shows = f"{len(atlas.latents):,} signals by {_named(axes)}, coloured by {SHORT[coloured]}"
    layout = _layout(coloured, axes, revision)
    return {"data": data, "layout": {**layout, "meta": meta(alt, shows, of, "atlas")}}


def orbit_figure(
    path: Atlas, swept: Parameter, axes: Sequence[int], atlas: Atlas, revision: str, of: Subject
) -> Figure:
    """The path of a signal through latent space while one parameter sweeps, over the atlas.

    Args:
        path: from `sinae.analysis.latent_space.orbit`.
        swept: the one of `HAND` that sweeps.
        axes: as in `atlas_figure`; a single latent value is drawn against ``swept``.
        atlas: drawn in grey behind.
        revision, of: as in `atlas_figure`.
    """
    values = values_of(path.parameters, swept)
    if swept is HAND_PHASE:
        values = np.linspace(0, TURN, len(values), dtype=np.float32)  # its end is 2 pi, not 0
    kind = _kind(axes)
    places = _places(path, swept, axes, values)
    solid = len(axes) == 3
    data: list[dict[str, Any]] = [
        {
            **kind,
            **_places(atlas, swept, axes),
            "name": "all signals",
            "mode": "markers",
            "marker": {"size": 2 if solid else 4, "color": GREY, "opacity": 0.3},
            "hoverinfo": "skip",
        },
        {
            **kind,
            **places,
            "name": f"{SHORT[swept]} swept",
            "mode": "lines+markers",
            "line": {"color": GREY, "width": 3 if solid else 1.5},
            "marker": {"size": 4 if solid else 7, "color": values, **_colours(swept)},
            "customdata": _hover_values(path.parameters),
            "hovertemplate": HOVER,
        },
    ]
    if swept is not HAND_PHASE:
        for name, end, symbol in (("lowest", 0, "circle-open"), ("highest", -1, "square-open")):
            data.append(
                {
                    **kind,
                    **{axis: value[[end]] for axis, value in places.items()},
                    "name": f"{name} {SHORT[swept]}",
                    "mode": "markers",
                    "marker": {
                        "size": 8 if solid else 13,
                        "symbol": symbol,
                        "color": ORANGE,
                        "line": {"width": 3, "color": ORANGE},
                    },
                    "hoverinfo": "skip",
                }
            )
    spans = [float(np.ptp(path.latents[:, i])) for i in axes]
    alt = (
        f"The path by {_named(axes)} while {SHORT[swept]} goes from {number(float(values[0]))} to "
        f"{number(float(values[-1]))}; along it they move through "
        f"{' and '.join(number(span) for span in spans)}. {_ranges(atlas, axes)}"
    )
    shows = f"The path of a signal by {_named(axes)} while {SHORT[swept]} is swept"
    named = meta(alt, shows, of, f"orbit by {SHORT[swept]}")
    layout = {**_layout(swept, axes, revision), "showlegend": False, "meta": named}
    return {"data": data, "layout": layout}


def carried_figure(table: CarriedTable, of: Subject) -> Figure:
    """The R² of every target, by each probe, as bars from 0 to 1."""
    targets = [row.target for row in table.rows]
    bars = [
        ("nonlinear probe", "nonlinear", BLUE),
        ("linear probe", "linear", "#8cc4ea"),
    ]
    data = []
    for name, field, colour in bars:
        values = [float(getattr(row, field)) for row in table.rows]
        data.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": name,
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


HOVER = (
    "amplitude %{customdata[0]}<br>frequency %{customdata[1]}<br>"
    "phase %{customdata[2]} at x = 50<extra></extra>"
)


def _hover_values(parameters: Array) -> list[list[float]]:
    columns = [
        np.round(values_of(parameters, p).astype(float), digits)
        for p, digits in ((AMPLITUDE, 2), (FREQUENCY, 3), (HAND_PHASE, 2))
    ]
    return cast(list[list[float]], np.stack(columns, axis=1).tolist())


def _places(
    atlas: Atlas, against: Parameter, axes: Sequence[int], values: Array | None = None
) -> dict[str, Array]:
    """x, y and perhaps z of every point."""
    places = [np.ascontiguousarray(atlas.latents[:, i]) for i in axes]
    if len(axes) == 1:
        places.append(values_of(atlas.parameters, against) if values is None else values)
    return dict(zip("xyz", places, strict=False))


def _kind(axes: Sequence[int]) -> dict[str, str]:
    return {"type": "scatter3d" if len(axes) == 3 else "scatter"}


def _ring(selected: Atlas, coloured: Parameter, axes: Sequence[int]) -> dict[str, Any]:
    """What marks one signal."""
    return {
        **_kind(axes),
        **_places(selected, coloured, axes),
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
    """The colours that stand for a parameter's values, cyclic for the phase."""
    scale = CYCLIC if parameter is HAND_PHASE else SEQUENTIAL
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
            "title": {"text": TITLES[parameter], "side": "top"},
            **(QUARTERS if parameter is HAND_PHASE else {}),
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
        ticks = QUARTERS if parameter is HAND_PHASE else {}
        titles.append({"title": {"text": TITLES[parameter]}, **ticks})
    across, up = titles
    return {
        "height": 520,
        "margin": {"l": 62, "r": 12, "t": 76, "b": 44},
        "uirevision": revision,
        "hovermode": "closest",
        "xaxis": {**across, "zeroline": False},
        "yaxis": {**up, "zeroline": False},
    }
