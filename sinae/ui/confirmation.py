"""Asks before work goes: a run in progress that another one stops, a trained network that goes."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from sinae.figures import captions
from sinae.ui import session

WANTED = "wanted"
"""In the session: what is done once the visitor has agreed, and whether it stops a run."""


def asked(act: Callable[..., Any], *arguments: Any, stops: bool = False) -> None:
    """Do something that makes a new run: at once where nothing is lost, else once `ask` has asked;
    only in a callback.

    Args:
        act, arguments: what to do.
        stops: whether the visitor was not told that it stops their run in progress.
    """
    run = session.current_run()
    stops = stops and run is not None and run.moving
    if stops or session.registry().leaving(session.owner()):
        st.session_state[WANTED] = (act, arguments, stops)
    else:
        act(*arguments)


def ask() -> None:
    """Ask, where something waits for the visitor to agree."""
    if WANTED in st.session_state:
        act, arguments, stops = st.session_state.pop(WANTED)
        title = "Stop the run in progress?" if stops else "Let the oldest network go?"
        st.dialog(title)(_dialog)(act, arguments, stops)


def _dialog(act: Callable[..., Any], arguments: tuple[Any, ...], stops: bool) -> None:
    registry = session.registry()
    if stops:
        st.markdown("One network trains at a time. What the other has learnt so far is kept.")
    for run in registry.leaving(session.owner()):
        snapshot = run.snapshot()
        st.markdown(
            f"This app keeps {registry.settings.max_kept} trained networks for you. The oldest one "
            f"goes when you begin another: **{snapshot.experiment.title}**, "
            f"{captions.trained(snapshot.step, snapshot.held_out_mse)}."
        )
    label = "Stop it and train this one" if stops else "Let it go and begin"
    if st.button(label, type="primary", on_click=act, args=arguments):
        st.rerun()
