"""The figure of a growing code: the frames of `sinae.study.growth` in, a Plotly figure out."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sinae.figures.captions import Subject, meta, settings
from sinae.figures.encoding import Figure, number
from sinae.figures.latent_space import colour_scale
from sinae.figures.style import panel
from sinae.model.schedule import part_after
from sinae.model.signals.family import TURN
from sinae.model.signals.sinusoid import PHASE
from sinae.study.growth import PHASES, SEED, loops
from sinae.study.presets import SOLVED

IN_WORDS = {
    "both": "grown from a patch",
    "frequency": "grown in frequency alone",
    "off": "learnt all at once",
}
"""A few words for each value of `Experiment.growth` that is shown."""

AHEAD = "rgba(128, 128, 128, 0.55)"
"""The colour of signals that are not let in yet."""

HEIGHT = 0.37
"""The height of a panel as a share of the figure's; its title stands above it."""


def growth_figure(frames: Sequence[dict[str, Any]]) -> Figure:
    """The loops of phase in the code of one training, a panel for each of its six frames.

    Each panel shows the latent values along the two directions in which those loops spread most.
    The frames are in the order of their steps, as `sinae.study.growth.measure` yields them.
    """
    experiment = replace(SOLVED, growth=frames[0]["growth"])
    layout: dict[str, Any] = {"annotations": []}
    data: list[dict[str, Any]] = []
    bare = {"showticklabels": False, "zeroline": False, "fixedrange": True}
    for i, frame in enumerate(frames):
        place, axes = panel(i, bare, bare, HEIGHT)
        layout |= axes
        let_in = part_after(experiment, frame["step"]).holds(loops())
        data += [{**trace, **place} for trace in _loops(np.array(frame["latents"]), let_in)]
        title = f"step {frame['step']:,}<br>MSE {number(frame['held_out_mse'])}"
        layout["annotations"].append(
            {
                "text": title,
                "x": 0.5,
                "y": 1,
                "xref": f"{place['xaxis']} domain",
                "yref": f"{place['yaxis']} domain",
                "yanchor": "bottom",
                "showarrow": False,
                "font": {"size": 11},
            }
        )
    shows = f"Loops of phase in the code: {IN_WORDS[experiment.growth]}"
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
            "showlegend": False,
            "uirevision": experiment.growth,
            "meta": meta(f"{alt}.", shows, of, "loops"),
        },
    }


def _loops(latents: NDArray[np.float64], let_in: NDArray[np.bool_]) -> list[dict[str, Any]]:
    """The traces of some latents, (loops, POINTS, latent size): each loop, the faster the wider,
    and in colours where it is let in, (loops, POINTS)."""
    flat = latents.reshape(-1, latents.shape[-1])
    centred = flat - flat.mean(axis=0)
    seen = (centred @ np.linalg.svd(centred, full_matrices=False)[2][:2].T).reshape(
        *latents.shape[:2], 2
    )
    traces = []
    for i, (points, inside) in enumerate(zip(seen, let_in, strict=True)):
        common = {"type": "scatter", "hoverinfo": "skip"}
        line = {"color": AHEAD, "width": 1 + i}
        color = np.mod(PHASES, TURN)[inside]
        marker = {"size": 3 + 2 * i, "color": color, **colour_scale(PHASE)}
        x, y = points.T
        traces += [
            {**common, "mode": "lines", "x": x, "y": y, "line": line},
            {**common, "mode": "markers", "x": x[inside], "y": y[inside], "marker": marker},
        ]
    return traces
