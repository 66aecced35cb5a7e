"""How long an experiment is said to take."""

from dataclasses import replace

import pytest

from sinae.model.experiment import Experiment
from sinae.model.training import advance
from sinae.service.engine import Engine
from sinae.service.pace import Pace, relative_cost
from sinae.service.registry import Registry
from tests.support.waiting import wait_for


def test_nothing_is_said_before_anything_was_seen() -> None:
    assert Pace().seconds(Experiment(), 100) is None


def test_what_was_seen_is_said_again_and_the_newest_counts_most_in_the_end() -> None:
    pace, experiment = Pace(), Experiment()
    pace.observe(experiment, 0, 0.01)  # what initial weights do has no steps
    pace.observe(experiment, 1000, 0.2)
    assert pace.seconds(experiment, 20_000) == pytest.approx(4.0)
    for _ in range(100):
        pace.observe(experiment, 1000, 0.4)
    assert pace.seconds(experiment, 20_000) == pytest.approx(8.0, rel=0.01)


@pytest.mark.parametrize(
    "change",
    [
        {"batch_size": 1000},
        {"widths": (256, 64, 3, 64, 256)},
        {"widths": (512, 512)},
        {"widths": (10,), "activation": "sigmoid"},
    ],
)
def test_a_costlier_network_is_said_to_take_longer_by_what_it_takes(
    change: dict[str, object],
) -> None:
    """Ratios in one process; a busy machine moves both of them."""
    base, other = Experiment(), replace(Experiment(), **change)  # type: ignore[arg-type]
    for experiment in (base, other):
        advance(experiment, None, 1)
    ratios = []
    for _ in range(3):
        seconds = [
            advance(e, None, steps).seconds / steps for e, steps in ((base, 400), (other, 200))
        ]
        ratios.append(seconds[1] / seconds[0])
    said = relative_cost(other) / relative_cost(base)
    assert said / 2.5 < sorted(ratios)[1] < said * 2.5


def test_an_engine_learns_the_pace_by_itself_and_more_runs_take_longer(engine: Engine) -> None:
    wait_for(lambda: engine.pace.seconds(Experiment(), 1))
    registry = Registry(engine)
    alone = registry.seconds_ahead(Experiment())
    assert alone
    runs = [registry.create(name, Experiment(widths=(4,), steps=10**6)) for name in "ab"]
    for run in runs:
        run.train()
    shared = registry.seconds_ahead(Experiment())
    assert shared
    # Three share one worker; chunks of the others may move the pace a little meanwhile.
    assert 2 < shared / alone < 4.5
    for run in runs:
        run.stop()
