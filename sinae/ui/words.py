"""How numbers and states are put into words on the pages."""

from sinae.runs import Snapshot, Status


def duration(seconds: float) -> str:
    """A time as people say it: ``12 s``, ``3 min``, ``1.5 h``."""
    if seconds < 100:
        return f"{max(1, round(seconds))} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"


def error(mse: float | None) -> str:
    """A mean squared error with three significant digits, or a dash."""
    return "–" if mse is None else f"{mse:#.3g}" if mse < 1e5 else f"{mse:.2e}"


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
