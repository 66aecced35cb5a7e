"""This process, as pages tell it from another one; and what is lost with it.

After a restart a page is still there, drawn by a process that is not. It knows so by `INSTANCE`.
"""

import secrets
from urllib.parse import urlencode

from sinae.model.experiment import Experiment
from sinae.service.snapshot import Snapshot, Status
from sinae.ui.paths import address

INSTANCE = secrets.token_hex(8)
"""A random name of this process."""

HALTED = {
    Status.PAUSED: "was paused at",
    Status.STOPPED: "was stopped at",
    Status.FAILED: "had failed at",
    Status.DIVERGED: "had diverged at",
}
"""How a run came to stand still before it had made all its steps."""


def lost(snapshot: Snapshot) -> str:
    """What a visitor is told of their newest run, or of none, once this process is gone."""
    if not snapshot.exists:
        return "You had no run there, so nothing is lost."
    name = f"{snapshot.experiment.title},"
    if not snapshot.step:
        return f"Your run {name} had not made a step yet and is gone with the old one."
    if snapshot.status is Status.FINISHED:
        reached = f"had finished its {snapshot.step:,} steps"
    else:
        how = HALTED.get(snapshot.status, "had reached")
        reached = f"{how} step {snapshot.step:,} of {snapshot.target:,}"
    why = "runs are kept in a server's memory"
    return f"Your run {name} {reached} and is gone with the old one: {why}."


def lost_before(count: int) -> str:
    """What a visitor is told of so many runs that they trained before their newest."""
    if not count:
        return ""
    return "So is the one before it." if count == 1 else f"So are the {count} before it."


def settings_address(experiment: Experiment) -> str:
    """The address of the Train page whose controls describe an experiment."""
    return address(f"?{urlencode(experiment.to_query())}")
