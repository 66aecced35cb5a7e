"""Who gets in: nobody without the key reaches the scheduler, and nobody else the compiled code."""

import logging
from pathlib import Path

import psutil
import pytest
from distributed import Client, Security

from sinae.service.engine import Engine
from sinae.service.settings import Settings
from tests.support.waiting import stretched


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


def test_a_scheduler_without_tls_is_refused() -> None:
    with pytest.raises(ValueError, match="must start with tls://"):
        Settings.from_environment({"SINAE_SCHEDULER": "tcp://elsewhere:8786"})
    insecure = {"SINAE_SCHEDULER": "tcp://x:1", "SINAE_ALLOW_INSECURE_SCHEDULER": "yes"}
    assert Settings.from_environment(insecure).scheduler == "tcp://x:1"


def test_compiled_code_is_kept_where_nobody_else_can_put_some(tmp_path: Path) -> None:
    directory = tmp_path / "programs"
    settings = Settings.from_environment({"SINAE_PROGRAMS": str(directory)})
    Engine.from_settings(settings)
    assert directory.stat().st_mode & 0o777 == 0o700
    directory.chmod(0o777)
    with pytest.raises(PermissionError, match="this user alone"):
        Engine.from_settings(settings)
