"""What goes wrong with real processes: the runs end as if nothing had."""

import os
import signal
from concurrent.futures import Future
from dataclasses import replace
from functools import cache

import numpy as np
import psutil
import pytest

from sinae.model.experiment import Experiment
from sinae.model.state import Chunk, State
from sinae.model.training import advance
from sinae.service.admission import AdmissionQueue
from sinae.service.dispatcher import ChunkPolicy
from sinae.service.engine import Engine
from sinae.service.request import WorkersLostError
from sinae.service.run import Run
from sinae.service.snapshot import Status
from tests.support.engines import started
from tests.support.waiting import wait_for

EXPERIMENT = Experiment(widths=(8, 3, 8), batch_size=10, steps=30_000)


def worker_processes(engine: Engine) -> dict[str, psutil.Process]:
    """Those that train, by address."""
    assert engine._client is not None
    return {a: psutil.Process(pid) for a, pid in engine._client.run(os.getpid).items()}


def run_of(engine: Engine, experiment: Experiment) -> Run:
    run = Run(experiment, engine, AdmissionQueue(1, 0))
    run.train()
    return run


@cache
def alone(experiment: Experiment) -> Chunk:
    """What comes of it here."""
    return advance(experiment, None, experiment.steps)


def assert_undisturbed(run: Run) -> None:
    snapshot = wait_for(run.snapshot, lambda s: not s.status.moving)
    assert snapshot.status is Status.FINISHED, snapshot.message
    whole = alone(run.experiment)
    assert snapshot.losses.tobytes() == whole.losses.tobytes()
    assert snapshot.state is not None
    assert snapshot.state.weights.tobytes() == whole.state.weights.tobytes()


def test_workers_killed_cost_no_step() -> None:
    with started(2) as engine:
        for killed in (1, 2):
            runs = [run_of(engine, replace(EXPERIMENT, seed=seed)) for seed in range(3)]
            for run in runs:
                wait_for(run.snapshot, lambda s: s.step > 1000)
            processes = wait_for(lambda: worker_processes(engine), lambda found: len(found) == 2)
            for process in list(processes.values())[:killed]:
                process.kill()
            if killed == 2:
                wait_for(runs[0].snapshot, lambda s: s.engine == "away")
            for run in runs:
                assert_undisturbed(run)


def test_a_worker_that_hangs_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL", "3s")
    with started(1) as engine:
        run = run_of(engine, EXPERIMENT)
        wait_for(run.snapshot, lambda s: s.step > 1000)
        (hung,) = worker_processes(engine).values()
        hung.send_signal(signal.SIGSTOP)
        assert_undisturbed(run)
        assert not hung.is_running()


def test_a_worker_that_dask_gives_up_is_replaced_and_what_ended_before_can_be_steered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sinae.service.engine.MISSING_SECONDS", 1.0)
    with started(1) as engine:
        line = AdmissionQueue(1, 2)
        finished, stepped, training = (
            Run(replace(EXPERIMENT, steps=steps, seed=steps), engine, line)
            for steps in (50, 60, 30_000)
        )
        finished.train()
        wait_for(finished.snapshot, lambda s: s.status is Status.FINISHED)
        stepped.step()
        wait_for(stepped.snapshot, lambda s: s.status is Status.PAUSED)
        training.train()
        wait_for(training.snapshot, lambda s: s.step > 1000)
        assert engine._client is not None
        retire = engine._client.scheduler.retire_workers
        engine._client.loop.add_callback(retire, workers=list(worker_processes(engine)))
        wait_for(training.snapshot, lambda s: s.engine == "away")
        assert_undisturbed(training)  # at a new cluster
        stepped.stop()
        finished.train_more(10)
        more = wait_for(finished.snapshot, lambda s: not s.status.moving)
        whole = advance(finished.experiment, None, 60)
        assert more.losses.tobytes() == whole.losses.tobytes()
        assert (line.training, line.waiting) == (0, 0)


def test_a_chunk_that_fails_stops_its_run_with_the_reason_and_no_other(
    engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    broken = Run(EXPERIMENT, engine, AdmissionQueue(1, 0))
    four = np.zeros(4, np.float32)  # weights of no network of these settings
    broken._state = State(0, four, four, four)
    other = run_of(engine, replace(EXPERIMENT, seed=5))
    broken.train()
    snapshot = wait_for(broken.snapshot, lambda s: not s.status.moving)
    assert snapshot.status is Status.FAILED
    # Not one of TensorFlow's errors, which the web process could only read by loading it.
    assert "an error in a worker (RuntimeError)" in snapshot.message
    assert "/" not in snapshot.message
    assert broken.id in caplog.text
    assert_undisturbed(other)


@pytest.mark.skipif(not hasattr(psutil, "RLIMIT_AS"), reason="no process can be limited there")
def test_a_run_that_ran_out_of_memory_says_so_and_can_be_resumed() -> None:
    with started(1) as engine:
        # Its batches take 40 MB in each chunk.
        run = Run(replace(EXPERIMENT, batch_size=1000, steps=300), engine, AdmissionQueue(1, 0))
        run.step()
        wait_for(run.snapshot, lambda s: s.status is Status.PAUSED)
        (worker,) = worker_processes(engine).values()
        most = worker.memory_info().vms + 16 * 2**20
        worker.rlimit(psutil.RLIMIT_AS, (most, psutil.RLIM_INFINITY))
        run.train()
        snapshot = wait_for(run.snapshot, lambda s: not s.status.moving)
        assert snapshot.status is Status.FAILED
        assert "there was not enough memory" in snapshot.message
        worker.rlimit(psutil.RLIMIT_AS, (psutil.RLIM_INFINITY, psutil.RLIM_INFINITY))
        run.train()
        assert_undisturbed(run)


@pytest.mark.skipif(not hasattr(psutil, "RLIMIT_FSIZE"), reason="no process can be limited there")
def test_a_run_that_the_disk_had_no_room_for_says_so_and_can_be_resumed() -> None:
    # Of an activation whose gradient TensorFlow registers by name, once.
    experiment = Experiment(widths=(9, 2, 9), activation="silu", steps=300)
    with started(1) as engine:
        (worker,) = worker_processes(engine).values()
        worker.rlimit(psutil.RLIMIT_FSIZE, (1000, psutil.RLIM_INFINITY))
        run = run_of(engine, experiment)
        snapshot = wait_for(run.snapshot, lambda s: not s.status.moving)
        assert snapshot.status is Status.FAILED
        assert "could not write to its disk" in snapshot.message
        worker.rlimit(psutil.RLIMIT_FSIZE, (psutil.RLIM_INFINITY, psutil.RLIM_INFINITY))
        run.train()
        assert_undisturbed(run)


def test_a_chunk_that_workers_die_of_is_given_up_and_no_other() -> None:
    policy = ChunkPolicy(seconds=3.0)  # time to find out which worker has it
    with started(2, policy) as engine:
        other = run_of(engine, replace(EXPERIMENT, seed=5, steps=100_000))
        wait_for(other.snapshot, lambda s: s.step > 1000)
        answer: Future[object] = Future()
        ticket = engine.submit(
            lambda _request, result: answer.set_result(result), EXPERIMENT, None, 10**9
        )

        def at_it(address: str) -> bool:
            given = engine._dispatcher._workers[address].assignments
            return [assignment.request for assignment in given[:1]] == [ticket]

        for _ in range(policy.tries):
            address = wait_for(lambda: [a for a in engine._dispatcher._workers if at_it(a)])[0]
            worker_processes(engine)[address].kill()
            wait_for(lambda: address not in engine._dispatcher._workers)  # noqa: B023
        assert isinstance(answer.result(), WorkersLostError)
        assert_undisturbed(other)
