"""Runs and their owners: what is kept, what goes, and who leaves."""

import time
from dataclasses import replace

from sinae.model.experiment import Experiment
from sinae.service.engine import Engine
from sinae.service.registry import Registry
from sinae.service.run import Run
from sinae.service.settings import Settings
from sinae.service.snapshot import Status
from tests.support.engines import Idle
from tests.support.waiting import wait_for

LONG = Experiment(widths=(8, 3, 8), batch_size=10, steps=500_000)
SHORT = Experiment(widths=(8, 3, 8), batch_size=10, steps=1234)


def trained_in(registry: Registry, owner: str) -> Run:
    run = registry.create(owner, SHORT)
    run.step()
    wait_for(run.snapshot, lambda snapshot: not snapshot.status.moving)
    return run


def test_owners_do_not_see_each_other(engine: Engine) -> None:
    registry = Registry(engine)
    mine = trained_in(registry, "me")
    theirs = registry.create("you", SHORT)
    assert registry.current("me") is mine
    assert registry.runs("me") == [mine]
    assert registry.runs("you") == [theirs]
    assert registry.current("nobody") is None


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


def test_who_leaves_is_paused_and_in_the_end_let_go() -> None:
    limits = Settings(grace_seconds=100, keep_seconds=1000)
    registry = Registry(Idle(), limits)
    run = registry.create("me", Experiment())
    run.train()
    now = time.monotonic()
    registry.sweep(now + 99)
    assert run.snapshot().status is Status.TRAINING
    registry.sweep(now + 102)
    assert run.snapshot().status is Status.PAUSED
    assert "while you were away" in run.snapshot().message
    assert registry.current("me") is run
    assert registry.visit(run.key) is run
    run.train()
    registry.sweep(time.monotonic() + 50)
    assert run.snapshot().status is Status.TRAINING
    registry.sweep(now + 2000)
    assert registry.current("me") is None
    assert registry.queue.training == 0


def test_what_was_steered_longest_ago_goes_when_all_would_take_too_much(engine: Engine) -> None:
    registry = Registry(engine, Settings(max_kept_mb=3))
    small = Experiment(widths=(8, 3, 8), batch_size=10, steps=20)
    large = replace(small, widths=(400,))  # 81,301 weights: 0.98 MB with their moments

    def trained(owner: str, experiment: Experiment) -> Run:
        run = registry.create(owner, experiment)
        run.train()
        wait_for(lambda: not run.moving)
        return run

    gone = trained("me", large)
    here = trained("me", small)
    later = trained("you", large)
    wait_for(lambda: registry.visit(gone.key) is None)
    assert registry.runs("me") == [here]
    assert "had to go" in registry.notice("me")
    assert large.title in registry.notice("me")
    registry.visit(later.key)  # looking is not steering
    registry.steer(here.key, Run.step)
    wait_for(lambda: not here.moving)
    hers = trained("she", large)
    wait_for(lambda: registry.current("you") is None)
    assert registry.current("me") is here
    assert registry.notice("she") == ""
    hers.train_more(10**5)
    refused = registry.create("he", replace(small, widths=(500,)))
    refused.train()
    assert refused.snapshot().status is Status.READY
    assert "memory" in refused.snapshot().message
    assert hers.moving
    hers.stop()
    refused.train()
    assert refused.moving
    registry.create("it", large).train()  # takes less
    wait_for(lambda: registry.visit(refused.key) is None)
    assert "had to go" in registry.notice("he")
    registry.create("you", small)
    assert registry.notice("you") == ""  # it was read, and something else is begun
    assert registry.budget.nbytes <= registry.settings.run_bytes


def test_a_thousand_visitors_stay_below_the_ceiling() -> None:
    registry = Registry(Idle(), Settings(max_kept_mb=5, max_runs=2, max_waiting=3))
    for number in range(1000):
        run = registry.create(str(number), Experiment())
        run.train()
        run.stop()
    assert registry.budget.nbytes <= registry.settings.run_bytes
    kept = sum(bool(registry.runs(str(number))) for number in range(1000))
    assert 10 < kept < 1000
    assert registry.runs("999")


def test_an_old_tab_cannot_start_what_another_run_has_replaced() -> None:
    registry = Registry(Idle())
    first = registry.create("me", Experiment())
    first.train()
    second = registry.create("me", Experiment())
    second.train()
    for start in (first.train, first.step, lambda: first.train_more(5)):
        start()
        assert first.snapshot().status is Status.STOPPED
    third = registry.create("me", Experiment())
    second.train()
    assert registry.queue.training == 0
    assert third.snapshot().status is Status.READY
    registry.sweep(time.monotonic() + 2 * registry.settings.keep_seconds)  # now it is let go of
    third.train()
    assert registry.queue.training == 0


def test_a_run_ends_where_the_host_says() -> None:
    run = Registry(Idle(), Settings(max_steps=50)).create("me", Experiment(steps=100))
    assert run.snapshot().target == 50
    run.train_more(70)
    assert run.snapshot().target == 50
