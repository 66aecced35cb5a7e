"""The blog post's networks, trained again, and what we find about its claims."""

from functools import partial

import streamlit as st

from sinae.figures import growth as growth_figures
from sinae.figures import measurements as measured_figures
from sinae.figures import signals as signal_figures
from sinae.model.signals.sine import SINE
from sinae.study import presets, reproduction
from sinae.study.claims import claims
from sinae.study.measurements import read
from sinae.ui import components, confirmation, controls, paths, session
from sinae.ui.networks import of_preset
from sinae.ui.text import post as post_text
from sinae.ui.widget_state import WidgetState, one_of


def draw_again() -> None:
    """Choose other random signals."""
    st.session_state["draw"] = st.session_state.get("draw", 1) + 1


STATE = WidgetState("post", ("row",))
BEGUN = "begun"  # key of the session: a run has begun, which the Train page shows


def train(preset: presets.Preset) -> None:
    """Train this network live, on the Train page."""
    controls.put_all(preset.experiment)
    session.new_run(preset.experiment).train()
    st.session_state[BEGUN] = True


if st.session_state.pop(BEGUN, False):
    st.switch_page(paths.page("train"))
confirmation.ask()

st.title("The post, trained again")
st.markdown(
    "Sinae grew out of a blog post, *Creating an autoencoder with TensorFlow in R* (2018). It "
    "trained the networks below on the same sines, and asked whether three nodes in the middle are "
    "enough for three parameters. Here are its networks, trained again by its own recipe, and ours."
)

report = presets.reproduction()
offered = {name: preset for name, preset in presets.presets().items() if name in report}
rows = [reproduction.row(preset, report[name].runs) for name, preset in offered.items()]
st.table(post_text.reproduction_table(rows))
st.caption(post_text.reproduction_caption(rows))

st.header("Look into one")
STATE.enter()
name = st.selectbox(
    "Network",
    offered,
    format_func=lambda name: offered[name].title,
    **STATE.widget("row", next(iter(offered)), one_of(offered)),
)
STATE.show("row")
for refusal in STATE.refusals:
    st.markdown(f":red[{refusal}]")
preset = offered[name]
st.markdown(post_text.reproduction(preset, report[name]))
components.chart(measured_figures.reproduction_figure(preset, report[name].runs), key="curves")
network = presets.trained_network(name)
drawn = SINE.random(st.session_state.get("draw", 1), 6).signals
components.chart(
    signal_figures.examples_figure(
        drawn, network.reconstruct(drawn) if network else None, SINE, of_preset(preset).subject
    ),
    key="panels",
)
with st.container(horizontal=True):
    st.button("Draw other signals", icon=":material/casino:", on_click=draw_again)
    refusal = session.registry().settings.refusal_of_steps(preset.experiment.steps)
    st.button(
        "Train it again, live",
        icon=":material/play_arrow:",
        disabled=bool(refusal),
        on_click=partial(confirmation.asked, train, preset, stops=True),
    )
if refusal:
    st.caption(refusal)

st.header("What was in the way")
st.markdown(post_text.what_was_in_the_way(report))
frames = read("growth")["frames"]
measured = read("ablations")
for kind, description in post_text.growth_descriptions(measured["runs"]).items():
    st.markdown(description)
    components.chart(
        growth_figures.growth_figure([frame for frame in frames if frame["growth"] == kind]),
        key=f"growth_{kind}",
    )
st.caption(post_text.growth_caption())
st.subheader("What each ingredient is worth")
st.table(post_text.ablations_table(measured["runs"]))
st.caption(post_text.ablations_caption(measured))

st.header("What the post says, and what we find")
for claim in claims():
    st.subheader(claim.claim)
    st.markdown(f"**{claim.verdict}** {claim.evidence}")
