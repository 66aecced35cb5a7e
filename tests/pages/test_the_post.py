"""The post's page, and training its networks live."""

import re
from statistics import median

import pytest
from streamlit.testing.v1 import AppTest

from sinae.model.experiment import Experiment
from sinae.model.setting import write
from sinae.service.engine import Engine
from sinae.service.registry import Registry
from sinae.service.settings import Settings
from sinae.study import presets
from sinae.study.claims import claims
from sinae.ui import paths, session
from tests.support.visitor import NAVIGATION, button, labels, setting, text
from tests.support.waiting import stretched

pytestmark = pytest.mark.usefixtures("registry")


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
    registry = Registry(engine, Settings(max_kept=100))
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
