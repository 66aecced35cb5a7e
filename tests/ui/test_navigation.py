"""All pages, as the navigation shows them."""

import pytest
from streamlit.testing.v1 import AppTest

from sinae.model.experiment import Experiment
from sinae.service.registry import Registry
from sinae.service.snapshot import Status
from sinae.ui import paths
from tests.support.visitor import NAVIGATION, button, run_until, text
from tests.support.waiting import stretched

pytestmark = pytest.mark.usefixtures("registry")


DIVERGING = Experiment(widths=(20,) * 6, activation="linear", learning_rate=1, batch_size=10)


@pytest.mark.parametrize("name", ["probe", "latent_space", "how_many_numbers", "the_post"])
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
    for name in ("probe", "latent_space", "how_many_numbers", "the_post"):
        visit.switch_page(paths.page(name)).run()
        assert not visit.exception
    run = registry.current("visitor")
    assert run is not None
    assert run.snapshot().status is Status.DIVERGED
