"""Signals in, Plotly figures out: plain dictionaries, in the way of `figures`."""

from typing import Any, cast

from sinae.captions import Subject, meta
from sinae.figures import BLUE, LEGEND, ORANGE, Array, Figure, number


def examples_figure(signals: Array, reconstructions: Array | None, of: Subject) -> Figure:
    """Six signals with their reconstructions, in two rows of three.

    Args:
        signals: (6, 101) float32.
        reconstructions: (6, 101) float32, or None where there is no network yet.
        of: the network.
    """
    data, layout = [], cast(dict[str, Any], {})
    for i, signal in enumerate(signals):
        row, column = divmod(i, 3)
        suffix = str(i + 1) if i else ""
        axes = {
            "type": "scatter",
            "mode": "lines",
            "xaxis": f"x{suffix}",
            "yaxis": f"y{suffix}",
            "showlegend": i == 0,
        }
        data.append(
            {
                **axes,
                "y": signal,
                "name": "input",
                "legendgroup": "input",
                "line": {"color": BLUE, "width": 2},
            }
        )
        if reconstructions is not None:
            data.append(
                {
                    **axes,
                    "y": reconstructions[i],
                    "name": "reconstruction",
                    "legendgroup": "reconstruction",
                    "line": {"color": ORANGE, "width": 2, "dash": "5px,3px"},
                }
            )
        layout[f"xaxis{suffix}"] = {
            "domain": [column * 0.345, column * 0.345 + 0.31],
            "anchor": f"y{suffix}",
            "showticklabels": row == 1,
            "range": [0, 100],
            "tickvals": [0, 50],
        }
        layout[f"yaxis{suffix}"] = {
            "domain": [0.53 - row * 0.53, 1 - row * 0.53],
            "anchor": f"x{suffix}",
            "range": [-11, 11],
            "showticklabels": column == 0,
            "dtick": 10,
        }
    alt, shows = "Six example signals; nothing is trained yet.", "Six example signals"
    if reconstructions is not None:
        errors = ((reconstructions - signals) ** 2).mean(axis=1)
        shows += " and their reconstructions"
        alt = (
            "Six example signals and their reconstructions, with mean squared errors "
            + ", ".join(map(number, errors))
            + "."
        )
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
