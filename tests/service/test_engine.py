"""The engine: its start and its end."""

import socket
import tempfile
import threading
from pathlib import Path

import numpy as np
import psutil
import pytest

from sinae.model.experiment import Experiment
from sinae.service.admission import AdmissionQueue
from sinae.service.cluster import ClusterError
from sinae.service.engine import Engine
from sinae.service.run import Run
from sinae.service.snapshot import EngineStatus, Status
from tests.support.waiting import wait_for


def test_closed_while_it_starts_it_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = psutil.Process().children(recursive=True)
    engine = Engine(1)
    engine.start()
    wait_for(lambda: list(tmp_path.glob("sinae-*/**/worker-*")))
    engine.close()
    assert engine.status is EngineStatus.STARTING
    assert psutil.Process().children(recursive=True) == before
    assert list(tmp_path.glob("sinae-*")) == []


def test_a_scheduler_that_is_long_away_costs_neither_threads_nor_files(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sinae.service.engine.REACH_SECONDS", 0.2)
    monkeypatch.setattr("sinae.service.engine.LOOK_SECONDS", 0.01)
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
        wait_for(lambda: tries >= 12)
        engine.close()
    threads, files = np.array(used[:12]).reshape(2, 6, 2).max(axis=1).T
    assert threads[1] <= threads[0]
    assert files[1] <= files[0]


def test_a_run_stays_what_it_was(engine: Engine) -> None:
    """The trial that learns the pace takes no run's place."""
    line = AdmissionQueue(1, 0)
    run = Run(Experiment(widths=(4,), steps=100), engine, line)
    run.train()
    assert wait_for(run.snapshot, lambda s: not s.status.moving).step == 100


def test_a_cluster_that_does_not_come_up_is_tried_again_and_what_waits_goes_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("sinae.service.engine.RETRY_SECONDS", 0.1)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    engine = Engine(1)
    engine.start()
    try:
        with pytest.raises(ClusterError, match="no place for temporary files"):
            engine.wait()
        run = Run(Experiment(widths=(4,), steps=100), engine, AdmissionQueue(1, 0))
        run.train()
        wait_for(lambda: caplog.text.count("is tried again") > 1)
        assert (run.snapshot().status, engine.status) == (Status.TRAINING, EngineStatus.AWAY)
        (tmp_path / "missing").mkdir()
        first = wait_for(lambda: list(tmp_path.glob("missing/sinae-*")))
        assert wait_for(run.snapshot, lambda s: not s.status.moving).step == 100
        assert engine._cluster is not None
        engine._cluster._process.kill()
        wait_for(lambda: engine.status is EngineStatus.AWAY)
        wait_for(lambda: engine.status is EngineStatus.UP)
        assert len(second := list(tmp_path.glob("missing/sinae-*"))) == 1
        assert second != first
    finally:
        engine.close()
    assert list(tmp_path.glob("missing/*")) == []
