"""The probe: one sine of the visitor's choice through the trained network."""

from urllib.parse import parse_qs

import streamlit as st

from sinae.figures import number
from sinae.runs import Snapshot, Status
from sinae.ui import components, session, words
from sinae.ui.components import ProbeNetwork

POLL_SECONDS = 1.0
VIEW = "probe_view"  # where the session remembers what is set, for when the visitor comes back


def remember(view: str) -> None:
    """Keep what the visitor has set, as the browser writes it into the address."""
    st.session_state[VIEW] = view


def wanted(name: str) -> str | None:
    """One part of what the visitor has set; of the address at first."""
    view = parse_qs(st.session_state.get(VIEW, "")) or {"": []}
    return view.get(name, [st.query_params.get(name)])[0]


def networks(snapshots: list[Snapshot]) -> list[ProbeNetwork]:
    """The visitor's runs, the newest first, with the weights of those that are shown."""
    shown = {wanted("network"), wanted("compare")}
    return [
        ProbeNetwork(
            id=snapshot.id,
            name=name(snapshot),
            status=f"{words.progress(snapshot)} · held-out MSE {number(snapshot.held_out_mse)}",
            experiment=snapshot.experiment,
            trained=snapshot.state is not None,
            weights=snapshot.state.weights
            if snapshot.state and (i == 0 or snapshot.id in shown)
            else None,
        )
        for i, snapshot in enumerate(snapshots)
    ]


def name(snapshot: Snapshot) -> str:
    """A run by its widths, such as ``50-10-50 selu, seed 1``."""
    experiment = snapshot.experiment
    widths = "-".join(map(str, experiment.widths))
    network = f"{widths} {experiment.activation}" if widths else "no hidden layer"
    return f"{network}, seed {experiment.seed}"


def live(training: bool) -> None:
    """The probe, and while a network trains its newest weights."""
    snapshots = [run.snapshot() for run in session.registry().runs(session.owner())]
    if training != in_training(snapshots):
        st.rerun()  # The whole page: whether it polls depends on this.
    if not snapshots:
        st.info("Nothing is trained yet: here is the input only.", icon=":material/info:")
        st.page_link(
            "../../pages/train.py", label="Train a network", icon=":material/model_training:"
        )
    components.probe(networks(snapshots), st.session_state.get(VIEW, ""), "probe", remember)


def in_training(snapshots: list[Snapshot]) -> bool:
    """Whether one of these runs trains just now."""
    return any(snapshot.status is Status.TRAINING for snapshot in snapshots)


st.title("Probe")
st.markdown(
    "Move the sliders: the sine goes through the network while your hand moves, and you see what "
    "comes out of it."
)
training = in_training([run.snapshot() for run in session.registry().runs(session.owner())])
st.fragment(live, run_every=POLL_SECONDS if training else None)(training)
