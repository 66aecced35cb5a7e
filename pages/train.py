"""The first page: choose a network, train it, watch it learn."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from sinae.model.experiment import Experiment, refusal_of_more
from sinae.model.numerals import read_number
from sinae.service.run import Run
from sinae.service.snapshot import Command, Snapshot, Status
from sinae.study import post
from sinae.ui import components, confirmation, controls, session, updates
from sinae.ui.text import training as training_text


def begin(chosen: Experiment) -> None:
    """Train a network of these settings from its start."""
    run = session.current_run()
    if run is None or run.trained or run.experiment != chosen:
        run = session.new_run(chosen)
    run.train()


def step(chosen: Experiment) -> None:
    """Train for a single step, of a new network where the settings are new."""
    session.run_for(chosen).step()


def replace(chosen: Experiment) -> None:
    """Train a network of these settings in place of the run in progress."""
    session.new_run(chosen).train()


def new_weights(chosen: Experiment) -> None:
    """Start over from other initial weights."""
    other = chosen.with_next_seed()
    controls.put("seed", other.seed)
    session.new_run(other)


def act(snapshot: Snapshot, method: Callable[..., None], *arguments: object) -> dict[str, Any]:
    """The arguments of a button that asks something of a run."""
    return {"on_click": session.command, "args": (snapshot.key, method, *arguments)}


def steering(snapshot: Snapshot, chosen: Experiment | None) -> None:
    """The row of buttons that steer the run."""
    allowed, invalid = snapshot.commands, chosen is None
    goes_on = snapshot.goes_on_with(chosen)
    with st.container(horizontal=True, key=components.STEERING_ROW):
        main = partial(st.button, type="primary")
        if Command.PAUSE in allowed:
            main("Pause", icon=":material/pause:", **act(snapshot, Run.pause))
        elif Command.RESUME in allowed:
            main("Resume", icon=":material/play_arrow:", **act(snapshot, Run.train))
        else:
            main(
                "Train",
                icon=":material/play_arrow:",
                on_click=confirmation.asked,
                args=(begin, chosen),
                kwargs={"stops": True},  # a run that was begun in another tab meanwhile
                disabled=invalid,
            )
        new = chosen != snapshot.experiment and not snapshot.status.moving
        st.button(
            "Step",
            icon=":material/skip_next:",
            help="Train on a single batch.",
            on_click=step if goes_on else confirmation.asked,
            args=(chosen,) if goes_on else (step, chosen),
            disabled=invalid or not (new or Command.STEP in allowed),
        )
        if snapshot.exists:
            st.button(
                "Stop",
                icon=":material/stop:",
                disabled=Command.STOP not in allowed,
                **act(snapshot, Run.stop),
            )
            st.button(
                "Reset",
                icon=":material/restart_alt:",
                help="Back to the same initial weights, untrained. What was trained is kept: the "
                "Probe and the Latent space offer it.",
                on_click=confirmation.asked,
                args=(session.new_run, snapshot.experiment),
                disabled=Command.RESET not in allowed,
            )
            st.button(
                "New weights",
                icon=":material/casino:",
                help="Start over from other initial weights: the next seed. What was trained is "
                "kept: the Probe and the Latent space offer it.",
                on_click=confirmation.asked,
                args=(new_weights, chosen),
                disabled=invalid or Command.NEW_WEIGHTS not in allowed,
            )
    components.steering(snapshot, "steering_status")


def offer_the_new_settings(snapshot: Snapshot, chosen: Experiment | None) -> None:
    """Say that the controls differ from the run's settings, and how to train with either."""
    differ = "The controls differ from this run's settings."
    underway = snapshot.status.in_progress
    with st.container(horizontal=True, vertical_alignment="center"):
        then = "" if underway or chosen is None else " **Train** starts a new run."
        st.caption(f"{differ}{then}", width="content")
        if underway and chosen:
            st.button(
                "Stop it and train these",
                help="One network trains at a time. What this one has learnt so far is kept.",
                on_click=confirmation.asked,
                args=(replace, chosen),
            )
        st.button(
            "Show this run's settings",
            help="Puts the settings of this run into the controls.",
            on_click=show_settings,
            args=(snapshot.experiment,),
        )


SHOW = "show_settings"  # in the session: that the controls, which are outside, must be drawn anew


def show_settings(experiment: Experiment) -> None:
    """Put a run's settings into the controls."""
    controls.put_all(experiment)
    st.session_state[SHOW] = True


def more_steps(snapshot: Snapshot) -> str:
    """Train beyond what was first asked for; gives a sentence where that is not allowed."""
    typed = st.text_input(
        "More steps", value="10000", width=100, label_visibility="collapsed", key="more"
    )
    message = refusal_of_more(typed, snapshot.step, session.registry().settings.max_steps)
    more = 0 if message else int(read_number(typed, whole=True))
    st.button("Train more", disabled=bool(message), **act(snapshot, Run.train_more, more))
    return message


def steps(snapshot: Snapshot, chosen: Experiment | None) -> None:
    """How long the steps of the controls will take, and more steps for a run that has halted."""
    refusal = ""
    with st.container(horizontal=True, vertical_alignment="center"):
        if chosen is None:  # the control may be out of sight
            st.caption("A setting is not allowed: the sentence in red below its control says why.")
        else:
            seconds = session.registry().seconds_ahead(chosen, session.current_run())
            st.caption(training_text.ahead(chosen, seconds), width="content")
        if Command.TRAIN_MORE in snapshot.commands:
            refusal = more_steps(snapshot)
    if refusal:
        st.markdown(f":red[{refusal}]")


def steer(chosen: Experiment | None, drawn: str) -> None:
    """What steers the run; drawn anew for each status, without the controls."""
    snapshot = session.snapshot(chosen or Experiment())
    if snapshot.id != drawn or st.session_state.pop(SHOW, False):
        st.rerun()  # The whole page: a new run has other settings.
    confirmation.ask()
    steering(snapshot, chosen)
    steps(snapshot, chosen)
    if snapshot.message:
        trouble = snapshot.status in (Status.DIVERGED, Status.FAILED)
        (st.error if trouble else st.info)(snapshot.message, icon=":material/info:")
    if snapshot.exists and chosen != snapshot.experiment:
        offer_the_new_settings(snapshot, chosen)


def page() -> None:
    """Lay the page out. In a function: what a script itself names lives as long as its visitor's
    session does, and a snapshot holds weights."""
    st.title("Can a sine pass through three nodes?")
    introduction, buttons, picture = st.container(), st.container(), st.container()
    left, right = st.columns([8, 3], gap="large")
    with right:
        chosen, allowed = controls.show()

    snapshot = session.snapshot(allowed)
    with introduction:
        st.markdown(training_text.introduction(allowed.family))
    with buttons:
        st.fragment(steer)(chosen, snapshot.id)
    with picture:
        signal = allowed.family.examples.signals[updates.EXAMPLE]
        components.network_editor(allowed, "network", signal, partial(controls.put, "widths"))
        st.caption(training_text.network(allowed))
    with left:
        components.training(snapshot, "training")
        with st.expander("What the lines in the chart mean"):
            st.markdown(training_text.chart_lines(post.reference_lines(snapshot.experiment)))
    controls.page_is_drawn()


page()
