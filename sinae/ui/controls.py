"""The controls of an experiment, read off its settings; each keeps its value in the address."""

from dataclasses import fields
from typing import Any

import streamlit as st

from sinae.experiment import SETTINGS, Experiment
from sinae.presets import presets
from sinae.ui import session

DEFAULTS: dict[str, Any] = {f.name: f.default for f in fields(Experiment)}


def place() -> None:
    """Place all controls; the recipe's open up by themselves where one is not allowed."""
    recipe = [name for name, setting in SETTINGS.items() if setting.recipe]
    for name in SETTINGS:
        if name not in recipe:
            _control(name)
    with st.expander("Recipe", expanded=bool(errors().keys() & set(recipe))):
        for name in recipe:
            _control(name)


def _control(name: str) -> None:
    setting, default = SETTINGS[name], DEFAULTS[name]
    common: dict[str, Any] = {
        "label": setting.label,
        "help": setting.help,
        "key": name,
        "bind": "query-params",
    }
    if setting.choices:
        st.selectbox(options=setting.choices, index=setting.choices.index(default), **common)
    elif isinstance(default, bool):
        st.toggle(value=default, **common)
    elif isinstance(default, tuple):
        st.text_input(value=", ".join(map(str, default)), **common)
    else:
        # No limits here: a widget drops what is outside of them without a word.
        form = "%d" if isinstance(default, int) else "%g"
        st.number_input(value=default, step=setting.step, format=form, **common)
    if message := _refusal(name):
        st.markdown(f":red[{message}]")


def values() -> dict[str, Any]:
    """The value of every setting, as it stands in its control."""
    return {name: st.session_state.get(name, default) for name, default in DEFAULTS.items()}


def errors() -> dict[str, str]:
    """One sentence for each control whose value is not allowed."""
    return {name: message for name in SETTINGS if (message := _refusal(name))}


def _refusal(name: str) -> str:
    """Why the value of a control is not allowed; empty where it is."""
    try:
        value = SETTINGS[name].read(st.session_state.get(name, DEFAULTS[name]))
    except ValueError as error:
        return str(error)
    return session.registry().limits.refusal_of_steps(value) if name == "steps" else ""


def chosen() -> Experiment | None:
    """The experiment that the controls describe; None while one of them is not allowed."""
    return None if errors() else Experiment(**values())


def last_allowed() -> Experiment:
    """The experiment of the controls, each that is not allowed as it last was."""
    faults = errors()
    allowed = {name: value for name, value in values().items() if name not in faults}
    experiment = Experiment(**{**st.session_state.get("last_allowed", {}), **allowed})
    st.session_state["last_allowed"] = experiment.to_dict()
    return experiment


def preset_picker() -> None:
    """Place a list of presets; the one that is picked goes into all controls."""
    titles = {preset.title: preset for preset in presets().values()}

    def load() -> None:
        if preset := titles.get(st.session_state["preset"]):
            put_all(preset.experiment)

    st.selectbox(
        "Preset",
        titles,
        index=None,
        placeholder="Networks to start from",
        help="The networks of the blog post, and ours. Picking one fills in all controls.",
        key="preset",
        on_change=load,
    )


def put_all(experiment: Experiment) -> None:
    """Put other values into all controls; only in a callback, or on another page than theirs."""
    for name, value in experiment.to_dict().items():
        put(name, value)


def put(name: str, value: Any) -> None:
    """Put another value into a control; only in a callback."""
    st.session_state[name] = ", ".join(map(str, value)) if isinstance(value, list) else value
