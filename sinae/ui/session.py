"""What a page knows of its visitor: the runs that belong to the browser it is shown in."""

import secrets
from collections.abc import Callable

import streamlit as st

from sinae.model.experiment import Experiment
from sinae.service.registry import Registry
from sinae.service.run import Run
from sinae.service.snapshot import Snapshot

COOKIE = "sinae_owner"
"""The cookie with a visitor's secret name, by which a balancer keeps them at one server too."""

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
    # Remembered too: a callback may run when the browser is gone, and its cookies with it.
    remembered = st.session_state.get(COOKIE)
    name = st.context.cookies.get(COOKIE) or remembered or secrets.token_urlsafe(24)
    st.session_state[COOKIE] = name
    return name


def current_run() -> Run | None:
    """The visitor's newest run."""
    return registry().current(owner())


def snapshot(experiment: Experiment) -> Snapshot:
    """The visitor's newest run as it is now; without one the null form, of an experiment."""
    run = current_run()
    return run.snapshot() if run else Snapshot.of_no_run(experiment)


def command(key: str, act: Callable[..., None], *arguments: object) -> None:
    """Have the run with a secret key do something, where it is still there."""
    registry().steer(key, act, *arguments)


def new_run(experiment: Experiment) -> Run:
    """A new run of the visitor's, which becomes the current one."""
    return registry().create(owner(), experiment)


def run_for(experiment: Experiment) -> Run:
    """The current run where it can go on under these settings, otherwise a new one."""
    run = current_run()
    if run is not None and run.snapshot().goes_on_with(experiment):
        return run
    return new_run(experiment)
