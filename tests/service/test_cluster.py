"""The embedded cluster: nobody without the key reaches its scheduler."""

import logging

import psutil
import pytest
from distributed import Client, Security

from sinae.service.cluster import ClusterError
from sinae.service.engine import Engine
from tests.support.engines import started
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


def test_a_cluster_that_does_not_come_up_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sinae.service.cluster.START_SECONDS", 0.5)
    with pytest.raises(ClusterError), started(1):
        pass
