"""The probe: one signal of the visitor's choice through a trained network."""

from urllib.parse import parse_qsl, urlencode

import streamlit as st

from sinae.ui import components, session
from sinae.ui.networks import choices

VIEW = "probe_view"  # where the session remembers what is set, for when the visitor comes back


def remember(view: str) -> None:
    """Keep what the visitor has set, as the browser writes it into the address."""
    st.session_state[VIEW] = (view, newest_run())


def remembered() -> str:
    """What the visitor had set; it names no network any more where they have trained a new one."""
    view, newest = st.session_state.get(VIEW, ("", None))
    if newest == newest_run():
        return str(view)
    return urlencode([part for part in parse_qsl(view) if part[0] != "network"])


def newest_run() -> str | None:
    """What tells the visitor's newest run from the one before."""
    run = session.current_run()
    return run.id if run else None


def wanted(name: str) -> str | None:
    """One part of what the visitor has set; of the address at first."""
    return dict(parse_qsl(remembered())).get(name, st.query_params.get(name))


def probe() -> None:
    """The probe, which follows a network in training by itself."""
    offered = choices()
    # The browser needs the weights of few.
    shown = {wanted("network"), wanted("compare"), offered[0].id}
    networks = [choice.to_data(shown=choice.id in shown) for choice in offered]
    components.probe(networks, offered[0].followed, remembered(), "probe", remember)


st.title("Probe")
st.markdown(
    "Move the sliders: the signal goes through the network while your hand moves, and you see what "
    "comes out of it. Choose a network that you trained, or one that comes with the app."
)
st.fragment(probe)()
