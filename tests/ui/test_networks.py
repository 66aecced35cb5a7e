"""The networks that a visitor may look into, and their names."""

import pytest
from streamlit.testing.v1 import AppTest

from sinae.service.registry import Registry
from sinae.ui import networks
from tests.support.visitor import button, newest, run_until, setting, trained

pytestmark = pytest.mark.usefixtures("registry")


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
