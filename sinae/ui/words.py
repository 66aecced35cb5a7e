"""How numbers and states are put into words on the pages."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from sinae import baselines
from sinae.baselines import ReferenceLine
from sinae.engine import EngineStatus
from sinae.experiment import Experiment
from sinae.figures import number
from sinae.presets import Preset, Reproduction, presets
from sinae.runs import Snapshot, Status
from sinae.signals import HELD_OUT_SIZE, LENGTH


def duration(seconds: float) -> str:
    """A time as people say it: ``12 s``, ``3 min``, ``1.5 h``."""
    if seconds < 100:
        return f"{max(1, round(seconds))} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"


def network(experiment: Experiment) -> str:
    """The size of a network: its weights, and how much its bottleneck compresses."""
    weights = f"{experiment.weight_count:,} weights"
    if experiment.latent_size is None:
        return f"{weights} · no hidden layer, so no bottleneck and no compression"
    ratio = LENGTH / experiment.latent_size
    return (
        f"{weights} · bottleneck of {experiment.latent_size} · compression "
        f"{LENGTH} : {experiment.latent_size}, {ratio:.3g} to 1"
    )


ERRORS = (
    f"Mean squared error. The held-out signals are {HELD_OUT_SIZE:,} fixed ones that are never "
    "trained on: compare networks by this figure. A batch is new in every step, so its error is "
    "noisy."
)


def trained(step: int, held_out_mse: float | None) -> str:
    """How far a network has come."""
    return f"step {step:,} · held-out MSE {number(held_out_mse)}"


def at_floor(snapshot: Snapshot) -> str:
    """A sentence where a run sits at its floor; else nothing."""
    mse = snapshot.held_out_mse
    if mse is None or not baselines.at_floor(snapshot.experiment, mse):
        return ""
    return (
        f"This run is within {baselines.FLOOR_MARGIN:.0%} of its floor, "
        f"{number(baselines.floor(snapshot.experiment))}: no training takes this network lower, "
        "because it is linear from its last hidden layer on."
    )


def reference_lines(lines: Sequence[ReferenceLine]) -> str:
    """What each line means, as a list in Markdown."""
    return "\n".join(
        f"- **{line.name}**, {number(line.value)}: {line.explanation}" for line in lines
    )


def reproduction_table(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The rows of `sinae.reproduce.row` as a table of Markdown texts, by column title."""
    return [
        {
            "Network": f"**{presets()[row['name']].title}**, {row['steps']:,} steps  \n"
            + presets()[row["name"]].lesson,
            "The post": number(row["post"]),
            "Ours": f"**{number(row['median'])}**  \n{number(row['lowest'])} to "
            f"{number(row['highest'])}, {row['seeds']} seeds",
        }
        for row in rows
    ]


def reproduction(preset: Preset, kept: Reproduction) -> str:
    """What a preset teaches, and how its curves came about, in Markdown."""
    seconds = median(run["seconds"] for run in kept.runs)
    return (
        f"{preset.lesson} Each training took about {duration(seconds)} of one core: "
        f"`{kept.command}`."
    )


def progress(snapshot: Snapshot | None) -> str:
    """Where a run stands: steps done, steps a second, with how many others, time left."""
    if snapshot is None:
        return "Nothing is trained yet: press Train."
    parts = [f"step {snapshot.step:,} of {snapshot.target:,}"]
    if snapshot.status is Status.TRAINING and snapshot.engine is not EngineStatus.UP:
        what = "is starting" if snapshot.engine is EngineStatus.STARTING else "is away just now"
        return f"{parts[0]} · The training engine {what}; this goes on by itself when it is there."
    if snapshot.status is Status.WAITING:
        parts.append(f"waiting for a place: number {snapshot.place or 1} in line")
    elif snapshot.status is not Status.TRAINING:
        parts.append(snapshot.status)
    elif snapshot.steps_per_second is None:
        parts.append("starting")
    else:
        parts.append(f"{snapshot.steps_per_second:,.0f} steps a second")
    if snapshot.status is Status.TRAINING and snapshot.others:
        parts.append(f"training with {snapshot.others} other{'s' * (snapshot.others > 1)}")
    if snapshot.seconds_left:
        parts.append(f"about {duration(snapshot.seconds_left)} left")
    return " · ".join(parts)
