"""The controls of an experiment: filled in, typed into, and checked."""

from typing import Any

import pytest
from streamlit.runtime.scriptrunner_utils.exceptions import StopException
from streamlit.testing.v1 import AppTest

from sinae.model.experiment import SETTINGS, Experiment
from sinae.service.engine import Engine
from sinae.service.registry import Registry
from sinae.service.settings import Settings
from sinae.study import post, presets
from sinae.ui import paths, session
from tests.support.visitor import NAVIGATION, button, labels, recipe_is_open, setting, text
from tests.support.waiting import stretched

pytestmark = pytest.mark.usefixtures("registry")


def preset_with(activation: str) -> str:
    """The title of the first one that uses it."""
    every = presets.presets().values()
    return next(p.title for p in every if p.experiment.activation == activation)


def page_at(query: dict[str, str]) -> AppTest:
    """The first page as an address with a query shows it."""
    page = AppTest.from_file(NAVIGATION, default_timeout=stretched(30))
    page.query_params.update(query)
    page.run()
    assert not page.exception
    return page


@pytest.mark.parametrize("whole", [True, False])
def test_a_page_that_was_not_drawn_to_its_end_fills_the_controls_again(whole: bool) -> None:
    visit = AppTest.from_file(NAVIGATION, default_timeout=stretched(30))
    with pytest.MonkeyPatch.context() as patch:
        if not whole:  # as where a click has it drawn anew
            patch.setattr(post, "reference_lines", stop_drawing)
        visit.run()
    visit.run()
    for label in ("Hidden layer widths", "Steps", "Activation", "Linear bottleneck", "Seed"):
        assert setting(visit, label).proto.set_value is not whole, label
    visit.run()
    assert not setting(visit, "Steps").proto.set_value  # in which somebody may be typing


def stop_drawing(*_: object) -> None:
    raise StopException


def test_a_host_that_limits_steps_says_so_where_they_are_asked_for(engine: Engine) -> None:
    session.use(Registry(engine, Settings(max_steps=5000)))
    visit = AppTest.from_file(NAVIGATION, default_timeout=stretched(30)).run()
    sentence = "A run has at most 5,000 steps on this host; 8,000 are too many."
    assert f":red[{sentence}]" in text(visit)
    assert button(visit, "Train").disabled
    setting(visit, "Steps").set_value("5000").run()
    assert not button(visit, "Train").disabled
    visit.switch_page(paths.page("the_post")).run()
    setting(visit, "Network").set_value("selu-50-3-50").run()
    assert button(visit, "Train it again, live").disabled
    assert "A run has at most 5,000 steps on this host" in text(visit)


@pytest.mark.parametrize(
    ("label", "value", "sentence"),
    [
        ("Hidden layer widths", "50, 0", "Each width is a whole number from 1 to 512; 0 is not."),
        ("Hidden layer widths", "a", "Each width is a whole number from 1 to 512; “a” is not."),
        ("Steps", "0", "The step count is a whole number from 1 to 1,000,000; 0 is not."),
        ("Learning rate", "10", "The learning rate is a number from 1e-06 to 1; 10 is not."),
        ("Learning rate", "fast", "The learning rate is a number from 1e-06 to 1; “fast” is not."),
        (
            "Gradient clipping",
            "1,000",
            "The gradient clipping norm is not certain: “1,000” may mean 1 "
            "or 1,000: please write 1 or 1000.",
        ),
        (
            "Steps",
            "2.000",
            "The step count is not certain: “2.000” may mean 2 or 2,000: please write 2 or 2000.",
        ),
        ("Seed", "-1", "The seed is a whole number from 0 to 2,147,483,647; -1 is not."),
    ],
)
def test_bad_input_gets_one_sentence_and_loses_nothing(
    visit: AppTest, label: str, value: Any, sentence: str
) -> None:
    button(visit, "Train").click().run()
    setting(visit, label).set_value(value).run()
    assert not visit.exception
    assert f":red[{sentence}]" in text(visit)
    assert "Pause" in labels(visit)  # the run in progress goes on
    button(visit, "Stop").click().run()
    assert button(visit, "Train").disabled


@pytest.mark.parametrize("steps", ["0", "-5", "2.7", "1e300"])
def test_settings_come_from_the_address_and_are_checked(steps: str) -> None:
    page = page_at({"widths": "20-2-20", "steps": steps, "activation": "tanh"})
    assert "go through 2 numbers, 50 times fewer" in text(page)
    assert setting(page, "Activation").value == "tanh"
    assert setting(page, "Steps").value == steps
    assert "The step count is a whole number" in text(page)
    assert button(page, "Train").disabled


def test_the_recipe_opens_for_what_is_not_allowed_in_it_and_stays_open() -> None:
    page = page_at({"learning_rate": "7"})
    assert recipe_is_open(page)
    assert "The learning rate is a number" in text(page)
    assert button(page, "Train").disabled
    assert "A setting is not allowed" in text(page)
    setting(page, "Learning rate").set_value("0.01").run()
    assert recipe_is_open(page)
    assert not button(page, "Train").disabled
    assert "A setting is not allowed" not in text(page)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        *(("steps", asked) for asked in ("inf", "-1e999", "nan", "many", "1" * 400)),
        *(("learning_rate", asked) for asked in ("inf", "nan", "fast")),
    ],
)
def test_an_address_that_is_not_allowed_stands_in_its_box_with_the_sentence(
    name: str, asked: str
) -> None:
    page = page_at({name: asked})
    assert setting(page, SETTINGS[name].label).value == asked
    with pytest.raises(ValueError, match="is") as refusal:
        SETTINGS[name].read(asked)
    assert f":red[{refusal.value}]" in text(page)
    assert recipe_is_open(page) == SETTINGS[name].recipe
    assert button(page, "Train").disabled


@pytest.mark.parametrize(("name", "asked"), [("activation", "step"), ("growth", "perhaps")])
def test_what_no_control_can_show_of_an_address_is_refused_in_a_sentence(
    name: str, asked: str
) -> None:
    page = page_at({name: asked})
    default = getattr(Experiment(), name)
    assert setting(page, SETTINGS[name].label).value == default
    with pytest.raises(ValueError, match="is") as refusal:
        SETTINGS[name].read(asked)
    assert f"{refusal.value} The address was not followed here." in text(page)
    assert recipe_is_open(page) == SETTINGS[name].recipe
    assert not button(page, "Train").disabled
    if name == "activation":
        setting(page, "Preset").set_value(preset_with(activation=default)).run()
        assert "not followed" not in text(page)


def test_the_preset_picker_names_what_the_controls_hold(visit: AppTest) -> None:
    preset = presets.presets()["sigmoid-10"]
    setting(visit, "Preset").set_value(preset.title).run()
    setting(visit, "Seed").set_value("7").run()
    assert setting(visit, "Preset").value == preset.title
    setting(visit, "Hidden layer widths").set_value("11").run()
    assert setting(visit, "Preset").value is None
    setting(visit, "Hidden layer widths").set_value("10").run()
    assert setting(visit, "Preset").value == preset.title


def test_what_was_typed_is_there_after_another_page(visit: AppTest) -> None:
    setting(visit, "Steps").set_value("12,5").run()
    setting(visit, "Activation").set_value("tanh").run()
    visit.switch_page(paths.page("probe")).run()
    visit.switch_page(paths.page("train")).run()
    assert setting(visit, "Steps").value == "12,5"
    assert setting(visit, "Activation").value == "tanh"
    assert "12.5 is not" in text(visit)


def test_a_preset_fills_in_all_controls(visit: AppTest) -> None:
    preset = presets.presets()["sigmoid-10"]
    setting(visit, "Preset").set_value(preset.title).run()
    assert setting(visit, "Hidden layer widths").value == "10"
    assert setting(visit, "Activation").value == "sigmoid"
    assert setting(visit, "Steps").value == "10000"
    assert "floor" in text(visit)


def test_a_growth_that_the_signals_do_not_have_is_refused_where_it_is_chosen() -> None:
    refusal = "The growth is off, phase or both for signals of the family phase, which have no"
    visit = page_at({"growth": "frequency", "widths": "20, 2, 20"})
    assert refusal not in text(visit)
    setting(visit, "Signals").set_value("phase").run()
    assert refusal in text(visit)
    assert recipe_is_open(visit)
    assert button(visit, "Train").disabled
    setting(visit, "Grow the family from a patch").set_value("phase").run()
    assert refusal not in text(visit)
    assert not button(visit, "Train").disabled
    addressed = page_at({"growth": "frequency", "signals": "phase"})
    assert refusal in text(addressed)
