"""What goes wrong with real processes: the runs end as if nothing had."""

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import psutil
import pytest

from sinae.engine import TRIES, Engine, WorkersLostError
from sinae.experiment import Experiment
from sinae.line import Line
from sinae.runs import Run, Snapshot, Status
from sinae.training import State, advance

EXPERIMENT = Experiment(widths=(8, 3, 8), batch_size=10, steps=30_000)


@contextmanager
def started(workers: int) -> Iterator[Engine]:
    engine = Engine(workers)
    engine.start()
    try:
        engine.wait(120)
        yield engine
    finally:
        engine.close()


def worker_processes(engine: Engine) -> dict[str, psutil.Process]:
    """Those that train, by address."""
    assert engine._client is not None
    return {a: psutil.Process(pid) for a, pid in engine._client.run(os.getpid).items()}


def run_of(engine: Engine, experiment: Experiment) -> Run:
    run = Run(experiment, engine, Line(1, 0))
    run.train()
    return run


def wait(run: Run, until: Callable[[Snapshot], bool], seconds: float = 90) -> Snapshot:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if until(snapshot := run.snapshot()):
            return snapshot
        time.sleep(0.01)
    snapshot = run.snapshot()
    raise AssertionError(f"{snapshot.status} at {snapshot.step}, engine {snapshot.engine}")


def assert_undisturbed(run: Run) -> None:
    snapshot = wait(run, lambda s: not s.status.moving)
    assert snapshot.status is Status.FINISHED, snapshot.message
    whole = advance(run.experiment, None, run.experiment.steps)
    assert snapshot.losses.tobytes() == whole.losses.tobytes()
    assert snapshot.state is not None
    assert snapshot.state.weights.tobytes() == whole.state.weights.tobytes()


@pytest.mark.parametrize("killed", [1, 2])
def test_workers_killed_cost_no_step(killed: int) -> None:
    with started(2) as engine:
        runs = [run_of(engine, replace(EXPERIMENT, seed=seed)) for seed in range(3)]
        for run in runs:
            wait(run, lambda s: s.step > 1000)
        for process in list(worker_processes(engine).values())[:killed]:
            process.kill()
        if killed == 2:
            wait(runs[0], lambda s: s.engine == "away")
        for run in runs:
            assert_undisturbed(run)


def test_a_worker_that_hangs_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL", "3s")
    with started(1) as engine:
        run = run_of(engine, EXPERIMENT)
        wait(run, lambda s: s.step > 1000)
        (hung,) = worker_processes(engine).values()
        hung.send_signal(signal.SIGSTOP)
        assert_undisturbed(run)
        assert not hung.is_running()


def test_a_worker_that_dask_gives_up_is_replaced_and_what_ended_before_can_be_steered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sinae.engine.MISSING_SECONDS", 1.0)
    with started(1) as engine:
        line = Line(1, 2)
        finished, stepped, training = (
            Run(replace(EXPERIMENT, steps=steps, seed=steps), engine, line)
            for steps in (50, 60, 30_000)
        )
        finished.train()
        wait(finished, lambda s: s.status is Status.FINISHED)
        stepped.step()
        wait(stepped, lambda s: s.status is Status.PAUSED)
        training.train()
        wait(training, lambda s: s.step > 1000)
        assert engine._client is not None
        engine._client.retire_workers(list(worker_processes(engine)))
        wait(training, lambda s: s.engine == "away")
        assert_undisturbed(training)  # at a new cluster
        finished.reset()
        stepped.stop()
        finished.train()
        assert_undisturbed(finished)
        assert (line.training, line.waiting) == (0, 0)


def test_a_scheduler_that_is_long_away_costs_neither_threads_nor_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sinae.engine.REACH_SECONDS", 0.2)
    monkeypatch.setattr("sinae.engine.LOOK_SECONDS", 0.01)
    process, tries = psutil.Process(), 0
    used = []

    class Counting(Engine):
        def _lose(self) -> None:
            nonlocal tries
            super()._lose()
            tries += 1
            used.append((threading.active_count(), process.num_fds()))

    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        engine = Counting(scheduler=f"tcp://127.0.0.1:{nobody.getsockname()[1]}")
        engine.start()
        for _ in range(600):
            if tries >= 12:
                break
            time.sleep(0.1)
        engine.close()
    threads, files = np.array(used[:12]).reshape(2, 6, 2).max(axis=1).T
    assert threads[1] <= threads[0]
    assert files[1] <= files[0]


def test_a_chunk_that_fails_stops_its_run_with_the_reason_and_no_other(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Run(EXPERIMENT, engine, Line(1, 0))
    four = np.zeros(4, np.float32)  # weights of no network of these settings
    broken._state = State(0, four, four, four)
    other = run_of(engine, replace(EXPERIMENT, seed=5))
    broken.train()
    snapshot = wait(broken, lambda s: not s.status.moving)
    assert snapshot.status is Status.FAILED
    assert "an error in a worker (" in snapshot.message
    assert "/" not in snapshot.message
    assert broken.id in caplog.text
    assert_undisturbed(other)


def test_a_chunk_that_workers_die_of_is_given_up_and_no_other() -> None:
    with started(2) as engine:
        answer: Future[object] = Future()
        engine.submit(answer.set_result, EXPERIMENT, None, 10**9)
        (ticket,) = [c for worker in engine._by_address.values() for c in worker.turns]
        other = run_of(engine, replace(EXPERIMENT, seed=5, steps=200_000))
        wait(other, lambda s: s.step > 1000)
        for _ in range(TRIES):
            address = None
            while address is None:
                time.sleep(0.1)
                address = next(
                    (a for a, w in engine._by_address.items() if w.turns[:1] == [ticket]), None
                )
            worker_processes(engine)[address].kill()
            while address in engine._by_address:
                time.sleep(0.1)
        assert isinstance(answer.result(30), WorkersLostError)
        assert_undisturbed(other)
