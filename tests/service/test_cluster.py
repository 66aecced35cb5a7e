"""The embedded cluster: who reaches its scheduler, and what stays of it."""

import logging
import os
import re
import signal
import tempfile
from pathlib import Path

import psutil
import pytest
from distributed import Client, Security

from sinae.service.cluster import ClusterError
from sinae.service.engine import Engine
from sinae.service.scratch import Scratch
from tests.support.engines import started
from tests.support.server import App, lives
from tests.support.student import can_train
from tests.support.waiting import stretched, wait_for


def scheduler_address(engine: Engine) -> str:
    assert engine._client is not None
    return str(engine._client.scheduler.address)


@pytest.mark.parametrize("security", [None, Security.temporary()], ids=["plain", "other key"])
def test_the_embedded_scheduler_lets_in_who_has_its_key(
    engine: Engine, security: Security | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    address = scheduler_address(engine)
    assert address.startswith("tls://127.0.0.1:")
    if security is None:
        address = address.replace("tls://", "tcp://")
    with pytest.raises(OSError, match=r"certificate does not match|reset by peer|closed"):
        Client(address, security=security, timeout=stretched(60))


def test_the_engine_listens_on_loopback_alone(engine: Engine) -> None:
    assert scheduler_address(engine)
    own = psutil.Process()
    connections = [
        connection
        for process in (own, *own.children(recursive=True))
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    ]
    assert connections
    assert {connection.laddr.ip for connection in connections} <= {"127.0.0.1", "::1"}


def test_a_cluster_that_does_not_come_up_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sinae.service.cluster.START_SECONDS", 0.5)
    with pytest.raises(ClusterError), started(1):
        pass


def left_in(place: Path) -> list[Path]:
    return [path for path in place.rglob("*") if path.is_dir()]


def begun(place: Path) -> App:
    """An app of this place for temporary files, whose workers are about to come up."""
    app = App(place / "app.log", TMPDIR=str(place), SINAE_WORKERS="1")
    app.start()
    wait_for(lambda: list(place.glob("sinae-*/**/worker-*")))
    return app


def processes_of(app: App) -> list[psutil.Process]:
    web = psutil.Process(app.process.pid)
    return [web, *web.children(recursive=True)]


def semaphores(processes: list[psutil.Process]) -> set[Path]:
    """The files of shared memory that they use, on Linux."""
    maps = [f for process in processes for f in Path(f"/proc/{process.pid}").glob("maps")]
    return {Path(p) for f in maps for p in re.findall(r"/dev/shm/\S+", f.read_text())}  # noqa: S108


def ended(processes: list[psutil.Process]) -> bool:
    return not any(map(lives, processes))


def test_killed_the_web_process_leaves_nothing(tmp_path: Path) -> None:
    app = begun(tmp_path)
    app.kill()
    assert left_in(tmp_path) == []


@pytest.mark.skipif(os.name != "posix", reason="nothing can be stopped there")
def test_what_stays_where_both_are_killed_goes_with_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = begun(tmp_path)
    processes = processes_of(app)
    for process in processes[:2]:
        process.suspend()  # so that none has time to notice
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    Scratch().close()
    assert left_in(tmp_path) != []  # it is in use
    for process in processes[:2]:
        process.kill()
    app.process.wait()
    wait_for(lambda: ended(processes))
    Scratch().close()
    assert left_in(tmp_path) == []


@pytest.mark.skipif(os.name != "posix", reason="such signals go to no other process there")
@pytest.mark.parametrize(
    ("when", "name"),
    [
        ("training", "SIGTERM"),
        ("starting", "SIGTERM"),
        ("starting", "SIGINT"),
        ("starting", "SIGHUP"),
    ],
)
def test_a_signal_to_all_processes_at_once_ends_them_without_a_word(
    when: str, name: str, tmp_path: Path
) -> None:
    if signal.getsignal(getattr(signal, name)) is signal.SIG_IGN:  # as the app then does
        pytest.skip("the tests were started so that they ignore it, as by nohup")
    app = begun(tmp_path)
    if when == "training":
        wait_for(lambda: can_train(app.url))  # it is at its trial
    before = app.log.read_text()
    processes = processes_of(app)
    shared = semaphores(processes)
    for process in reversed(processes) if name == "SIGINT" else processes:
        process.send_signal(getattr(signal, name))
    app.process.wait()
    wait_for(lambda: ended(processes))
    said = app.log.read_text().removeprefix(before).split()
    assert said == (["Aborted!"] if name == "SIGINT" else [])
    assert left_in(tmp_path) == []
    assert [path for path in shared if path.exists()] == []
