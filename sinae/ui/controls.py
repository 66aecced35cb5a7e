"""The controls of an experiment, read off its settings; the page's address follows them."""

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

import streamlit as st

from sinae.model.experiment import SETTINGS, Experiment, InvalidExperimentError
from sinae.model.setting import write
from sinae.study.presets import SOLVED, presets
from sinae.ui import address, session

DEFAULTS: dict[str, Any] = {f.name: f.default for f in fields(Experiment)}

DRAFT, RECIPE_OPENED, LAST_ALLOWED, REFUSED = "draft", "recipe_opened", "last_allowed", "refused"
"""In the session: what each control holds, also while another page is shown; whether the recipe's
controls are open; the last experiment allowed; and what an address asked for that its control
cannot even show: a sentence by the setting's name."""

DRAWN = "controls_drawn"
"""In the session: whether the page was drawn to its end since other values were put into it."""


def place() -> tuple[Experiment | None, Experiment]:
    """Place all controls; the recipe's open up once one of them is not allowed.

    Returns:
        The experiment that they describe, None while one of them is not allowed; and the same with
        each that is not allowed as it last was.
    """
    _enter()
    _preset_picker()
    recipe = [name for name, setting in SETTINGS.items() if setting.recipe]
    values = {name: _control(name) for name in SETTINGS if name not in recipe}
    with st.expander("Recipe", expanded=st.session_state.get(RECIPE_OPENED, False)):
        values |= {name: _control(name) for name in recipe}
    allowed = {name: value for name, value in values.items() if value is not None}
    experiment = replace(st.session_state.get(LAST_ALLOWED, Experiment()), **allowed)
    st.session_state[LAST_ALLOWED] = experiment
    boxes = [s.label for name, s in SETTINGS.items() if s.step is not None]
    address.show(_address(values), SETTINGS, _follow, boxes)
    return experiment if len(allowed) == len(values) else None, experiment


def drawn() -> None:
    """The page is drawn to its end; to be called there."""
    st.session_state[DRAWN] = True


def put_all(experiment: Experiment) -> None:
    """Put other values into all controls; only in a callback, or on another page than theirs."""
    for name in SETTINGS:
        put(name, getattr(experiment, name))


def put(name: str, value: Any) -> None:
    """Put another value into a control; only in a callback, or on another page than theirs."""
    st.session_state.setdefault(REFUSED, {}).pop(name, None)
    st.session_state[DRAWN] = False
    shown = value if _is_listed(name) else write(value)
    st.session_state.setdefault(DRAFT, {})[name] = st.session_state[name] = shown


def _enter() -> None:
    """Fill the controls when the page is entered: with what its address says; where it says
    nothing, as they were left, or with the settings of the visitor's run."""
    said = address.take_entry(SETTINGS)
    if said:
        _follow(said)
    elif DRAFT not in st.session_state:
        run = session.current_run()
        put_all(run.experiment if run else SOLVED)
    held = {name: st.session_state.get(name) for name in SETTINGS}
    # A click that comes while the page is drawn has it drawn again, perhaps before the browser was
    # told the values: that would leave the boxes empty, or as they were. Once it was told, it is
    # not told again, for somebody may be typing.
    if None in held.values() or not st.session_state[DRAWN]:
        st.session_state[DRAWN] = False
        for name, shown in st.session_state[DRAFT].items():
            st.session_state[name] = shown if held[name] is None else held[name]


def _follow(said: Mapping[str, str]) -> None:
    """Put what an address says into the controls, and the defaults into all others."""
    put_all(Experiment())
    for name, text in said.items():
        setting = SETTINGS[name]
        try:
            put(name, setting.read(text))
        except ValueError as error:
            if setting.recipe:
                st.session_state[RECIPE_OPENED] = True
            if _is_listed(name):  # its control has no place for another text
                st.session_state[REFUSED][name] = f"{error} The address was not followed here."
            else:
                put(name, text)


def _is_listed(name: str) -> bool:
    """Whether a control lists its values, so that it cannot hold a text that is not allowed."""
    return bool(SETTINGS[name].choices) or isinstance(DEFAULTS[name], bool)


def _address(values: Mapping[str, Any]) -> dict[str, str]:
    """The query for the controls' values; those not allowed, None here, as they were typed."""
    allowed = {name: value for name, value in values.items() if value is not None}
    refused = values.keys() - allowed.keys()
    said = Experiment(**allowed).to_query()
    return said | {name: st.session_state[DRAFT][name] for name in refused}


def _control(name: str) -> Any:
    """Place a control, with a sentence below it where its value is not allowed.

    Returns:
        The value as a setting; None where it is not allowed.
    """
    setting = SETTINGS[name]
    common: dict[str, Any] = {
        "label": setting.label,
        "help": setting.help,
        "key": name,
        "on_change": lambda: st.session_state[REFUSED].pop(name, None),
    }
    if setting.choices:
        typed = st.selectbox(options=setting.choices, **common)
    elif isinstance(DEFAULTS[name], bool):
        typed = st.toggle(**common)
    else:
        # Numbers too: a box for numbers only would make another one of a decimal comma.
        typed = st.text_input(**common)
    st.session_state[DRAFT][name] = typed
    try:
        value = setting.read(typed)
        if name == "steps" and (refusal := session.registry().limits.refusal_of_steps(value)):
            raise ValueError(refusal)
    except ValueError as error:
        if setting.recipe:
            st.session_state[RECIPE_OPENED] = True
        st.markdown(f":red[{error}]")
        return None
    if refusal := st.session_state[REFUSED].get(name):
        st.markdown(f":red[{refusal}]")
    return value


def _preset_picker() -> None:
    """Place a list of presets; the one that is picked goes into all controls, and stands there as
    long as they hold its settings, whatever the seed."""
    titles = {preset.title: preset for preset in presets().values()}

    def load() -> None:
        if preset := titles.get(st.session_state["preset"]):
            put_all(preset.experiment)

    st.session_state["preset"] = next(
        (title for title, preset in titles.items() if _controls_hold(preset.experiment)), None
    )
    st.selectbox(
        "Preset",
        titles,
        index=None,
        placeholder="Networks to start from",
        help="The networks of the blog post, and ours. Picking one fills in all controls.",
        key="preset",
        on_change=load,
    )


def _controls_hold(experiment: Experiment) -> bool:
    try:
        held = Experiment(**{name: st.session_state[name] for name in SETTINGS})
    except InvalidExperimentError:
        return False
    return held == replace(experiment, seed=held.seed)
