"""How numbers and states are put into words on the pages."""

import math
from collections.abc import Sequence

import numpy as np

from sinae.analysis import linear_code
from sinae.analysis.reference_lines import ReferenceLine
from sinae.figures.encoding import number
from sinae.model.experiment import DEFAULT_SIGNALS, Experiment
from sinae.model.held_out import HeldOutErrors
from sinae.model.schedule import Part, part_after
from sinae.model.signals.family import HELD_OUT_SIZE, LENGTH, SignalFamily
from sinae.service.snapshot import EngineStatus, Snapshot, Status

ROUNDING = 0.005
"""A standard error below this share of its mean is hidden by the three digits of that."""


COUNTS = ("one", "two", "three", "four", "five")


def duration(seconds: float) -> str:
    """A time as people say it: ``12 s``, ``3 min``, ``1.5 h``."""
    if seconds < 100:
        return f"{max(1, round(seconds))} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"


def introduction(family: SignalFamily) -> str:
    """What an autoencoder is, and what its signals are made from."""
    *names, last = (parameter.key for parameter in family.parameters)
    numbers = f"just {COUNTS[len(names)]} numbers: {', '.join(names)} and {last}"
    if not names:
        numbers = f"a single number, its {last}"
    return (
        f"An **autoencoder** squeezes a signal of {LENGTH} points through a narrow waist, the "
        "**bottleneck**, and must draw it again from the few numbers that came through. Every "
        f"signal here is a {family.member}, made from {numbers}. Press **Train** and watch a "
        "network find that out by itself."
    )


def network(experiment: Experiment) -> str:
    """The size of a network: its weights, and how far its bottleneck squeezes a signal; and which
    signals it gets, where these are not those that the page speaks of."""
    other = f" · {experiment.family.about}" if experiment.signals != DEFAULT_SIGNALS else ""
    weights, size = f"{experiment.weight_count:,} weights", experiment.latent_size
    if size is None:
        return f"{weights} · no hidden layer, so nothing is squeezed{other}"
    numbers = f"{size} number{'s' * (size > 1)}"
    ratio = LENGTH / size
    times = f", {ratio:.{0 if ratio >= 10 else 1}f} times fewer" if ratio > 1 else ""
    return f"{weights} · {LENGTH} points go through {numbers}{times}{other}"


ERRORS = (
    f"Mean squared error. The held-out signals are {HELD_OUT_SIZE:,} fixed ones that are never "
    "trained on: compare networks by this figure. After ± stands its standard error: a few badly "
    "drawn signals may carry much of a mean, and other signals would give another one. The worst "
    "is the error of the worst-drawn of them. A batch is new in every step, so its error is noisy."
)


def uncertain(errors: HeldOutErrors | None) -> str:
    """A mean error and its standard error, in as many digits as are certain."""
    if errors is None:
        return number(None)
    mean, error = number(errors.mean), errors.standard_error
    if error < ROUNDING * errors.mean or not math.isfinite(error):
        return mean
    rounded = float(f"{error:.1g}")
    if "e" in mean:
        return f"{mean} ± {rounded:.0e}".replace("e-0", "e-")
    return f"{mean} ± {np.format_float_positional(rounded, trim='-')}"


def ahead(experiment: Experiment, seconds: float | None) -> str:
    """How long an experiment will take, before it has begun."""
    steps = f"{experiment.steps:,} step{'s' * (experiment.steps > 1)}"
    return f"{steps}: about {duration(seconds)} here." if seconds else f"{steps}."


def announcement(snapshot: Snapshot) -> str:
    """What a screen reader says when a run comes to another status."""
    reached = f"at step {snapshot.step:,}; held-out error {number(snapshot.held_out_mse)}"
    match snapshot.status:
        case Status.READY:
            said = "Ready to train."
        case Status.WAITING:
            said = f"Waiting for a place: number {snapshot.position or 1} in line."
        case Status.TRAINING:
            said = "Training."
        case status:
            said = f"{status.capitalize()} {reached}."
    return " ".join(filter(None, [said, snapshot.message, snapshot.warning]))


def notes(snapshot: Snapshot) -> list[str]:
    """What there is to say of a run's errors, a sentence or two each."""
    return [note for note in (snapshot.warning, let_in(snapshot), at_floor(snapshot)) if note]


def let_in(snapshot: Snapshot) -> str:
    """Which part of a growing family is in, and what that does to the errors, as long as it is not
    the whole; else nothing."""
    experiment, errors = snapshot.experiment, snapshot.errors
    part = part_after(experiment, snapshot.step)
    if errors is None or part.is_whole:
        return ""
    all_at = max(p.growth.all_at for p in experiment.growing if p.growth)
    return (
        f"Growing from a patch: so far the batches hold {_let_in(part)}. "
        f"On held-out signals of that part the error is {number(errors.let_in)}; the "
        f"{number(errors.mean)} of all counts {experiment.family.members} that the network has "
        f"never seen, and is no overfitting. All are in after {all_at:.0%} of the steps."
    )


def _let_in(part: Part) -> str:
    told = []
    for p, share in reversed([*zip(part.parameters, part.shares, strict=True)]):
        if p.growth and p.periodic:
            told.append(
                f"all {p.plural}" if share >= 1 else f"{share:.0%} of the circle of {p.plural}"
            )
        elif p.growth:
            reached = p.low + share * (p.high - p.low)
            told.append(f"{p.plural} up to {reached:.2f} of {p.high:g} {p.unit}")
    return ", and ".join(told)


def at_floor(snapshot: Snapshot) -> str:
    """A sentence where a run sits at its floor; else nothing."""
    mse = snapshot.held_out_mse
    if mse is None or not linear_code.at_floor(snapshot.experiment, mse):
        return ""
    return (
        f"This run is within {linear_code.FLOOR_MARGIN:.0%} of its floor, "
        f"{number(linear_code.floor(snapshot.experiment))}: no training takes this network lower, "
        "because it is linear from its last hidden layer on."
    )


CURVES = """- **batch**: the errors of the batches trained on, each of fresh signals; the band \
goes from the smallest to the largest.
- **held-out**: the error on a fixed set of signals that are never trained on.
- **held-out, let in so far**: where the family grows, the error on those of them that batches are \
drawn from by then. The held-out line counts the others too, which were never shown so far."""
"""What the chart draws of a run, as a list in Markdown."""


def chart_lines(lines: Sequence[ReferenceLine]) -> str:
    """What each line means, those of the run before those to compare with, as a list in
    Markdown."""
    compared = [f"- **{line.name}**, {number(line.value)}: {line.explanation}" for line in lines]
    return "\n".join([CURVES, *compared])


def progress(snapshot: Snapshot) -> str:
    """Where a run stands: steps done, steps a second, with how many others, time left."""
    if not snapshot.exists:
        return "Nothing is trained yet: press Train."
    parts = [f"step {snapshot.step:,} of {snapshot.target:,}"]
    if snapshot.status is Status.TRAINING and snapshot.engine is not EngineStatus.UP:
        what = "is starting" if snapshot.engine is EngineStatus.STARTING else "is away just now"
        return f"{parts[0]} · The training engine {what}; this goes on by itself when it is there."
    if snapshot.status is Status.WAITING:
        parts.append(f"waiting for a place: number {snapshot.position or 1} in line")
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
