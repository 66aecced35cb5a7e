"""The blog post's networks, trained again, and what became of its claims."""

import streamlit as st

from sinae import figures, presets, reproduce, signals
from sinae.claims import claims
from sinae.ui import components, controls, places, session, words


def draw_again() -> None:
    """Choose other random signals."""
    st.session_state["draw"] = st.session_state.get("draw", 1) + 1


def train(preset: presets.Preset) -> None:
    """Train this network live, on the Train page."""
    controls.put_all(preset.experiment)
    session.new_run(preset.experiment).train()


@st.dialog("Stop the run in progress?")
def confirm(preset: presets.Preset) -> None:
    """Ask before another run takes the place of one that is under way."""
    st.markdown("One network trains at a time. What the other has learnt so far is kept.")
    if st.button("Stop it and train this one", type="primary"):
        train(preset)
        st.switch_page(places.page("train"))


st.title("The post, trained again")
st.markdown(
    "Sinae grew out of a blog post, *Creating an autoencoder with TensorFlow in R* (2018). It "
    "trained the networks below on the same sines, and asked whether three nodes in the middle are "
    "enough for three parameters. Here are its networks, trained again by its own recipe, and ours."
)

report = presets.reproduction()
offered = {name: preset for name, preset in presets.presets().items() if name in report}
st.table(
    words.reproduction_table(
        [reproduce.row(preset, report[name].runs) for name, preset in offered.items()]
    )
)
st.caption(
    "Mean squared errors. The post's is its last printed one, of a single training batch, so it "
    f"is noisy; ours, the median and the range over seeds, are of {signals.HELD_OUT_SIZE:,} "
    "held-out signals. `python -m sinae reproduce` trains all of them again."
)

st.subheader("Look into one")
name = st.selectbox(
    "Network", offered, format_func=lambda name: offered[name].title, key="row", bind="query-params"
)
preset = offered[name]
st.markdown(words.reproduction(preset, report[name]))
components.chart(figures.reproduction_figure(preset, report[name].runs), key="curves")
network = presets.trained_network(name)
drawn = signals.random_signals(st.session_state.get("draw", 1), 6)
components.chart(
    figures.examples_figure(drawn, network.reconstruct(drawn) if network else None), key="panels"
)
with st.container(horizontal=True):
    st.button("Draw other signals", icon=":material/casino:", on_click=draw_again)
    refusal = session.registry().limits.refusal_of_steps(preset.experiment.steps)
    if st.button("Train it again, live", icon=":material/play_arrow:", disabled=bool(refusal)):
        run = session.current_run()
        if run is not None and run.moving:
            confirm(preset)
        else:
            train(preset)
            st.switch_page(places.page("train"))
if refusal:
    st.caption(refusal)

st.subheader("What the post says, and what we find")
for claim in claims():
    st.markdown(f"> {claim.quote}\n\n**{claim.verdict}** {claim.evidence}")
