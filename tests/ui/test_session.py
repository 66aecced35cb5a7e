"""What a page asks of its visitor's runs."""

import pytest

from sinae.model.experiment import Experiment
from sinae.service.engine import Engine
from sinae.service.registry import Registry
from sinae.service.run import Run
from sinae.service.snapshot import Status
from sinae.ui import session

EXPERIMENT = Experiment(widths=(4,), steps=100)


@pytest.fixture(autouse=True)
def registry(monkeypatch: pytest.MonkeyPatch) -> Registry:
    registry = Registry(Engine(workers=1))  # not started, as nothing is trained
    session.use(registry)
    monkeypatch.setattr(session, "owner", lambda: "me")
    return registry


def test_a_button_reaches_its_run_by_the_key_and_nothing_else(registry: Registry) -> None:
    run = session.new_run(EXPERIMENT)
    session.command(run.key, Run.train)
    assert run.snapshot().status is Status.TRAINING
    session.command(run.id, Run.stop)
    session.command("", Run.stop)
    assert run.snapshot().status is Status.TRAINING
    session.command(run.key, Run.stop)
    session.command(run.key, Run.train_more, 5)  # it has made no step
    assert (run.snapshot().status, run.snapshot().target) == (Status.STOPPED, 100)


def test_without_a_run_a_page_shows_the_experiment_to_come() -> None:
    none = session.snapshot(EXPERIMENT)
    assert (none.exists, none.experiment) == (False, EXPERIMENT)
    run = session.new_run(Experiment())
    assert session.snapshot(EXPERIMENT).id == run.id


def test_a_step_is_the_current_run_s_where_it_can_go_on_else_a_new_one_s() -> None:
    run = session.run_for(EXPERIMENT)
    assert session.run_for(EXPERIMENT) is run
    run.train()
    assert session.run_for(Experiment()) is run  # in progress
    run.stop()
    assert session.run_for(Experiment()) is not run
