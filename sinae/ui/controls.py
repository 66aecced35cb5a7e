"""The controls of an experiment, read off its settings; each keeps its value in the address."""

import math
from dataclasses import fields, replace
from typing import Any

import streamlit as st

from sinae.experiment import SETTINGS, Experiment
from sinae.presets import presets
from sinae.ui import session

DEFAULTS: dict[str, Any] = {f.name: f.default for f in fields(Experiment)}

RECIPE_OPENED, LAST_ALLOWED, REFUSED = "recipe_opened", "last_allowed", "refused"
"""In the session: whether the recipe's controls are open; the last experiment allowed; and what an
address asked for that its control cannot even show: a sentence by the setting's name."""


def place() -> tuple[Experiment | None, Experiment]:
    """Place all controls; the recipe's open up once one of them is not allowed.

    Returns:
        The experiment that they describe, None while one of them is not allowed; and the same with
        each that is not allowed as it last was.
    """
    recipe = [name for name, setting in SETTINGS.items() if setting.recipe]
    _read_address()
    values = {name: _control(name) for name in SETTINGS if name not in recipe}
    with st.expander("Recipe", expanded=st.session_state.get(RECIPE_OPENED, False)):
        values |= {name: _control(name) for name in recipe}
    allowed = {name: value for name, value in values.items() if value is not None}
    experiment = replace(st.session_state.get(LAST_ALLOWED, Experiment()), **allowed)
    st.session_state[LAST_ALLOWED] = experiment
    return experiment if len(allowed) == len(values) else None, experiment


def _read_address() -> None:
    """Open the recipe where the address asks for something there that is not allowed, and remember
    what no control can show, which Streamlit drops without a word."""
    refused = st.session_state.setdefault(REFUSED, {})
    for name, setting in SETTINGS.items():
        if (text := st.query_params.get(name)) is None:
            continue
        try:
            setting.read(text)
        except ValueError as error:
            if setting.recipe:
                st.session_state[RECIPE_OPENED] = True
            if not _can_be_shown(name, text):
                refused[name] = f"{error} The address was not followed here."


def _can_be_shown(name: str, refused: str) -> bool:
    """Whether a control can hold a text that its setting refuses, to be put right there."""
    default = DEFAULTS[name]
    if isinstance(default, tuple):
        return True
    if SETTINGS[name].choices or isinstance(default, bool):
        return False
    try:
        return math.isfinite(float(refused))
    except ValueError:
        return False


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
        "on_change": lambda: st.session_state[REFUSED].pop(name, None),
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
        # No limits here: a widget drops what is outside of them without a word. Nor whole numbers:
        # it would cut off what an address has behind the point, and fail at one without end.
        assert setting.step is not None
        typed = st.number_input(
            value=float(default), step=float(setting.step), format="%g", **common
        )
    try:
        value = setting.read(typed)
        if name == "steps" and (refusal := session.registry().limits.refusal_of_steps(value)):
            raise ValueError(refusal)
    except ValueError as error:
        st.markdown(f":red[{error}]")
        return None
    if typed == default and (refusal := st.session_state[REFUSED].get(name)):
        st.markdown(f":red[{refusal}]")
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
    st.session_state.get(REFUSED, {}).pop(name, None)
    st.session_state[name] = ", ".join(map(str, value)) if isinstance(value, list) else value
