"""The figure of a growing code: the frames of `sinae.growth` in, a Plotly figure out."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sinae.captions import Subject, meta, settings
from sinae.experiment import Experiment
from sinae.figures import Figure, number
from sinae.growth import FREQUENCIES, PHASES, SEED
from sinae.latent_figures import CYCLIC
from sinae.presets import SOLVED
from sinae.schedule import frequency_shares, phase_fans
from sinae.signals import FREQUENCY, TURN

GROWN = {
    "both": "grown from a patch",
    "frequency": "grown in frequency alone",
    "off": "learnt all at once",
}
"""In words, by `Experiment.growth`."""

AHEAD = "rgba(128, 128, 128, 0.55)"
"""Of signals that are not in yet."""


def growth_figure(frames: Sequence[dict[str, Any]]) -> Figure:
    """The loops of phase in the code of one training, a panel for each of six steps.

    Each panel shows the latent values along the two directions in which those loops spread most.

    Args:
        frames: of one growth, in the order of their steps, as `sinae.growth.measure` yields them.
    """
    experiment = replace(SOLVED, growth=frames[0]["growth"])
    layout: dict[str, Any] = {}
    data: list[dict[str, Any]] = []
    titles = []
    for i, frame in enumerate(frames):
        row, column = divmod(i, 3)
        suffix = str(i + 1) if i else ""
        data += _loops(frame, suffix, _let_in(experiment, frame["step"]))
        domain = [column * 0.345, column * 0.345 + 0.31]
        bare = {"showticklabels": False, "zeroline": False, "fixedrange": True}
        layout[f"xaxis{suffix}"] = {**bare, "domain": domain, "anchor": f"y{suffix}"}
        layout[f"yaxis{suffix}"] = {
            **bare,
            "domain": [0.54 - row * 0.54, 0.89 - row * 0.54],
            "anchor": f"x{suffix}",
        }
        titles.append(
            {
                "text": f"step {frame['step']:,}<br>MSE {number(frame['held_out_mse'])}",
                "x": sum(domain) / 2,
                "y": 0.89 - row * 0.54,
                "xref": "paper",
                "yref": "paper",
                "yanchor": "bottom",
                "showarrow": False,
                "font": {"size": 11},
            }
        )
    shows = f"Loops of phase in the code: {GROWN[experiment.growth]}"
    alt = f"{shows}: held-out mean squared error " + ", ".join(
        f"{number(frame['held_out_mse'])} at step {frame['step']:,}" for frame in frames
    )
    of = Subject(settings(experiment), f"seed {SEED}", f"growth {experiment.growth}")
    return {
        "data": data,
        "layout": {
            **layout,
            "height": 380,
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "annotations": titles,
            "showlegend": False,
            "uirevision": experiment.growth,
            "meta": meta(f"{alt}.", shows, of, "loops"),
        },
    }


def _let_in(experiment: Experiment, step: int) -> NDArray[np.bool_]:
    """Which signals of the loops the batches have come to, (loops, POINTS)."""
    last = np.array([step - 1])
    (share,), (fan,) = frequency_shares(experiment, last), phase_fans(experiment, last)
    highest = FREQUENCY.low + share * (FREQUENCY.high - FREQUENCY.low)
    slow = np.array(FREQUENCIES)[:, None] <= highest
    inside: NDArray[np.bool_] = slow & (np.abs(PHASES) <= fan * TURN / 2 + 1e-6)
    return inside


def _loops(frame: dict[str, Any], suffix: str, let_in: NDArray[np.bool_]) -> list[dict[str, Any]]:
    latents = np.array(frame["latents"])
    flat = latents.reshape(-1, latents.shape[-1])
    centred = flat - flat.mean(axis=0)
    flattened = (centred @ np.linalg.svd(centred, full_matrices=False)[2][:2].T).reshape(
        *latents.shape[:2], 2
    )
    colours = np.mod(PHASES, TURN)
    traces = []
    for frequency, points, inside in zip(FREQUENCIES, flattened, let_in, strict=True):
        common = {
            "type": "scatter",
            "xaxis": f"x{suffix}",
            "yaxis": f"y{suffix}",
            "hoverinfo": "skip",
        }
        x, y = points.T
        line = {"color": AHEAD, "width": 1 + FREQUENCIES.index(frequency)}  # the faster, the wider
        traces.append({**common, "mode": "lines", "x": x, "y": y, "line": line})
        marker = {
            "size": 3 + 2 * FREQUENCIES.index(frequency),
            "color": colours[inside],
            "colorscale": [[i / (len(CYCLIC) - 1), one] for i, one in enumerate(CYCLIC)],
            "cmin": 0,
            "cmax": TURN,
        }
        traces.append(
            {
                **common,
                "mode": "markers",
                "x": x[inside],
                "y": y[inside],
                "name": f"frequency {frequency:g}",
                "marker": marker,
            }
        )
    return traces
