"""What a host sets by environment variables: every setting with its default, meaning and bounds.

The README's table of these variables says of each what it says here: a test compares them.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any
from urllib.parse import urlsplit

from sinae.model.experiment import MAX_STEPS

CORES = os.cpu_count() or 1

SCHEDULER_HOST = re.compile(r"[\w.:%-]+")  # a name or an address, also of IPv6

# A source of the directive `frame-ancestors`, and a host, with the one place where an asterisk may
# be. Neither can end the directive or the header.
SOURCE = re.compile(
    r"\*|'self'|[a-z][a-z0-9+.-]*:|(https?://)?(\*\.)?[\w-]+(\.[\w-]+)*(:(\d+|\*))?", re.A
)
HOST = re.compile(r"\*|(\*\.)?[\w-]+(\.[\w-]+)*|[0-9a-f:]*:[0-9a-f:.]*", re.A)


def _whole(default: int, meaning: str, most: int | None = None, shown: str = "") -> Any:
    """A whole number: its default, what it means, the most it may be, and the default in words, for
    where it depends on the machine."""
    shown = shown or str(default)
    return field(default=default, metadata={"meaning": meaning, "most": most, "shown": shown})


def _text(meaning: str, default: str = "") -> Any:
    """A text: what it means, and its default."""
    return field(default=default, metadata={"meaning": meaning, "shown": default})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Each is set by ``SINAE_`` and its name in capitals, such as ``SINAE_MAX_RUNS``.

    Raises:
        ValueError: a number is not a whole one of 1 or more, or is more than it may be; or the
            scheduler's address is none, or is not protected by TLS, and nobody has allowed that; or
            a list of sites or hosts holds what is none. A sentence names the variable.
    """

    workers: int = _whole(CORES, "worker processes, of one core each", shown="cores")
    max_runs: int = _whole(
        24 * CORES, "runs that train at once; the rest wait in line", shown="24 a core"
    )
    max_waiting: int = _whole(200, "runs that may wait for a place")
    max_steps: int = _whole(MAX_STEPS, "steps of a run, the added ones included", MAX_STEPS)
    max_seconds: int = _whole(3600, "seconds that a run may train without a new request")
    grace_seconds: int = _whole(120, "seconds after which the run of a visitor who left is paused")
    keep_seconds: int = _whole(4 * 3600, "seconds after which the runs of one who left are let go")
    max_kept: int = _whole(4, "trained runs kept for each visitor, who is asked before one goes")
    max_kept_mb: int = _whole(
        500,
        "MB that all runs take; of those that stand still the one steered longest ago goes first",
    )
    max_tabs: int = _whole(20, "pages that may follow one run at once")
    programs: str = _text(
        "a directory, of this user alone, where workers keep compiled networks; without, one for "
        "as long as the app runs"
    )
    scheduler: str = _text("`tls://host:8786`: train on an existing Dask cluster instead")
    allow_insecure_scheduler: str = _text(
        "`yes`: one without TLS, where whoever reaches it can run code"
    )
    allowed_hosts: str = _text(
        "names under which the app answers, such as `app.example.org *.example.com`; the default "
        "is any: one server behind nginx has many",
        "*",
    )
    frame_ancestors: str = _text(
        "sites that may show the app in a frame, such as `'self' https://courses.example.org`, or "
        "`'none'`; the default is any, as a course page needs it",
        "*",
    )

    def __post_init__(self) -> None:
        for setting in fields(self):
            value, most = getattr(self, setting.name), setting.metadata.get("most")
            if setting.type is str or (isinstance(value, int) and 1 <= value <= (most or value)):
                continue
            allowed = f"from 1 to {most:,}" if most else "of 1 or more"
            raise ValueError(
                f"{variable(setting.name)} must be a whole number {allowed}; {value!r} is not."
            )
        insecure = self.allow_insecure_scheduler == "yes"
        if self.scheduler and not self.scheduler.startswith("tls://") and not insecure:
            raise ValueError(
                "SINAE_SCHEDULER must start with tls://, because whoever reaches a scheduler can "
                "run code on its workers; set SINAE_ALLOW_INSECURE_SCHEDULER=yes to do without."
            )
        if self.scheduler and not _has_host_and_port(self.scheduler):
            raise ValueError(
                "SINAE_SCHEDULER must have a host and a port, such as tls://host:8786; "
                f"{self.scheduler!r} has not."
            )
        if not self.hosts or not all(map(HOST.fullmatch, self.hosts)):
            raise ValueError(
                "SINAE_ALLOWED_HOSTS must be * or names of hosts without ports, such as "
                f"app.example.org *.example.com; {self.allowed_hosts!r} is not."
            )
        sources = [] if self.frame_ancestors == "'none'" else self.frame_ancestors.split(" ")
        if not all(map(SOURCE.fullmatch, sources)) or {"self", "none"} & set(sources):
            raise ValueError(
                "SINAE_FRAME_ANCESTORS must be *, 'none', or sites with spaces between them, such "
                f"as 'self' https://courses.example.org; {self.frame_ancestors!r} is not."
            )

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names under which the app answers, in lower case; ``*`` is any."""
        return tuple(self.allowed_hosts.replace(",", " ").lower().split())

    @property
    def answer_bytes(self) -> int:
        """The bytes that encoded answers may take, a tenth of what is kept."""
        return self.max_kept_mb * 100_000

    @property
    def run_bytes(self) -> int:
        """The bytes that runs may take: the rest."""
        return self.max_kept_mb * 1_000_000 - self.answer_bytes

    def refusal_of_steps(self, steps: int) -> str:
        """Why no run of so many steps is trained here, in a sentence; empty where it is."""
        if steps <= self.max_steps:
            return ""
        return f"A run has at most {self.max_steps:,} steps on this host; {steps:,} are too many."

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """The settings as the environment has them."""
        values: dict[str, Any] = {}
        for setting in fields(cls):
            text = environment.get(variable(setting.name))
            if text is not None:
                number = setting.type is int and text.strip().isdecimal()
                values[setting.name] = int(text) if number else text
        return cls(**values)


def _has_host_and_port(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return bool(SCHEDULER_HOST.fullmatch(parts.hostname or "") and parts.port) and address == (
            f"{parts.scheme}://{parts.netloc}"
        )
    except ValueError:  # of a port that is none, or of half a bracket
        return False


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"SINAE_{name.upper()}"


def programs(environment: Mapping[str, str] = os.environ) -> str:
    """The one setting that the command line and workers have to do with; the others may be wrong
    there."""
    return environment.get(variable("programs"), "")


def temporary_directory(environment: Mapping[str, str] = os.environ) -> str:
    """Where the host wants temporary files, on a system where one can say so; else empty."""
    return environment.get("TMPDIR", "")
