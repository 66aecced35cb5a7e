"""`Cluster`: a Dask cluster on this machine, in a process of its own.

In the web process the scheduler and the pages would share one interpreter lock, and a worker that
is started again would run the page that Streamlit has put in place of ``__main__``.
"""

import json
import logging
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import dask
from distributed import Client, LocalCluster, Security
from distributed.utils import LoopRunner

from sinae.service.deadline import LOOK_SECONDS, Deadline
from sinae.service.settings import programs, variable

ROOT = Path(__file__).parents[2]

SETTINGS = {
    "distributed": {
        "worker": {
            "preload": ["sinae.service.worker"],
            "profile": {"enabled": False},  # it looks at what trains a hundred times a second
            "http": {"routes": []},
        },
        "scheduler": {
            # A worker that says nothing for one to two times this is killed.
            "worker-ttl": "8s",
            "work-stealing": False,  # the engine places chunks
            "active-memory-manager": {"start": False},
            # Dask starts these web servers in any case; so they serve nothing.
            "http": {"routes": []},
        },
        # So long after it lost a worker the cluster would look once whether it is there, and forget
        # it if it only warms up just then.
        "deploy": {"lost-worker-timeout": "3650d"},
        "admin": {
            # Else each connection keeps its last 1000 messages, with the weights that are in them.
            "low-level-log-length": 0,
            # Each process looks at its own health: at Dask's pace for 3 % of the machine's time.
            "tick": {"interval": "1s"},
            "system-monitor": {"interval": "10s"},
        },
    }
}
"""Defaults for Dask; whoever sets Dask's own environment variables or files overrides them."""

# The attributes of the cluster's `Security` that a client needs to connect.
KEYS = ("tls_ca_file", "tls_client_cert", "tls_client_key")
# A cluster that takes longer than this to start, or to end, is killed.
START_SECONDS, CLOSE_SECONDS = 300.0, 20.0


class ClusterError(Exception):
    """The cluster did not start."""


class Cluster:
    """A scheduler and its workers on loopback, with TLS by keys that are made at the start.

    They end with `close`, and also when the process that started them ends in any way.
    """

    def __init__(self, workers: int) -> None:
        """Begin to start the cluster, with so many worker processes of one core each."""
        self._reached: dict[str, str] = {}
        # Python itself cleans up what a start that is cut short leaves, but says so.
        quietly = "-Wignore:resource_tracker:UserWarning"
        self._process = subprocess.Popen(
            [sys.executable, quietly, "-m", __name__, str(workers)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def wait(self) -> None:
        """Wait until the workers are warm; raises `ClusterError` where the cluster ended before, by
        itself, by `close`, or because it took too long. Standard error says why."""
        assert self._process.stdout is not None
        answered = threading.Event()

        def watch() -> None:
            deadline = Deadline(START_SECONDS)
            while not answered.wait(LOOK_SECONDS):
                if deadline.passed:
                    self._process.kill()

        # A daemon: else a process that ends would wait for it.
        threading.Thread(target=watch, name="starting", daemon=True).start()
        answer = self._process.stdout.readline()
        answered.set()
        if not answer:
            raise ClusterError(f"exit status {self._process.wait()}")
        self._reached = json.loads(answer)

    def client(self, loops: LoopRunner) -> Client:
        """Return a new client of the cluster, which runs in the given event loop."""
        security = Security(require_encryption=True, **{key: self._reached[key] for key in KEYS})
        address = self._reached["address"]
        return Client(address, security=security, set_as_default=False, loop=loops.loop)

    def close(self) -> None:
        """Stop all processes of the cluster."""
        assert self._process.stdin is not None
        if not self._reached:
            self._process.terminate()
        self._process.stdin.close()
        deadline = Deadline(CLOSE_SECONDS)
        while self._process.poll() is None:
            if deadline.passed:
                self._process.kill()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(LOOK_SECONDS)


def main() -> None:
    """Run a cluster, in its own process, until standard input ends."""
    # Ctrl-C goes to all processes of a terminal: the one that started this one stops it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Whatever else is printed, here and in workers, is no answer.
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    dask.config.update_defaults(SETTINGS)
    security = Security.temporary()
    with TemporaryDirectory(prefix="sinae-", ignore_cleanup_errors=True) as directory:

        def give_up(*_: object) -> None:
            # Dask would first wait for the workers to come up.
            for worker in multiprocessing.active_children():
                worker.kill()
            os.rename(directory, gone := f"{directory}-gone")  # else Dask may still write there
            shutil.rmtree(gone, ignore_errors=True)
            os._exit(1)

        signal.signal(signal.SIGTERM, give_up)
        with LocalCluster(
            n_workers=int(sys.argv[1]),
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            protocol="tls://",
            security=security,
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
            memory_limit=0,
            local_directory=directory,
            env={variable("programs"): programs() or f"{directory}/programs"},
            silence_logs=logging.ERROR,
        ) as cluster:
            signal.signal(signal.SIGTERM, lambda *_: sys.exit())
            reached: dict[str, Any] = {key: getattr(security, key) for key in KEYS}
            reached["address"] = cluster.scheduler_address
            print(json.dumps(reached), file=answer, flush=True)
            sys.stdin.buffer.read()


if __name__ == "__main__":
    main()
