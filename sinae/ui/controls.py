"""The controls of an experiment, read off its settings; each keeps its value in the address."""

from dataclasses import fields, replace
from typing import Any

import streamlit as st

from sinae.experiment import SETTINGS, Experiment
from sinae.presets import presets
from sinae.ui import session

DEFAULTS: dict[str, Any] = {f.name: f.default for f in fields(Experiment)}

RECIPE_OPENED, LAST_ALLOWED = "recipe_opened", "last_allowed"
"""In the session: whether the recipe's controls are open, and the last experiment allowed."""


def place() -> tuple[Experiment | None, Experiment]:
    """Place all controls; the recipe's open up once one of them is not allowed.

    Returns:
        The experiment that they describe, None while one of them is not allowed; and the same with
        each that is not allowed as it last was.
    """
    recipe = [name for name, setting in SETTINGS.items() if setting.recipe]
    values = {name: _control(name) for name in SETTINGS if name not in recipe}
    opened = st.session_state.get(RECIPE_OPENED, False)
    with st.expander("Recipe", expanded=opened):
        values |= {name: _control(name) for name in recipe}
    allowed = {name: value for name, value in values.items() if value is not None}
    if not opened and not allowed.keys() >= set(recipe):
        st.session_state[RECIPE_OPENED] = True
        st.rerun()  # What an address holds is known only once its control is placed.
    experiment = replace(st.session_state.get(LAST_ALLOWED, Experiment()), **allowed)
    st.session_state[LAST_ALLOWED] = experiment
    return experiment if len(allowed) == len(values) else None, experiment


def _control(name: str) -> Any:
    """Place a control, with a sentence below it where its value is not allowed.

    Returns:
        The value as a setting; None where it is not allowed.
    """
    setting, default = SETTINGS[name], DEFAULTS[name]
    common: dict[str, Any] = {
        "label": setting.label,
        "help": setting.help,
        "key": name,
        "bind": "query-params",
    }
    if setting.choices:
        typed = st.selectbox(
            options=setting.choices, index=setting.choices.index(default), **common
        )
    elif isinstance(default, bool):
        typed = st.toggle(value=default, **common)
    elif isinstance(default, tuple):
        typed = st.text_input(value=", ".join(map(str, default)), **common)
    else:
        # No limits here: a widget drops what is outside of them without a word.
        form = "%d" if isinstance(default, int) else "%g"
        typed = st.number_input(value=default, step=setting.step, format=form, **common)
    try:
        value = setting.read(typed)
        message = session.registry().limits.refusal_of_steps(value) if name == "steps" else ""
    except ValueError as error:
        message = str(error)
    if message:
        st.markdown(f":red[{message}]")
        return None
    return value


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
