"""The latent space: where the signals lie in it, and what the latent values carry."""

from dataclasses import replace

import streamlit as st

from sinae.analysis import latent_space, probes
from sinae.analysis.latent_space import Atlas, NoLatentsError
from sinae.figures import captions
from sinae.figures import latent_space as latent_figures
from sinae.figures import signals as signal_figures
from sinae.figures.captions import Subject
from sinae.figures.encoding import number
from sinae.model.network import Network
from sinae.model.setting import whole_number
from sinae.model.signals import PARAMETER_KEYS
from sinae.model.signals.family import HELD_OUT_SIZE, Parameter, SignalFamily
from sinae.ui import components
from sinae.ui.analysis_cache import LatentAnalysis, cached_analysis
from sinae.ui.networks import Choice, choices
from sinae.ui.text import latent_space as latent_text
from sinae.ui.widget_state import WidgetState, one_of, within

NEWS_SECONDS = 2.0
NEWEST = "latent_newest"  # in the session: the first of the list as the page was drawn
MEASURED, LAST_SIGNAL = "latent_measured", "latent_last_signal"
FIRST_SIGNAL = 12  # neither faint nor fast
VIEWS = ("3D", "Two at a time")
NETWORK = ("network", "view", "across", "up")
VIEW = WidgetState("latent", (*NETWORK, "colour", "signal", "sweep", *PARAMETER_KEYS))


def choose() -> Choice:
    """The network to look at."""
    offered = {choice.id: choice for choice in choices()}
    st.session_state[NEWEST] = next(iter(offered))
    labels = {id: choice.label for id, choice in offered.items()}
    id = st.selectbox(
        "Network",
        offered,
        format_func=labels.__getitem__,
        **VIEW.widget("network", next(iter(offered)), one_of(offered), labels),
    )
    return offered[id]


def follow(seen: Choice) -> Choice:
    """The chosen network as it is now; the whole page is drawn anew where its list has changed."""
    offered = choices()
    newest = offered[0]
    components.follow(newest.followed, NEWS_SECONDS, "follow")
    choice = next((c for c in offered if c.id == seen.id), None)
    if choice is None or choice.training != seen.training or newest.id != st.session_state[NEWEST]:
        st.rerun()
    return choice


def fresh(seen: Choice) -> tuple[Choice, Atlas]:
    """The chosen network as it is now, and its signals; as long as the rest of the page fits it."""
    choice = follow(seen)
    moved = choice.step != seen.step and not choice.training  # such as by a single step
    if choice.network is None or moved:
        st.rerun()
    try:
        return choice, latent_space.atlas(choice.network)
    except NoLatentsError:
        st.rerun()  # The page says it.


def wait(seen: Choice) -> None:
    """Show the page anew as soon as there is more to see."""
    choice = follow(seen)
    if choice.step != seen.step or choice.message != seen.message:
        st.rerun()


def choose_axes(choice: Choice, signals: Atlas) -> tuple[int, ...]:
    """Which latent values are drawn against each other."""
    size = signals.latents.shape[1]
    if size <= 2:
        return tuple(range(size))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if size == 3:
            view = st.segmented_control(
                "View", VIEWS, required=True, **VIEW.widget("view", VIEWS[0], one_of(VIEWS))
            )
            if view == VIEWS[0]:
                return (0, 1, 2)
        first, second = latent_figures.widest(signals.latents, 2)
        across = choose_axis("Across", list(range(size)), first)
        others = [i for i in range(size) if i != across]
        up = choose_axis("Up", others, second if second != across else first)
    return (across, up)


def choose_axis(label: str, values: list[int], start: int) -> int:
    """The number of the latent value that is drawn in one direction."""
    widget = VIEW.widget(label.lower(), start, one_of(values))
    return st.selectbox(label, values, format_func=latent_text.latent_value, width=180, **widget)


def revision(choice: Choice, axes: tuple[int, ...], *more: str) -> str:
    """Tells when the reader's zoom and point of view no longer fit."""
    return " ".join([choice.id, *map(str, axes), *more])


def maps(seen: Choice, axes: tuple[int, ...]) -> None:
    """What is drawn anew when there is news of the network: the atlas, and the path of a signal."""
    choice, signals = fresh(seen)
    st.header("Atlas: where the signals lie")
    st.fragment(atlas)(choice, signals, axes)
    st.header("How the code moves when one parameter changes")
    st.fragment(traversals)(choice, signals, axes)


def atlas(choice: Choice, signals: Atlas, axes: tuple[int, ...]) -> None:
    """The signals in latent space, and the one that was clicked."""
    assert choice.network is not None
    left, right = st.columns([7, 4], gap="large")
    with left:
        names = [p.name for p in reversed(signals.family.parameters)]
        colour = st.segmented_control(
            "Coloured by", names, required=True, **VIEW.widget("colour", names[0], one_of(names))
        )
        coloured = signals.family.parameter(colour)
        count = latent_figures.SHOWN_LIVE if choice.training else latent_figures.SHOWN
    with right:
        index = choose_signal()
    selected = signals.part(index, index + 1)
    with left:
        components.chart(
            latent_figures.atlas_figure(
                signals.part(0, count),
                coloured,
                axes,
                selected,
                revision(choice, axes, colour if len(axes) == 1 else ""),
                choice.subject,
            ),
            key=f"atlas-{len(axes)}",
            on_click=lambda point: VIEW.put({"signal": str(point)}),
        )
        if choice.training:
            st.caption(f"In training: {choice.status}.")
        st.caption(latent_text.atlas(count, len(axes), signals.latents.shape[1], coloured))
    with right:
        signal = choice.network.family.held_out.signals[index : index + 1]
        drawn = choice.network.reconstruct(signal)
        error = choice.network.mean_squared_error(signal)
        code = latent_text.code(selected.latents[0].tolist())
        figure = signal_figures.signal_figure(
            signal[0], drawn[0], choice.network.family, choice.subject
        )
        components.chart(figure, key="signal")
        VIEW.show("colour", "signal")
        st.markdown(
            f"Signal {index}: {selected.description}. Its "
            f"reconstruction has an MSE of {number(error)}. {code}"
        )


def choose_signal() -> int:
    """The number of a signal, typed or clicked; the last one while it is not allowed."""
    typed = st.text_input(
        "Signal",
        help="Click a point to see its signal here, or give the signal's number.",
        **VIEW.widget("signal", str(FIRST_SIGNAL), str),
    )
    try:
        index = whole_number(typed, "The signal's number", 0, HELD_OUT_SIZE - 1)
    except ValueError as refusal:
        st.markdown(f":red[{refusal}]")
        return int(st.session_state.get(LAST_SIGNAL, FIRST_SIGNAL))
    st.session_state[LAST_SIGNAL] = index
    return index


def traversals(choice: Choice, signals: Atlas, axes: tuple[int, ...]) -> None:
    """The path of a signal while one parameter sweeps."""
    assert choice.network is not None
    left, right = st.columns([7, 4], gap="large")
    with right:
        parameters = signals.family.parameters
        names = [p.name for p in parameters]
        name = st.segmented_control(
            "Sweep", names, required=True, **VIEW.widget("sweep", names[0], one_of(names))
        )
        swept = signals.family.parameter(name)
        if len(parameters) > 1:
            st.markdown("and hold the others:")
        held = [hold(parameter, swept) for parameter in parameters]
        VIEW.show("sweep", *PARAMETER_KEYS)
        try:
            path = latent_space.traversal(choice.network, swept, held)
        except NoLatentsError as why:
            st.info(str(why), icon=":material/info:")
            return
        st.markdown(latent_text.traversal(swept, path.latents.shape[1], len(axes)))
    with left:
        components.chart(
            latent_figures.traversal_figure(
                path,
                swept,
                axes,
                signals.part(0, latent_figures.SHOWN_LIVE),
                revision(choice, axes, name if len(axes) == 1 else ""),
                choice.subject,
            ),
            key=f"orbit-{len(axes)}",
        )


def hold(parameter: Parameter, swept: Parameter) -> float:
    """Place the slider of a parameter; it rests while that one is swept."""
    return st.slider(
        parameter.name,
        parameter.low,
        parameter.high,
        step=parameter.step,
        disabled=parameter is swept,
        help=parameter.help or None,
        **VIEW.widget(parameter.key, parameter.start, within(parameter.low, parameter.high)),
    )


def measured(choice: Choice, network: Network) -> tuple[int, LatentAnalysis] | None:
    """The slow figures and their step: at once for a run that stands still, else on request."""
    if not choice.training:
        return choice.step, cached_analysis(choice.id, choice.step, network)
    if st.button(
        "Read the latent values now",
        icon=":material/query_stats:",
        help="This takes some seconds. When the training halts, it happens by itself.",
    ):
        found = cached_analysis(choice.id, choice.step, network)
        st.session_state[MEASURED] = (choice.id, choice.step, found)
    id, step, last = st.session_state.get(MEASURED, (None, None, None))
    return (step, last) if id == choice.id else None


def carried(found: LatentAnalysis, of: Subject, family: SignalFamily) -> None:
    """What can be read from the latent values."""
    st.header("What do the latent values carry?")
    components.chart(latent_figures.carried_figure(found.carried, of), key="carried")
    st.markdown(probes.sentence(found.carried), help=latent_text.r_squared(family))


def lost(found: LatentAnalysis, of: Subject, family: SignalFamily) -> None:
    """Pairs of signals that share a code."""
    st.header("What is lost?")
    st.markdown(latent_text.lost(found.collisions, found.held_out_mse, family))
    for i, (column, pair) in enumerate(zip(st.columns(3), found.collisions, strict=False)):
        with column:
            figure = signal_figures.collision_figure(pair, family, of, f"pair {i + 1}")
            components.chart(figure, key=f"pair-{i}")
            st.caption(latent_text.pair(pair, family))


def worst(found: LatentAnalysis, of: Subject, family: SignalFamily) -> None:
    """The signals that the network draws worst."""
    st.header("Which signals are drawn worst?")
    st.markdown(latent_text.worst(found.worst, found.held_out_mse, family))
    drawn = zip(found.worst.signals, found.worst.reconstructions, strict=True)
    for i, (column, (signal, drawing)) in enumerate(zip(st.columns(3), drawn, strict=False)):
        with column:
            figure = signal_figures.signal_figure(
                signal, drawing, family, of, latent_text.badly_drawn(i)
            )
            components.chart(figure, key=f"worst-{i}")
            st.caption(latent_text.drawn(found.worst, i, family))


def look_into(choice: Choice) -> None:
    """All that there is to see of one network."""
    for sentence in filter(None, [choice.message, choice.warning]):
        st.warning(sentence, icon=":material/warning:")
    if choice.network is None:
        st.info(latent_text.NO_STEP_YET[choice.training], icon=":material/info:")
        st.fragment(wait)(choice)
        return
    try:
        signals = latent_space.atlas(choice.network)
    except NoLatentsError as why:
        st.info(str(why), icon=":material/info:")
        st.fragment(wait)(choice)
        return
    axes = choose_axes(choice, signals)
    st.fragment(maps)(replace(choice, weights=None), axes)  # it looks for the newest itself
    looked = measured(choice, choice.network)
    if looked is None:
        st.markdown(latent_text.LATER)
        return
    step, found = looked
    if choice.training:
        st.caption(f"Read at step {step:,}.")
    of = choice.subject
    if step != choice.step:
        of = captions.of_run(choice.experiment, step, found.held_out_mse)
    for part in (carried, lost, worst):
        part(found, of, choice.experiment.family)


def page() -> None:
    """Lay the page out. In a function: what a script itself names lives as long as its visitor's
    session does, and a choice holds weights."""
    st.title("Latent space")
    st.markdown(
        "The values at the bottleneck are all that the decoder gets to know of a signal: its "
        "**code**. Each signal is then one point, with its latent values as coordinates. This page "
        "shows where a network puts the signals, and what can be read from there."
    )
    VIEW.enter()
    shown = choose()
    refusals = st.container()
    look_into(shown)
    for refusal in VIEW.refusals:  # of all that was drawn by now
        refusals.markdown(f":red[{refusal}]")
    VIEW.show(*NETWORK)


page()
