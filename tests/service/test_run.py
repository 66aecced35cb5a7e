"""Runs: their controls and their chain of chunks, on a real Dask worker."""

import numpy as np
import pytest

from sinae.model.experiment import Experiment
from sinae.model.training import advance
from sinae.service.admission import AdmissionQueue
from sinae.service.cluster import ClusterError
from sinae.service.engine import Engine
from sinae.service.registry import Registry
from sinae.service.run import Run
from sinae.service.settings import Settings
from sinae.service.snapshot import Snapshot, Status
from tests.support.waiting import wait_for

LONG = Experiment(widths=(8, 3, 8), batch_size=10, steps=500_000)
SHORT = Experiment(widths=(8, 3, 8), batch_size=10, steps=1234)


def new_run(experiment: Experiment, engine: Engine) -> Run:
    return Run(experiment, engine, AdmissionQueue(places=9, waiting=9))


def halted(snapshot: Snapshot) -> bool:
    return not snapshot.status.moving


def test_a_run_gives_what_advance_gives_in_one_piece(engine: Engine) -> None:
    run = new_run(SHORT, engine)
    run.train()
    snapshot = wait_for(run.snapshot, halted)
    whole = advance(SHORT, None, SHORT.steps)
    assert snapshot.status is Status.FINISHED
    assert snapshot.step == SHORT.steps
    assert snapshot.losses.tobytes() == whole.losses.tobytes()
    assert snapshot.state is not None
    assert snapshot.state.weights.tobytes() == whole.state.weights.tobytes()
    assert snapshot.held_out_mse == whole.held_out_mse
    assert snapshot.errors == whole.held_out[-1]
    assert list(snapshot.held_out_steps) == sorted({*snapshot.held_out_steps})
    assert snapshot.held_out_steps[-1] == SHORT.steps
    marks = dict(zip(snapshot.held_out_steps.tolist(), snapshot.held_out_mses, strict=True))
    on_the_way = {errors.step: np.float32(errors.mean) for errors in whole.held_out}
    assert all(marks[step] == on_the_way[step] for step in marks.keys() & on_the_way.keys())


def test_pause_stands_still_and_resume_goes_on(engine: Engine) -> None:
    run = new_run(LONG, engine)
    run.train()
    wait_for(run.snapshot, lambda s: s.step > 0)
    run.pause()
    paused, kept = run.snapshot(), run.nbytes
    assert paused.status is Status.PAUSED
    wait_for(lambda: run.nbytes > kept)  # the chunk that was on its way has come back
    assert run.snapshot().step == paused.step
    run.step()
    assert wait_for(run.snapshot, halted).step == paused.step + 1
    assert run.snapshot().status is Status.PAUSED
    run.train()
    paused = wait_for(run.snapshot, lambda s: s.step > paused.step + 1)
    run.pause()
    kept = run.nbytes
    wait_for(lambda: run.nbytes > kept)  # the chunk that was on its way has come back
    run.train()
    further = run.snapshot()  # nobody need wait for what it did
    assert further.step > paused.step
    assert further.status is Status.TRAINING
    run.stop()
    assert run.snapshot().status is Status.STOPPED
    whole = advance(LONG, None, further.step)
    assert further.losses.tobytes() == whole.losses.tobytes()


def test_a_finished_run_can_be_trained_more(engine: Engine) -> None:
    run = new_run(SHORT, engine)
    run.train()
    wait_for(run.snapshot, halted)
    run.train_more(100)
    more = wait_for(run.snapshot, halted)
    assert (more.status, more.step, more.target) == (Status.FINISHED, 1334, 1334)
    run.step()
    assert wait_for(run.snapshot, halted).step == 1335


def test_a_diverging_run_stops_and_says_where(engine: Engine) -> None:
    run = new_run(Experiment(widths=(50,) * 12, activation="linear", learning_rate=1.0), engine)
    run.train()
    snapshot = wait_for(run.snapshot, halted)
    assert snapshot.status is Status.DIVERGED
    assert f"at step {snapshot.step + 1:,}" in snapshot.message
    assert "smaller learning rate" in snapshot.message
    assert snapshot.state is not None
    assert np.isfinite(snapshot.state.weights).all()
    run.train()
    assert run.snapshot().status is Status.DIVERGED


def test_an_engine_that_cannot_start_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    engine = Engine(workers=1)

    def fail() -> None:
        raise ClusterError("no more processes")

    monkeypatch.setattr(engine, "_connect", fail)
    run = new_run(SHORT, engine)
    run.train()
    engine.start()
    snapshot = wait_for(run.snapshot, halted)
    assert snapshot.status is Status.FAILED
    assert "the engine could not run" in snapshot.message
    assert "no more processes" not in snapshot.message
    engine.close()


def test_owners_do_not_see_each_other(engine: Engine) -> None:
    registry = Registry(engine)
    mine = trained_in(registry, "me")
    theirs = registry.create("you", SHORT)
    assert registry.current("me") is mine
    assert registry.runs("me") == [mine]
    assert registry.runs("you") == [theirs]
    assert registry.current("nobody") is None


def trained_in(registry: Registry, owner: str) -> Run:
    run = registry.create(owner, SHORT)
    run.step()
    wait_for(run.snapshot, halted)
    return run


def test_what_is_trained_is_kept_and_what_would_go_is_told_before(engine: Engine) -> None:
    registry = Registry(engine)
    kept = [trained_in(registry, "me")]
    for _ in range(5):  # as New weights makes them
        registry.create("me", SHORT)
    assert registry.runs("me")[1:] == kept
    while len(kept) < Settings().max_kept:
        assert registry.leaving("me") == []
        kept.insert(0, trained_in(registry, "me"))
    assert registry.runs("me") == kept
    assert registry.leaving("me") == kept[-1:]
    registry.create("me", SHORT)
    assert registry.runs("me")[1:] == kept[:-1]
    assert registry.visit(kept[-1].key) is None
    assert registry.leaving("me") == []


def test_a_new_run_stops_the_one_before(engine: Engine) -> None:
    registry = Registry(engine)
    first = registry.create("me", LONG)
    first.train()
    registry.create("me", SHORT)
    assert first.snapshot().status is Status.STOPPED
