"""What a host grants its visitors: every limit with its default, set by environment variables."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any


def _limit(default: int, about: str) -> Any:
    return field(default=default, metadata={"about": about})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Each is set by ``SINAE_`` and its name in capitals, such as ``SINAE_MAX_RUNS``.

    Raises:
        ValueError: one is not a whole number of 1 or more, with a sentence that names it.
    """

    workers: int = _limit(os.cpu_count() or 1, "worker processes, of one core each")
    max_runs: int = _limit(24 * (os.cpu_count() or 1), "runs that train at once; the rest wait")
    max_waiting: int = _limit(200, "runs that may wait for a place")
    max_seconds: int = _limit(3600, "seconds that a run may train without a new request")
    grace_seconds: int = _limit(120, "seconds after which the run of a visitor who left is paused")
    keep_seconds: int = _limit(4 * 3600, "seconds after which the runs of one who left are let go")

    def __post_init__(self) -> None:
        for limit in fields(self):
            value = getattr(self, limit.name)
            if not isinstance(value, int) or value < 1:
                raise ValueError(
                    f"SINAE_{limit.name.upper()} must be a whole number of 1 or more; "
                    f"{value!r} is not."
                )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Limits":
        """The limits as the environment sets them."""
        values: dict[str, Any] = {}
        for limit in fields(cls):
            text = environment.get(f"SINAE_{limit.name.upper()}")
            if text is not None:
                values[limit.name] = int(text) if text.strip().isdecimal() else text
        return cls(**values)
