"""What a host grants its visitors: every limit with its default, set by environment variables.

The README's table of these variables says of each what it says here: a test compares them.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from sinae.model.experiment import MAX_STEPS

CORES = os.cpu_count() or 1


def _limit(default: int, about: str, most: int | None = None, shown: str = "") -> Any:
    """A limit's default, what it is, the most it may be, and the default in words, for where it
    depends on the machine."""
    about_it = {"about": about, "most": most, "shown": shown or str(default)}
    return field(default=default, metadata=about_it)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Each is set by ``SINAE_`` and its name in capitals, such as ``SINAE_MAX_RUNS``.

    Raises:
        ValueError: one is not a whole number of 1 or more, or is more than it may be, with a
            sentence that names it.
    """

    workers: int = _limit(CORES, "worker processes, of one core each", shown="cores")
    max_runs: int = _limit(
        24 * CORES, "runs that train at once; the rest wait in line", shown="24 a core"
    )
    max_waiting: int = _limit(200, "runs that may wait for a place")
    max_steps: int = _limit(MAX_STEPS, "steps of a run, the added ones included", MAX_STEPS)
    max_seconds: int = _limit(3600, "seconds that a run may train without a new request")
    grace_seconds: int = _limit(120, "seconds after which the run of a visitor who left is paused")
    keep_seconds: int = _limit(4 * 3600, "seconds after which the runs of one who left are let go")
    max_kept: int = _limit(4, "trained runs kept for each visitor, who is asked before one goes")
    max_kept_mb: int = _limit(500, "MB of runs kept in all; the longest unseen go first")
    max_tabs: int = _limit(20, "pages that may follow one run at once")

    def __post_init__(self) -> None:
        for limit in fields(self):
            value, most = getattr(self, limit.name), limit.metadata["most"]
            if not isinstance(value, int) or not 1 <= value <= (most or value):
                allowed = f"from 1 to {most:,}" if most else "of 1 or more"
                raise ValueError(
                    f"SINAE_{limit.name.upper()} must be a whole number {allowed}; "
                    f"{value!r} is not."
                )

    def refusal_of_steps(self, steps: int) -> str:
        """Why no run of so many steps is trained here, in a sentence; empty where it is."""
        if steps <= self.max_steps:
            return ""
        return f"A run has at most {self.max_steps:,} steps on this host; {steps:,} are too many."

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Limits":
        """The limits as the environment sets them."""
        values: dict[str, Any] = {}
        for limit in fields(cls):
            text = environment.get(f"SINAE_{limit.name.upper()}")
            if text is not None:
                values[limit.name] = int(text) if text.strip().isdecimal() else text
        return cls(**values)
