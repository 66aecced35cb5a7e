"""Nothing that was trained is lost without a question."""

import pytest
from streamlit.testing.v1 import AppTest

from sinae.service.registry import Registry
from tests.support.visitor import button, labels, newest, text, trained

pytestmark = pytest.mark.usefixtures("registry")


def test_nobody_loses_a_trained_network_without_being_asked(
    visit: AppTest, registry: Registry
) -> None:
    kept = registry.settings.max_kept
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
