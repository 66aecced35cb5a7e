"""The widgets of an experiment's settings; the address of the Train page follows them."""

from collections.abc import Mapping
from dataclasses import fields, replace
from functools import cache
from typing import Any

import streamlit as st

from sinae.model.experiment import SETTINGS, Experiment, InvalidExperimentError
from sinae.model.setting import write
from sinae.model.signals import FAMILIES
from sinae.study.presets import SOLVED, presets
from sinae.ui import query, session
from sinae.ui.widget_state import WidgetState

DEFAULTS: dict[str, Any] = {f.name: f.default for f in fields(Experiment)}


def _normalised(name: str, text: str) -> str:
    """How a control shows a text of the address: as the app writes it, where it is allowed."""
    try:
        return write(SETTINGS[name].read(text))
    except ValueError:
        return text


STATE = WidgetState("train", SETTINGS, _normalised)

RECIPE_OPENED, LAST_ALLOWED, DRAWN = "recipe_opened", "last_allowed", "controls_drawn"
"""Keys of the session: whether the recipe's controls are open; the last experiment allowed; and
whether the page was drawn to its end since other values were put into the controls."""


def show() -> tuple[Experiment | None, Experiment]:
    """Draw all controls; the recipe's open up once one of them is not allowed.

    Returns:
        The experiment that they describe, None while one of them is not allowed; and the same
        experiment with the last allowed value of every setting that is not.
    """
    STATE.enter(_first)
    # A click while the page is drawn has it drawn again, perhaps before the values were sent to the
    # browser: the boxes would stay empty, or as they were. Once sent, they are not sent again,
    # for somebody may be typing.
    if not st.session_state.get(DRAWN) or not STATE.is_filled:
        st.session_state[DRAWN] = False
        STATE.send_again()
    picker = st.container()
    recipe = [name for name, setting in SETTINGS.items() if setting.recipe]
    values = {name: _control(name) for name in SETTINGS if name not in recipe}
    if any(_refusal(name, STATE.kept.get(name, DEFAULTS[name])) for name in recipe):
        st.session_state[RECIPE_OPENED] = True
    with st.expander("Recipe", expanded=st.session_state.get(RECIPE_OPENED, False)):
        values |= {name: _control(name) for name in recipe}
    with picker:
        _preset_picker()
    allowed = {name: value for name, value in values.items() if value is not None}
    last = st.session_state.get(LAST_ALLOWED, Experiment())
    kept = {name: getattr(last, name) for name in SETTINGS if name not in allowed}
    kept = {name: value for name, value in kept.items() if not _refusal(name, value)}
    experiment = Experiment(**kept | allowed)
    st.session_state[LAST_ALLOWED] = experiment
    refused = {name: STATE.text(name) for name in SETTINGS if name not in allowed}
    boxes = [s.label for s in SETTINGS.values() if s.step is not None]
    query.write(Experiment(**allowed).to_query() | refused, SETTINGS, STATE.follow, boxes)
    return None if refused else experiment, experiment


def page_is_drawn() -> None:
    """Note that the page is drawn to its end; to be called there."""
    st.session_state[DRAWN] = True


def put_all(experiment: Experiment) -> None:
    """Put an experiment's settings into the controls; see `WidgetState.put`."""
    STATE.put(_texts(experiment))


def put(name: str, value: Any) -> None:
    """Put another value into one control; see `WidgetState.put`."""
    STATE.put({name: write(value)})


def _texts(experiment: Experiment) -> dict[str, str]:
    return {name: write(getattr(experiment, name)) for name in SETTINGS}


def _first() -> Mapping[str, str]:
    """The settings of the visitor's run, or those that a first visitor starts from."""
    run = session.current_run()
    return _texts(run.experiment if run else SOLVED)


def _control(name: str) -> Any:
    """Draw a control, with a sentence below it where its value is not allowed.

    Returns:
        The setting's value; None where it is not allowed.
    """
    setting, default = SETTINGS[name], DEFAULTS[name]
    common: dict[str, Any] = {"label": setting.label, "help": setting.help}
    if setting.choices:
        common |= STATE.widget(name, default, setting.read)
        typed = st.selectbox(options=setting.choices, **common)
    elif isinstance(default, bool):
        typed = st.toggle(**common, **STATE.widget(name, default, setting.read))
    else:
        # Numbers too: a box for numbers only would make another one of a decimal comma.
        typed = st.text_input(**common, **STATE.widget(name, write(default), str))
    refusal = _refusal(name, typed)
    value = None if refusal else setting.read(typed)
    if name in STATE.refused:  # a list of choices or a switch cannot show what the address asked
        refusal = f"{_refusal(name, STATE.refused[name])} The address was not followed here."
    if refusal:
        st.markdown(f":red[{refusal}]")
    return value


def _refusal(name: str, text: Any) -> str:
    """Why a value is not allowed for a setting, beside the signals that are chosen, in a sentence;
    empty where it is."""
    signals = STATE.kept.get("signals", DEFAULTS["signals"])
    if signals not in FAMILIES:
        signals = DEFAULTS["signals"]
    try:
        value = getattr(Experiment(**{"signals": signals, name: text}), name)
    except InvalidExperimentError as error:
        return error.errors[name]
    return session.registry().settings.refusal_of_steps(value) if name == "steps" else ""


def _preset_picker() -> None:
    """Draw a list of presets; the one that is picked goes into all controls, and stands there as
    long as they hold its settings, whatever the seed."""
    titles = {preset.title: preset for preset in presets().values()}

    def load() -> None:
        if preset := titles.get(st.session_state["preset"]):
            put_all(preset.experiment)

    held = _held()
    st.session_state["preset"] = held and _titles().get(replace(held, seed=0))
    st.selectbox(
        "Preset",
        titles,
        index=None,
        placeholder="Networks to start from",
        help="The networks of the blog post, and ours. Picking one fills in all controls.",
        key="preset",
        on_change=load,
    )


@cache
def _titles() -> dict[Experiment, str]:
    """The presets' titles by their experiments, whose seeds do not count."""
    return {replace(p.experiment, seed=0): p.title for p in reversed(presets().values())}


def _held() -> Experiment | None:
    """The experiment that the controls describe; None where one of them is not allowed."""
    try:
        return Experiment(**{name: STATE.text(name) for name in SETTINGS})  # type: ignore[arg-type]
    except InvalidExperimentError:
        return None
