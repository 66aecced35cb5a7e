"""Each page, run by Streamlit's own test runner against a real engine."""

import re
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from streamlit.runtime.scriptrunner_utils.exceptions import StopException
from streamlit.testing.v1 import AppTest

from sinae.model.experiment import SETTINGS, Experiment
from sinae.model.setting import write
from sinae.service.engine import Engine
from sinae.service.registry import Registry
from sinae.service.settings import Limits
from sinae.service.snapshot import Snapshot, Status
from sinae.study import post, presets
from sinae.study.claims import claims
from sinae.ui import networks, paths, session
from tests.support.waiting import stretched, wait_for

DIVERGING = Experiment(widths=(20,) * 6, activation="linear", learning_rate=1, batch_size=10)

NAVIGATION = Path(session.__file__).parent / "navigation.py"


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
    return AppTest.from_file(NAVIGATION, default_timeout=stretched(30)).run()


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

    def drawn() -> tuple[list[str], str]:
        visit.run()
        assert not visit.exception
        return labels(visit), text(visit)

    wait_for(drawn, lambda page: label in page[0])


def test_the_first_page_explains_itself_and_is_filled_in(visit: AppTest) -> None:
    assert not visit.exception
    assert "autoencoder" in text(visit)
    assert setting(visit, "Hidden layer widths").value == "96, 96, 64, 32, 3, 32, 64, 96, 96"
    weights = presets.presets()["three-nodes-solved"].experiment.weight_count
    assert f"{weights:,} weights · bottleneck of 3 · compression 101 : 3" in text(visit)
    assert not button(visit, "Train").disabled


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


def test_a_first_visitor_sees_a_network_succeed(visit: AppTest, registry: Registry) -> None:
    button(visit, "Train").click().run()
    run_until(visit, "Train more")
    end = newest(registry)
    assert end.held_out_mse is not None
    assert end.held_out_mse < 0.02


def test_a_run_from_train_to_more(visit: AppTest, registry: Registry) -> None:
    setting(visit, "Hidden layer widths").set_value("8, 3, 8")
    setting(visit, "Steps").set_value("300000")
    setting(visit, "Batch size").set_value("10")
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
    setting(visit, "Steps").set_value("100").run()
    button(visit, "Train").click().run()
    run_until(visit, "Train more")
    assert newest(registry).step == 100
    button(visit, "Train more").click().run()
    run_until(visit, "Train more")
    assert newest(registry).step == 10_100


def test_other_settings_take_the_place_of_a_run_when_asked_to(
    visit: AppTest, registry: Registry
) -> None:
    setting(visit, "Steps").set_value("1000000").run()
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


def test_new_weights_take_the_next_seed(visit: AppTest) -> None:
    button(visit, "Train").click().run()
    button(visit, "Stop").click().run()
    button(visit, "New weights").click().run()
    assert setting(visit, "Seed").value == "2"
    assert not visit.exception


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


def test_a_network_without_hidden_layers_is_welcome(visit: AppTest) -> None:
    setting(visit, "Hidden layer widths").set_value("").run()
    assert not visit.exception
    assert "no bottleneck" in text(visit)
    assert not button(visit, "Train").disabled


@pytest.mark.parametrize("steps", ["0", "-5", "2.7", "1e300"])
def test_settings_come_from_the_address_and_are_checked(steps: str) -> None:
    page = AppTest.from_file(NAVIGATION, default_timeout=stretched(30))
    page.query_params.update({"widths": "20-2-20", "steps": steps, "activation": "tanh"})
    page.run()
    assert not page.exception
    assert "bottleneck of 2" in text(page)
    assert setting(page, "Activation").value == "tanh"
    assert setting(page, "Steps").value == steps
    assert "The step count is a whole number" in text(page)
    assert button(page, "Train").disabled


def test_the_recipe_opens_for_what_is_not_allowed_in_it_and_stays_open() -> None:
    page = AppTest.from_file(NAVIGATION, default_timeout=stretched(30))
    page.query_params["learning_rate"] = "7"
    page.run()
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
    page = AppTest.from_file(NAVIGATION, default_timeout=stretched(30))
    page.query_params[name] = asked
    page.run()
    assert not page.exception
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
    page = AppTest.from_file(NAVIGATION, default_timeout=stretched(30))
    page.query_params[name] = asked
    page.run()
    assert not page.exception
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


@pytest.mark.parametrize("name", ["probe", "latent_space", "the_post"])
def test_every_page_has_something_to_show_before_anything_is_trained(
    visit: AppTest, name: str
) -> None:
    visit.switch_page(paths.page(name)).run()
    assert not visit.exception


def test_every_page_copes_with_a_run_that_diverged(registry: Registry) -> None:
    visit = AppTest.from_file(NAVIGATION, default_timeout=stretched(30))
    for name, value in DIVERGING.to_query().items():
        visit.query_params[name] = value
    visit.run()
    button(visit, "Train").click().run()
    run_until(visit, "Train")
    assert "The error grew without bound at step" in text(visit)
    for name in ("probe", "latent_space", "the_post"):
        visit.switch_page(paths.page(name)).run()
        assert not visit.exception
    run = registry.current("visitor")
    assert run is not None
    assert run.snapshot().status is Status.DIVERGED


def test_the_posts_page_tells_what_was_measured(visit: AppTest) -> None:
    visit.switch_page(paths.page("the_post")).run()
    table = visit.table[0].value
    for name, kept in presets.reproduction().items():
        title = f"**{presets.presets()[name].title}**"
        line = table[table["Network"].str.startswith(title)].iloc[0]
        errors = sorted(run["mean_mse"] for run in kept.runs)
        middle = re.match(r"\*\*(.+)\*\*", line["Here, mean"])
        assert middle
        assert float(middle[1]) == pytest.approx(median(errors), rel=0.01)
    for claim in claims():
        assert claim.claim in [heading.value for heading in visit.subheader]
        assert claim.evidence in text(visit)
    before = 1
    button(visit, "Draw other signals").click().run()
    assert visit.session_state["draw"] == before + 1


@pytest.mark.parametrize("before", [False, True], ids=["directly", "in place of another"])
def test_every_network_of_the_post_is_trained_live(engine: Engine, before: bool) -> None:
    registry = Registry(engine, Limits(max_kept=100))
    session.use(registry)
    visit = AppTest.from_file(NAVIGATION, default_timeout=stretched(30)).run()
    for name in presets.reproduction():
        if before:  # another one than the row before, which may have ended by itself
            registry.create("visitor", Experiment(steps=10**6)).train()
        visit.switch_page(paths.page("the_post")).run()
        setting(visit, "Network").set_value(name).run()
        button(visit, "Train it again, live").click().run()
        if before:
            assert "One network trains at a time" in text(visit), name
            button(visit, "Stop it and train this one").click().run()
        assert not visit.exception, name
        run = registry.current("visitor")
        assert run is not None
        experiment = presets.presets()[name].experiment
        assert run.experiment == experiment
        assert run.moving, name
        # On the Train page now, with that row's settings in the controls.
        assert setting(visit, "Preset").value == presets.presets()[name].title
        for field, label in (("widths", "Hidden layer widths"), ("steps", "Steps")):
            assert setting(visit, label).value == write(getattr(experiment, field))
        assert "Show this run's settings" not in labels(visit)
        run.stop()


def test_an_address_that_names_no_network_of_the_post_gets_a_sentence(visit: AppTest) -> None:
    visit.query_params["row"] = "nope"
    visit.switch_page(paths.page("the_post")).run()
    assert "The address asks for the row “nope”, which is not to be had here." in text(visit)
    setting(visit, "Network").set_value("selu-50-3-50").run()
    assert "nope" not in text(visit)


def trained(visit: AppTest, seed: int) -> None:
    """Train a new run for one step."""
    setting(visit, "Seed").set_value(str(seed)).run()
    button(visit, "Step").click().run()
    run_until(visit, "Resume")
    button(visit, "Stop").click().run()


def test_nobody_loses_a_trained_network_without_being_asked(
    visit: AppTest, registry: Registry
) -> None:
    kept = registry.limits.max_kept
    for seed in range(1, kept + 1):
        trained(visit, seed)
    oldest = registry.runs("visitor")[-1]
    button(visit, "New weights").click().run()
    assert f"**{oldest.experiment.title}**, step 1 · held-out MSE" in text(visit)
    assert len(registry.runs("visitor")) == kept
    assert newest(registry).step == 1
    button(visit, "Let it go and begin").click().run()
    assert oldest not in registry.runs("visitor")
    assert newest(registry).experiment.seed == kept + 1
    assert newest(registry).step == 0
    for _ in range(3):  # of untrained ones there is nothing to lose
        button(visit, "New weights").click().run()
        assert "Let it go and begin" not in labels(visit)
    assert [run.experiment.seed for run in registry.runs("visitor")] == [
        kept + 4,
        *range(kept, 1, -1),
    ]


def test_reset_keeps_what_was_trained_and_two_runs_never_have_one_name(
    visit: AppTest, registry: Registry
) -> None:
    trained(visit, 1)
    button(visit, "Reset").click().run()
    assert newest(registry).step == 0
    assert [run.snapshot().step for run in registry.runs("visitor")] == [0, 1]
    button(visit, "Step").click().run()
    run_until(visit, "Resume")
    button(visit, "Reset").click().run()
    setting(visit, "Learning rate").set_value("0,01").run()
    button(visit, "Step").click().run()
    run_until(visit, "Resume")
    found = networks.names([run.snapshot() for run in registry.runs("visitor")])
    assert len({*found}) == len(found) == 3
    assert "rate 0.01" in found[0]
    assert "step 1" in found[1]


def test_the_controls_show_an_own_run_or_one_button_puts_it_there(
    visit: AppTest, registry: Registry
) -> None:
    registry.create("visitor", Experiment(widths=(33, 3, 33), steps=500))
    again = AppTest.from_file(NAVIGATION, default_timeout=stretched(30)).run()  # as in a new tab
    assert setting(again, "Hidden layer widths").value == "33, 3, 33"
    assert setting(again, "Steps").value == "500"
    setting(again, "Steps").set_value("700").run()
    assert "The controls differ" in text(again)
    button(again, "Show this run's settings").click().run()
    assert setting(again, "Steps").value == "500"
    assert "The controls differ" not in text(again)


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


def test_before_training_the_page_says_how_long_it_will_take(
    visit: AppTest, registry: Registry
) -> None:
    wait_for(lambda: registry.engine.pace.seconds(Experiment(), 1))
    visit.run()
    assert re.search(r"8,000 steps: about \d+ s here\.", text(visit))
    setting(visit, "Steps").set_value("1000000").run()
    assert re.search(r"1,000,000 steps: about (\d+ (s|min)|[\d.]+ h) here\.", text(visit))


def test_a_preset_fills_in_all_controls(visit: AppTest) -> None:
    preset = presets.presets()["sigmoid-10"]
    setting(visit, "Preset").set_value(preset.title).run()
    assert setting(visit, "Hidden layer widths").value == "10"
    assert setting(visit, "Activation").value == "sigmoid"
    assert setting(visit, "Steps").value == "10000"
    assert "floor" in text(visit)
