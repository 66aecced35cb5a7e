"""What a page knows of its visitor: the runs that belong to the browser it is shown in."""

import re
import secrets
from collections.abc import Callable

import streamlit as st

from sinae.model.experiment import Experiment
from sinae.service.registry import Registry
from sinae.service.run import Run
from sinae.service.snapshot import Snapshot
from sinae.ui.protocol import OWNER_NAME

COOKIE = "sinae_owner"
"""The cookie with a visitor's secret name, by which a balancer keeps them at one server too."""

OFFERED = "offered_name"
"""In the session: the name that the visitor has where the browser keeps none."""

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


def new_name() -> str:
    """A secret name that nobody has yet and nobody can guess, of the form `OWNER_NAME`."""
    return secrets.token_urlsafe(24)


def is_name(text: str) -> bool:
    """Whether a text has the form of a visitor's name: others may be long, and are kept nowhere."""
    return re.fullmatch(OWNER_NAME, text) is not None


def cookie() -> str | None:
    """The name in the visitor's cookie; None where their browser sent none."""
    name = st.context.cookies.get(COOKIE)
    return name if isinstance(name, str) and is_name(name) else None


def owner() -> str:
    """The visitor's secret name: the browser's, once that has told it; until then, and where it
    keeps none, one for this session."""
    # Kept in the session: a callback may run when the browser is gone, and its cookies with it.
    if name := cookie():
        st.session_state[COOKIE] = name
    return str(st.session_state.get(COOKIE) or st.session_state.setdefault(OFFERED, new_name()))


def owner_is_known() -> bool:
    """Whether the browser has told the visitor's name, or that it keeps none."""
    owner()  # takes note of the cookie
    return COOKIE in st.session_state


def take_name(told: object) -> None:
    """Take the name that a browser without the cookie keeps elsewhere. It is the visitor's for the
    whole session; what has not the form of one stands for none kept."""
    if not owner_is_known():
        kept = isinstance(told, str) and is_name(told)
        st.session_state[COOKIE] = told if kept else owner()


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
