"""Figures of what was measured and kept: the presets trained again, bottlenecks of all sizes."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from sinae.analysis.reference_lines import fit_lines, theoretical_lines
from sinae.figures.captions import Subject, meta, settings
from sinae.figures.encoding import Figure, number
from sinae.figures.loss import loss_layout, reference_traces
from sinae.figures.style import GREEN, ORANGE, PURPLE
from sinae.model.signals.sine import SINE
from sinae.study.post import LAST_PRINTS, last_error
from sinae.study.presets import SOLVED, Preset
from sinae.study.reproduction import over_seeds


def reproduction_figure(preset: Preset, runs: Sequence[dict[str, Any]]) -> Figure:
    """The held-out MSE of a preset's stored runs, with the points that the post printed."""

    def trace(name: str, when: str, points: Sequence[Any], **look: Any) -> dict[str, Any]:
        steps, errors = np.array(points, np.float32).T
        hover = f"{when} %{{x:,}}<br>MSE %{{y:.4g}}<extra></extra>"
        named = {"name": name, "hovertemplate": hover}
        return {"type": "scatter", "x": steps, "y": errors, **named, **look}

    data: list[dict[str, Any]] = []
    look: dict[str, Any] = {"mode": "lines", "line": {"color": ORANGE, "width": 2}}
    for run in runs:
        look |= {"legendgroup": "ours", "showlegend": run is runs[0]}
        data.append(trace("ours, held-out", f"seed {run['seed']}, step", run["curve"], **look))
    alt = f"Held-out mean squared error of {len(runs)} trainings against steps, on a log scale."
    seeds = "seeds " + ", ".join(str(run["seed"]) for run in runs)
    of = Subject(f"{preset.title}: {settings(preset.experiment)}", seeds, f"{preset.name} {seeds}")
    if preset.published:
        look = {"mode": "markers", "marker": {"color": PURPLE, "size": 8, "symbol": "diamond"}}
        data.append(trace("the post, one batch each", "the post, step", preset.published, **look))
        ended, name = last_error(preset.published), f"the post, its last {LAST_PRINTS} on average"
        points = [(step, ended) for step, _ in preset.published[-LAST_PRINTS:]]
        look = {"mode": "lines", "line": {"color": PURPLE, "width": 2}}
        data.append(trace(name, "the post, around step", points, **look))
        alt += f" The post's last {LAST_PRINTS} prints average {number(ended)}."
    experiment = preset.experiment
    lines = (*theoretical_lines(experiment), *fit_lines(experiment.family))
    data += reference_traces(lines, experiment.steps)
    return {
        "data": data,
        "layout": {
            **loss_layout(lines),
            "uirevision": preset.name,
            "meta": meta(alt, "Held-out mean squared error against training steps", of, "mse"),
        },
    }


RECIPE = Subject(settings(SOLVED), "the middle width is replaced by the size", "bottlenecks")
"""The networks of all sizes, as their figure names them."""


def bottleneck_figure(measurement: dict[str, Any]) -> Figure:
    """Each seed's mean and worst MSE by size of the bottleneck, beside the best linear code; from
    what `sinae.study.bottlenecks` stored."""
    kept = measurement["sizes"]
    sizes = np.array([entry["size"] for entry in kept])
    numbers = [over_seeds(entry["runs"]) for entry in kept]
    each = [(entry["size"], run) for entry in kept for run in entry["runs"]]
    medians = np.array([found["median"] for found in numbers])
    shows = "Mean squared error by size of the bottleneck"
    alt = f"{shows}, median of {numbers[0]['seeds']} seeds and worst signal of any: " + ", ".join(
        f"{size}: {number(found['median'])} and {number(found['most_worst'])}"
        for size, found in zip(sizes, numbers, strict=True)
    )

    def dots(name: str, field: str, marker: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "scatter",
            "mode": "markers",
            "x": np.array([size for size, _ in each]),
            "y": np.array([run[field] for _, run in each]),
            "customdata": [run["seed"] for _, run in each],
            "name": name,
            "marker": marker,
            "hovertemplate": f"%{{x}} nodes, seed %{{customdata}}<br>{name} MSE %{{y:.4g}}"
            "<extra></extra>",
        }

    crosses = {"color": PURPLE, "size": 8, "symbol": "x-thin-open"}
    return {
        "data": [
            {
                "type": "scatter",
                "mode": "lines+markers",
                "x": sizes,
                "y": np.array([entry["best_linear"] for entry in kept]),
                "name": "best linear code, mean",
                "line": {"color": GREEN, "dash": "dash"},
                "hovertemplate": "%{x} numbers<br>best linear MSE %{y:.4g}<extra></extra>",
            },
            {
                "type": "scatter",
                "mode": "lines",
                "x": sizes,
                "y": medians,
                "showlegend": False,
                "hoverinfo": "skip",
                "line": {"color": ORANGE},
            },
            dots("each seed, mean", "mean_mse", {"color": ORANGE, "size": 7}),
            dots("its worst signal", "worst_mse", crosses),
        ],
        "layout": {
            **loss_layout(fit_lines(SINE)),
            "xaxis": {"title": {"text": "bottleneck size"}, "tickvals": sizes},
            "uirevision": "bottlenecks",
            "meta": meta(f"{alt}.", shows, RECIPE, "mse"),
        },
    }
