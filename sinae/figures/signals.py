"""Signals in, Plotly figures out: plain dictionaries, see `sinae.figures.encoding`."""

from typing import Any

from sinae.analysis.latent_space import Collision
from sinae.figures.captions import Subject, meta
from sinae.figures.encoding import Figure, number
from sinae.figures.style import BLUE, GREEN, LEGEND, ORANGE, PURPLE, panel
from sinae.model.arrays import Array
from sinae.model.signals.family import SignalFamily, X


def examples_figure(
    signals: Array, reconstructions: Array | None, family: SignalFamily, of: Subject
) -> Figure:
    """Six signals with their reconstructions, in two rows of three.

    Args:
        signals: (6, 101) float32.
        reconstructions: (6, 101) float32, or None where there is no network yet.
        family: of the signals, whose extent the axes show.
        of: the network.
    """
    drawn = [("input", signals, _line(BLUE))]
    if reconstructions is not None:
        drawn.append(("reconstruction", reconstructions, _line(ORANGE, dashed=True)))
    data: list[dict[str, Any]] = []
    layout: dict[str, Any] = {}
    for i in range(len(signals)):
        place, axes = panel(
            i,
            {"showticklabels": i >= 3, "range": [0, 100], "tickvals": [0, 50]},
            {"showticklabels": i % 3 == 0, **_up(family)},
        )
        layout |= axes
        common = {"type": "scatter", "mode": "lines", "showlegend": i == 0, **place}
        data += [
            {**common, "y": values[i], "name": name, "legendgroup": name, "line": line}
            for name, values, line in drawn
        ]
    alt, shows = "Six example signals; nothing is trained yet.", "Six example signals"
    if reconstructions is not None:
        errors = ((reconstructions - signals) ** 2).mean(axis=1)
        shows += " and their reconstructions"
        alt = f"{shows}, with mean squared errors {', '.join(map(number, errors))}."
    return {
        "data": data,
        "layout": {
            **layout,
            "height": 300,
            "margin": {"l": 34, "r": 8, "t": 30, "b": 26},
            "hovermode": False,
            "legend": LEGEND,
            "meta": {**meta(alt, shows, of, "examples"), "config": {"staticPlot": True}},
        },
    }


def signal_figure(
    signal: Array,
    reconstruction: Array,
    family: SignalFamily,
    of: Subject,
    which: str = "chosen signal",
) -> Figure:
    """One signal, (101,), and its reconstruction by a network."""
    error = number(float(((signal - reconstruction) ** 2).mean()))
    shows = f"The {which} and its reconstruction"
    return {
        "data": [
            _curve(signal, "input", BLUE),
            _curve(reconstruction, "reconstruction", ORANGE, dashed=True),
        ],
        "layout": {
            **_window(220, family),
            "meta": meta(
                f"{shows}, with a mean squared error of {error}.",
                f"{shows}, mean squared error {error}",
                of,
                which,
            ),
        },
    }


def collision_figure(collision: Collision, family: SignalFamily, of: Subject, which: str) -> Figure:
    """Two signals that share a code, and what the decoder draws for them; ``which`` names the pair
    among others."""
    one, other = collision.signals
    first, second = collision.reconstructions
    return {
        "data": [
            _curve(one, "first signal", BLUE),
            _curve(other, "second signal", GREEN),
            _curve(first, "what is drawn of the first", ORANGE, dashed=True),
            _curve(second, "what is drawn of the second", PURPLE, dashed=True),
        ],
        "layout": {
            **_window(300, family),
            "meta": meta(
                "Two signals with nearly the same code: one with "
                f"{family.describe(collision.values[0])}, one with "
                f"{family.describe(collision.values[1])}. Mean squared error between them "
                f"{number(collision.signal_mse)}, between their reconstructions "
                f"{number(collision.reconstruction_mse)}.",
                "Two signals with nearly the same code, and what the decoder draws for them",
                of,
                which,
            ),
        },
    }


def _line(colour: str, *, dashed: bool = False) -> dict[str, Any]:
    return {"color": colour, "width": 2, **({"dash": "5px,3px"} if dashed else {})}


def _curve(values: Array, name: str, colour: str, *, dashed: bool = False) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": X,
        "y": values,
        "name": name,
        "line": _line(colour, dashed=dashed),
        "hovertemplate": "x %{x}<br>%{y:.3g}<extra>%{fullData.name}</extra>",
    }


def _window(height: int, family: SignalFamily) -> dict[str, Any]:
    """The layout of signals over the whole window."""
    return {
        "height": height,
        "margin": {"l": 34, "r": 16, "t": 30, "b": 40},
        "uirevision": "signals",
        "xaxis": {"range": [0, 100], "tickvals": [0, 25, 50, 75, 100], "title": {"text": "x"}},
        "yaxis": _up(family),
        "legend": LEGEND,
    }


def _up(family: SignalFamily) -> dict[str, Any]:
    """A vertical axis on which all signals of a family fit."""
    extent, _ = family.extents
    return {"range": [-1.1 * extent, 1.1 * extent], "dtick": extent}
