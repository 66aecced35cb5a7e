"""Each page, run by Streamlit's own test runner against a real engine."""

import re
import time
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from sinae import presets
from sinae.claims import claims
from sinae.engine import Engine
from sinae.experiment import SETTINGS, Experiment
from sinae.limits import Limits
from sinae.registry import Registry
from sinae.runs import Snapshot, Status
from sinae.ui import places, session

SHELL = Path(session.__file__).parent / "shell.py"


@pytest.fixture(autouse=True)
def registry(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """A new registry; `AppTest` has no cookies, so the visitor is named here."""
    registry = Registry(engine)
    session.use(registry)
    monkeypatch.setattr(session, "owner", lambda: "visitor")
    return registry


@pytest.fixture
def visit(registry: Registry) -> AppTest:
    """The first page, as a new visitor finds it."""
    return AppTest.from_file(SHELL, default_timeout=30).run()


def button(visit: AppTest, label: str) -> Any:
    return next(b for b in visit.button if b.label == label)


def labels(visit: AppTest) -> list[str]:
    return [b.label for b in visit.button]


def setting(visit: AppTest, label: str) -> Any:
    widgets = [*visit.text_input, *visit.number_input, *visit.selectbox, *visit.toggle]
    return next(w for w in widgets if w.label == label)


def preset_with(activation: str) -> str:
    """The title of the first one that uses it."""
    every = presets.presets().values()
    return next(p.title for p in every if p.experiment.activation == activation)


def recipe_is_open(visit: AppTest) -> bool:
    return next(bool(box.proto.expanded) for box in visit.expander if box.label == "Recipe")


def text(visit: AppTest) -> str:
    parts = [*visit.markdown, *visit.caption, *visit.error, *visit.header]
    return "\n".join(part.value for part in parts)


def newest(registry: Registry) -> Snapshot:
    run = registry.current("visitor")
    assert run is not None
    return run.snapshot()


def run_until(visit: AppTest, label: str) -> None:
    """Draw the page again, as the browser does for each new status, until there is a button."""
    for _ in range(600):
        visit.run()
        assert not visit.exception
        if label in labels(visit):
            return
        time.sleep(0.1)
    raise AssertionError(f"no button {label} among {labels(visit)}: {text(visit)}")


def test_the_first_page_explains_itself_and_is_filled_in(visit: AppTest) -> None:
    assert not visit.exception
    assert "autoencoder" in text(visit)
    assert setting(visit, "Hidden layer widths").value == "50, 20, 10, 3, 10, 20, 50"
    assert f"{Experiment().weight_count:,} weights · bottleneck of 3 · compression 101 : 3" in text(
        visit
    )
    assert not button(visit, "Train").disabled


def test_a_run_from_train_to_more(visit: AppTest, registry: Registry) -> None:
    setting(visit, "Hidden layer widths").set_value("8, 3, 8")
    setting(visit, "Steps").set_value(300_000)
    setting(visit, "Batch size").set_value(10)
    visit.run()
    button(visit, "Train").click().run()
    assert labels(visit) == ["Pause", "Step", "Stop", "Reset", "New weights"]
    assert button(visit, "Step").disabled
    button(visit, "Pause").click().run()
    assert "Resume" in labels(visit)
    button(visit, "Step").click().run()
    run_until(visit, "Resume")
    assert newest(registry).held_out_mse is not None
    button(visit, "Resume").click().run()
    run_until(visit, "Pause")
    button(visit, "Stop").click().run()
    assert {"Train", "Train more"} <= set(labels(visit))
    button(visit, "Reset").click().run()
    assert "Train more" not in labels(visit)
    assert newest(registry).held_out_mse is None
    setting(visit, "Steps").set_value(100).run()
    button(visit, "Train").click().run()
    run_until(visit, "Train more")
    assert newest(registry).step == 100
    button(visit, "Train more").click().run()
    run_until(visit, "Train more")
    assert newest(registry).step == 10_100


def test_other_settings_take_the_place_of_a_run_when_asked_to(
    visit: AppTest, registry: Registry
) -> None:
    setting(visit, "Steps").set_value(1_000_000).run()
    button(visit, "Train").click().run()
    run_until(visit, "Pause")
    setting(visit, "Hidden layer widths").set_value("8, 2, 8").run()
    former = registry.current("visitor")
    assert former is not None
    assert former.moving
    assert "The controls differ" in text(visit)
    button(visit, "Stop it and train these").click().run()
    assert former.snapshot().status is Status.STOPPED
    assert newest(registry).experiment.widths == (8, 2, 8)
    assert newest(registry).status.moving
    assert "The controls differ" not in text(visit)


def test_a_host_that_limits_steps_says_so_where_they_are_asked_for(engine: Engine) -> None:
    session.use(Registry(engine, Limits(max_steps=5000)))
    visit = AppTest.from_file(SHELL, default_timeout=30).run()
    sentence = "A run has at most 5,000 steps on this host; 20,000 are too many."
    assert f":red[{sentence}]" in text(visit)
    assert button(visit, "Train").disabled
    setting(visit, "Steps").set_value(5000).run()
    assert not button(visit, "Train").disabled
    visit.switch_page(places.page("the_post")).run()
    setting(visit, "Network").set_value("selu-50-3-50").run()
    assert button(visit, "Train it again, live").disabled
    assert "A run has at most 5,000 steps on this host" in text(visit)


def test_new_weights_take_the_next_seed(visit: AppTest) -> None:
    button(visit, "Train").click().run()
    button(visit, "Stop").click().run()
    button(visit, "New weights").click().run()
    assert setting(visit, "Seed").value == 2
    assert not visit.exception


@pytest.mark.parametrize(
    ("label", "value", "sentence"),
    [
        ("Hidden layer widths", "50, 0", "Each width is a whole number from 1 to 512; 0 is not."),
        ("Hidden layer widths", "a", "Each width is a whole number from 1 to 512; “a” is not."),
        ("Steps", 0, "The step count is a whole number from 1 to 1,000,000; 0 is not."),
        ("Learning rate", 10.0, "The learning rate is a number from 1e-06 to 1; 10 is not."),
        ("Seed", -1, "The seed is a whole number from 0 to 2,147,483,647; -1 is not."),
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


def test_a_network_without_hidden_layers_is_welcome(visit: AppTest) -> None:
    setting(visit, "Hidden layer widths").set_value("").run()
    assert not visit.exception
    assert "no bottleneck" in text(visit)
    assert not button(visit, "Train").disabled


@pytest.mark.parametrize("steps", ["0", "-5", "2.7", "1e300"])
def test_settings_come_from_the_address_and_are_checked(steps: str) -> None:
    page = AppTest.from_file(SHELL, default_timeout=30)
    page.query_params.update({"widths": "20-2-20", "steps": steps, "activation": "tanh"})
    page.run()
    assert not page.exception
    assert "bottleneck of 2" in text(page)
    assert setting(page, "Activation").value == "tanh"
    assert setting(page, "Steps").value == float(steps)
    assert "The step count is a whole number" in text(page)
    assert button(page, "Train").disabled


def test_the_recipe_opens_for_what_is_not_allowed_in_it_and_stays_open() -> None:
    page = AppTest.from_file(SHELL, default_timeout=30)
    page.query_params["learning_rate"] = "7"
    page.run()
    assert recipe_is_open(page)
    assert "The learning rate is a number" in text(page)
    assert button(page, "Train").disabled
    assert "A setting is not allowed" in text(page)
    setting(page, "Learning rate").set_value(0.01).run()
    assert recipe_is_open(page)
    assert not button(page, "Train").disabled
    assert "A setting is not allowed" not in text(page)


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        *(("steps", asked) for asked in ("inf", "-1e999", "nan", "many", "1" * 400)),
        *(("learning_rate", asked) for asked in ("inf", "nan", "fast")),
        ("activation", "step"),
        ("slow_first", "perhaps"),
    ],
)
def test_what_no_control_can_show_of_an_address_is_refused_in_a_sentence(
    name: str, asked: str
) -> None:
    page = AppTest.from_file(SHELL, default_timeout=30)
    page.query_params[name] = asked
    page.run()
    assert not page.exception
    default = getattr(Experiment(), name)
    assert setting(page, SETTINGS[name].label).value == default
    with pytest.raises(ValueError, match="is") as refusal:
        SETTINGS[name].read(asked)
    assert f"{refusal.value} The address was not followed here." in text(page)
    assert name not in page.query_params
    assert recipe_is_open(page) == SETTINGS[name].recipe
    assert not button(page, "Train").disabled
    if name == "steps":
        setting(page, "Steps").set_value(1000).run()
        setting(page, "Steps").set_value(default).run()
        assert "not followed" not in text(page)
    if name == "activation":
        setting(page, "Preset").set_value(preset_with(activation=default)).run()
        assert "not followed" not in text(page)


@pytest.mark.parametrize("name", ["probe", "latent_space", "the_post"])
def test_every_page_has_something_to_show_before_anything_is_trained(
    visit: AppTest, name: str
) -> None:
    visit.switch_page(places.page(name)).run()
    assert not visit.exception


def test_every_page_copes_with_a_run_that_diverged(visit: AppTest, registry: Registry) -> None:
    setting(visit, "Hidden layer widths").set_value(", ".join(["50"] * 12))
    setting(visit, "Activation").set_value("linear")
    setting(visit, "Learning rate").set_value(1.0).run()
    button(visit, "Train").click().run()
    run_until(visit, "Train")
    assert "The error grew without bound at step" in text(visit)
    for name in ("probe", "latent_space", "the_post"):
        visit.switch_page(places.page(name)).run()
        assert not visit.exception
    run = registry.current("visitor")
    assert run is not None
    assert run.snapshot().status is Status.DIVERGED


def test_the_posts_page_tells_what_was_measured(visit: AppTest) -> None:
    visit.switch_page(places.page("the_post")).run()
    table = visit.table[0].value
    for name, kept in presets.reproduction().items():
        title = f"**{presets.presets()[name].title}**"
        line = table[table["Network"].str.startswith(title)].iloc[0]
        errors = sorted(run["held_out_mse"] for run in kept.runs)
        middle = re.match(r"\*\*(.+)\*\*", line["Ours"])
        assert middle
        assert float(middle[1]) == pytest.approx(median(errors), rel=0.01)
    for claim in claims():
        assert claim.quote in text(visit)
        assert claim.evidence in text(visit)
    before = 1
    button(visit, "Draw other signals").click().run()
    assert visit.session_state["draw"] == before + 1


def test_a_network_of_the_post_is_trained_live(visit: AppTest, registry: Registry) -> None:
    visit.switch_page(places.page("the_post")).run()
    setting(visit, "Network").set_value("selu-50-3-50").run()
    button(visit, "Train it again, live").click().run()
    assert not visit.exception
    run = registry.current("visitor")
    assert run is not None
    assert run.experiment == presets.presets()["selu-50-3-50"].experiment
    assert run.moving
    assert setting(visit, "Hidden layer widths").value == "50, 3, 50"  # on the Train page now
    run.stop()


def test_a_preset_fills_in_all_controls(visit: AppTest) -> None:
    preset = presets.presets()["sigmoid-10"]
    setting(visit, "Preset").set_value(preset.title).run()
    assert setting(visit, "Hidden layer widths").value == "10"
    assert setting(visit, "Activation").value == "sigmoid"
    assert setting(visit, "Steps").value == 10_000
    assert "floor" in text(visit)
