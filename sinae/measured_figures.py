"""Figures of what was measured and kept: the presets trained again, bottlenecks of all sizes."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from sinae.baselines import reference_lines, sine_fit_line
from sinae.captions import Subject, meta, settings
from sinae.figures import (
    GREEN,
    ORANGE,
    PURPLE,
    Figure,
    loss_layout,
    number,
    reference_traces,
)
from sinae.presets import Preset


def reproduction_figure(preset: Preset, runs: Sequence[dict[str, Any]]) -> Figure:
    """The held-out MSE of a preset's seeds, with the points that the post printed.

    Args:
        preset: whose runs they are.
        runs: entries of `sinae.presets.reproduction`.
    """
    data: list[dict[str, Any]] = []
    hover = "step %{x:,}<br>MSE %{y:.4g}<extra></extra>"
    for run in runs:
        steps, errors = np.array(run["curve"], np.float32).T
        data.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": steps,
                "y": errors,
                "name": "ours, held-out",
                "legendgroup": "ours",
                "showlegend": run is runs[0],
                "line": {"color": ORANGE, "width": 2},
                "hovertemplate": hover.replace("step", f"seed {run['seed']}, step"),
            }
        )
    alt = f"Held-out mean squared error of {len(runs)} trainings against steps, on a log scale."
    seeds = "seeds " + ", ".join(str(run["seed"]) for run in runs)
    of = Subject(f"{preset.title}: {settings(preset.experiment)}", seeds, f"{preset.name} {seeds}")
    if preset.published:
        steps, errors = np.array(preset.published, np.float32).T
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": steps,
                "y": errors,
                "name": "the post, one batch each",
                "marker": {"color": PURPLE, "size": 8, "symbol": "diamond"},
                "hovertemplate": hover.replace("step", "the post, step"),
            }
        )
        alt += f" The post printed {number(float(errors[-1]))} last."
    lines = [line for line in reference_lines(preset.experiment) if line.kind != "post"]
    data += reference_traces(lines, preset.experiment.steps)
    return {
        "data": data,
        "layout": {
            **loss_layout(lines),
            "uirevision": preset.name,
            "meta": meta(alt, "Held-out mean squared error against training steps", of, "mse"),
        },
    }


def bottleneck_figure(curve: dict[str, list[float]], of: Subject) -> Figure:
    """The MSE against the size of the bottleneck, beside the best linear code.

    Args:
        curve: as `sinae.bottlenecks.kept` gives it.
        of: the recipe.
    """
    sizes, lowest, middle, highest = (
        np.array(curve[name]) for name in ("sizes", "lowest", "median", "highest")
    )
    alt = "Held-out mean squared error by size of the bottleneck: " + ", ".join(
        f"{size:.0f}: {number(error)}" for size, error in zip(sizes, middle, strict=True)
    )
    common = {"type": "scatter", "mode": "lines+markers", "x": sizes}
    return {
        "data": [
            {
                **common,
                "y": np.array(curve["best_linear"]),
                "name": "best linear code",
                "line": {"color": GREEN, "dash": "dash"},
                "hovertemplate": "%{x} numbers<br>best linear MSE %{y:.4g}<extra></extra>",
            },
            {
                **common,
                "y": middle,
                "name": "trained networks, median",
                "line": {"color": ORANGE},
                "error_y": {
                    "type": "data",
                    "symmetric": False,
                    "array": highest - middle,
                    "arrayminus": middle - lowest,
                },
                "hovertemplate": "%{x} nodes<br>held-out MSE %{y:.4g}<extra></extra>",
            },
        ],
        "layout": {
            **loss_layout([sine_fit_line()]),
            "xaxis": {"title": {"text": "bottleneck size"}, "tickvals": sizes},
            "uirevision": "bottlenecks",
            "meta": meta(
                f"{alt}.", "Held-out mean squared error by size of the bottleneck", of, "mse"
            ),
        },
    }
