"""The Train page, from a first visit to more steps."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from sinae.model.experiment import Experiment
from sinae.service.registry import Registry
from sinae.service.snapshot import Status
from sinae.study import presets
from tests.support.visitor import NAVIGATION, button, labels, newest, run_until, setting, text
from tests.support.waiting import stretched, wait_for

pytestmark = pytest.mark.usefixtures("registry")


def test_the_first_page_explains_itself_and_is_filled_in(visit: AppTest) -> None:
    assert not visit.exception
    assert "autoencoder" in text(visit)
    assert setting(visit, "Hidden layer widths").value == "96, 96, 64, 32, 3, 32, 64, 96, 96"
    weights = presets.presets()["three-nodes-solved"].experiment.weight_count
    assert f"{weights:,} weights · 101 points go through 3 numbers" in text(visit)
    assert not button(visit, "Train").disabled


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


def test_new_weights_take_the_next_seed(visit: AppTest) -> None:
    button(visit, "Train").click().run()
    button(visit, "Stop").click().run()
    button(visit, "New weights").click().run()
    assert setting(visit, "Seed").value == "2"
    assert not visit.exception


def test_a_network_without_hidden_layers_is_welcome(visit: AppTest) -> None:
    setting(visit, "Hidden layer widths").set_value("").run()
    assert not visit.exception
    assert "nothing is squeezed" in text(visit)
    assert not button(visit, "Train").disabled


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


def test_before_training_the_page_says_how_long_it_will_take(
    visit: AppTest, registry: Registry
) -> None:
    wait_for(lambda: registry.engine.pace.seconds(Experiment(), 1))
    visit.run()
    assert re.search(r"8,000 steps: about \d+ s here\.", text(visit))
    setting(visit, "Steps").set_value("1000000").run()
    assert re.search(r"1,000,000 steps: about (\d+ (s|min)|[\d.]+ h) here\.", text(visit))
