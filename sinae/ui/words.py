"""How numbers and states are put into words on the pages."""

from sinae.experiment import Experiment
from sinae.figures import number
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


def errors(snapshot: Snapshot | None) -> str:
    """The two errors of a run, in Markdown."""
    held_out, batch = (snapshot.held_out_mse, snapshot.batch_mse) if snapshot else (None, None)
    return f"MSE **{number(held_out)}** on held-out signals, {number(batch)} on the last batch"


def progress(snapshot: Snapshot) -> str:
    """Where a run stands: steps done, steps a second, time left."""
    parts = [f"step {snapshot.step:,} of {snapshot.target:,}"]
    if snapshot.status is not Status.TRAINING:
        parts.append(snapshot.status)
    elif snapshot.steps_per_second is None:
        parts.append("starting")
    else:
        parts.append(f"{snapshot.steps_per_second:,.0f} steps a second")
    if snapshot.seconds_left:
        parts.append(f"{duration(snapshot.seconds_left)} left")
    return " · ".join(parts)
