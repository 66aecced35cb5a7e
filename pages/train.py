"""The first page: choose a network, train it, watch it learn."""

from functools import partial

import streamlit as st

from sinae import baselines, signals
from sinae.experiment import Experiment, refusal_of_more
from sinae.runs import Run, Snapshot, Status
from sinae.ui import components, controls, live, session, words


def begin(chosen: Experiment) -> None:
    """Train a network of these settings from its start."""
    run = session.run_for(chosen)
    if run.snapshot().step:
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


def steering(run: Run | None, snapshot: Snapshot | None, chosen: Experiment | None) -> None:
    """The row of buttons that steer the run."""
    status = snapshot.status if snapshot else Status.READY
    invalid = chosen is None
    same = snapshot is not None and snapshot.experiment == chosen
    with st.container(horizontal=True):
        main = partial(st.button, type="primary")
        if run and status.moving:
            main("Pause", icon=":material/pause:", on_click=run.pause)
        elif run and status in (Status.PAUSED, Status.FAILED):
            main("Resume", icon=":material/play_arrow:", on_click=run.train)
        else:
            main(
                "Train",
                icon=":material/play_arrow:",
                on_click=begin,
                args=(chosen,),
                disabled=invalid,
            )
        st.button(
            "Step",
            icon=":material/skip_next:",
            help="Train on a single batch.",
            on_click=step,
            args=(chosen,),
            disabled=invalid or status.moving or (status is Status.DIVERGED and same),
        )
        if run and snapshot:
            st.button(
                "Stop", icon=":material/stop:", on_click=run.stop, disabled=not status.in_progress
            )
            st.button(
                "Reset",
                icon=":material/restart_alt:",
                help="Back to the same initial weights, untrained.",
                on_click=run.reset,
                disabled=status is Status.READY,
            )
            st.button(
                "New weights",
                icon=":material/casino:",
                help="Start over from other initial weights: the next seed.",
                on_click=new_weights,
                args=(chosen,),
                disabled=invalid,
            )


def offer_the_new_settings(snapshot: Snapshot, chosen: Experiment) -> None:
    """Say that the controls differ from the run's settings, and how to train with them."""
    differ = "The controls differ from this run's settings."
    if not snapshot.status.in_progress:
        st.caption(f"{differ} **Train** starts a new run.")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(differ, width="content")
        st.button(
            "Stop it and train these",
            help="One network trains at a time. What this one has learnt so far is kept.",
            on_click=replace,
            args=(chosen,),
        )


def more_steps(run: Run, snapshot: Snapshot) -> None:
    """Train beyond what was first asked for."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        more = st.number_input("More steps", value=10_000, step=1000, width=160)
        message = refusal_of_more(more, snapshot.step, session.registry().limits.max_steps)
        st.button("Train more", on_click=run.train_more, args=(more,), disabled=bool(message))
    if message:
        st.markdown(f":red[{message}]")


def training(chosen: Experiment | None, allowed: Experiment, drawn: str | None) -> None:
    """The run and what steers it; drawn anew for each status, without the controls."""
    run = session.current_run()
    if (run.id if run else None) != drawn:
        st.rerun()  # The whole page: a new run has other settings.
    snapshot = run.snapshot() if run else None
    steering(run, snapshot, chosen)
    if chosen is None:  # the control may be out of sight
        st.caption("A setting is not allowed: the sentence in red below its control says why.")
    if snapshot and snapshot.message:
        trouble = snapshot.status in (Status.DIVERGED, Status.FAILED)
        (st.error if trouble else st.info)(snapshot.message, icon=":material/info:")
    if snapshot and chosen and chosen != snapshot.experiment:
        offer_the_new_settings(snapshot, chosen)
    components.training(run, snapshot, allowed, "training")
    with st.expander("What the lines in the chart mean"):
        shown = snapshot.experiment if snapshot else allowed
        st.markdown(words.reference_lines(baselines.reference_lines(shown)))
    if run and snapshot and snapshot.step and snapshot.status in (Status.STOPPED, Status.FINISHED):
        more_steps(run, snapshot)


st.title("Can a sine pass through three nodes?")
st.markdown(
    "An **autoencoder** squeezes a signal of 101 points through a narrow waist, the *bottleneck*, "
    "and must draw it again from the few numbers that came through. Every signal here is a sine, "
    "made from just three numbers: phase, frequency and amplitude. Press **Train** and watch a "
    "network find that out by itself."
)
picture = st.container()
left, right = st.columns([8, 3], gap="large")
with right:
    controls.preset_picker()
    chosen, allowed = controls.place()

run = session.current_run()
with picture:
    signal = signals.evaluate(signals.EXAMPLES[live.EXAMPLE])
    components.network_editor(allowed, "network", signal, partial(controls.put, "widths"))
    st.caption(words.network(allowed))
with left:
    st.fragment(training)(chosen, allowed, run.id if run else None)
