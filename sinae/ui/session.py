"""What a page knows of its visitor: the runs that belong to the browser it is shown in."""

import secrets

import streamlit as st

from sinae.experiment import Experiment
from sinae.registry import Registry
from sinae.runs import Run, Snapshot, Status

COOKIE = "sinae_owner"

POLL_SECONDS = (0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4)
"""How often a page may look at a run that moves."""

FIRST_SECONDS = 0.05
"""How often it looks for the first steps, for each run that trains at the same time."""

_registry: Registry | None = None


def use(registry: Registry) -> None:
    """Set the registry of this process: the server does so once, when it starts."""
    global _registry
    _registry = registry


def registry() -> Registry:
    """The registry of this process."""
    if _registry is None:
        raise RuntimeError("The app is started with: streamlit run app.py")
    return _registry


def owner() -> str:
    """The visitor's secret name: a cookie, or one for this session where cookies are refused."""
    if cookie := st.context.cookies.get(COOKIE):
        return cookie
    name: str = st.session_state.setdefault(COOKIE, secrets.token_urlsafe(24))
    return name


def current_run() -> Run | None:
    """The visitor's newest run."""
    return registry().current(owner())


def new_run(experiment: Experiment) -> Run:
    """A new run of the visitor's, which becomes the current one."""
    return registry().create(owner(), experiment)


def run_for(experiment: Experiment) -> Run:
    """The current run where it can go on under these settings, otherwise a new one."""
    run = current_run()
    if run is not None:
        status = run.snapshot().status
        if status.in_progress or (run.experiment == experiment and status is not Status.DIVERGED):
            return run
    return new_run(experiment)


def still_there() -> None:
    """Note that the visitor is there, so that their run goes on."""
    registry().see(owner())


def poll_seconds(snapshot: Snapshot, former: float | None) -> float | None:
    """How often to look at a run; None for one that stands still.

    The more share the workers, the further apart are a run's chunks, and to ask for news that is
    not there costs the training of all. A change draws the page anew, so there is some play.
    """
    if not snapshot.status.moving:
        return None
    if snapshot.status is Status.WAITING:  # the nearer its turn, the sooner
        apart = float(snapshot.place or 1)
    else:
        apart = snapshot.chunk_interval or FIRST_SECONDS * (snapshot.others + 1)
    if former and former / 3 < apart < former * 1.3:
        return former
    return next((seconds for seconds in POLL_SECONDS if seconds >= apart), POLL_SECONDS[-1])
