"""`Cluster`: a Dask cluster on this machine, in a process of its own.

In the web process the scheduler and the pages would share one interpreter lock, and a worker that
is started again would run the page that Streamlit has put in place of ``__main__``.
"""

import json
import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import dask
from distributed import Client, LocalCluster, Security
from distributed.utils import LoopRunner

from sinae.service.deadline import LOOK_SECONDS, Deadline
from sinae.service.scratch import Scratch, files_in, remove
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
            "large-graph-warning-threshold": "1 GB",  # the state of a large network is no mistake
            # Each process looks at its own health: at Dask's pace for 3 % of the machine's time.
            "tick": {"interval": "1s"},
            "system-monitor": {"interval": "10s"},
        },
    }
}
"""Defaults for Dask; whoever sets Dask's own environment variables or files overrides them."""

# The attributes of the cluster's `Security` that a client needs to connect.
KEYS = ("tls_ca_file", "tls_client_cert", "tls_client_key")
# What goes to all processes of a terminal or of a service at once.
IGNORED = {
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
}
# A cluster that takes longer than this to start, or to end, is killed.
START_SECONDS, CLOSE_SECONDS = 300.0, 20.0


class ClusterError(Exception):
    """The cluster did not start; a sentence says how far it came."""


class Cluster:
    """A scheduler and its workers on loopback, with TLS by keys that are made at the start.

    They end with `close`, and also when the process that started them ends in any way. Signals that
    go to all processes of a terminal or of a service do not end them: that is for the process that
    started them, which gets the signal too.
    """

    def __init__(self, workers: int) -> None:
        """Begin to start the cluster, with so many worker processes of one core each; raises
        `ClusterError` where it has no process, or no place for temporary files."""
        self._reached: dict[str, str] = {}
        try:
            self._scratch = Scratch()
        except OSError as error:
            raise ClusterError(f"it has no place for temporary files: {error}.") from error
        # Python itself cleans up what a start that is cut short leaves, but says so.
        quietly = "-Wignore:resource_tracker:UserWarning"
        command = [
            sys.executable,
            quietly,
            "-m",
            __name__,
            str(workers),
            str(self._scratch.directory),
        ]
        try:
            with _holding_signals():
                self._process = subprocess.Popen(
                    command,
                    cwd=ROOT,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    pass_fds=self._scratch.descriptors,
                )
        except OSError as error:
            self._scratch.close()
            raise ClusterError(f"its process did not start: {error}.") from error

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
            status = self._process.wait()
            raise ClusterError(f"no worker came up, and its process ended with status {status}.")
        self._reached = json.loads(answer)

    def client(self, loops: LoopRunner) -> Client:
        """Return a new client of the cluster, which runs in the given event loop."""
        security = Security(require_encryption=True, **{key: self._reached[key] for key in KEYS})
        address = self._reached["address"]
        return Client(address, security=security, set_as_default=False, loop=loops.loop)

    def close(self) -> None:
        """Stop all processes of the cluster, and remove its temporary files."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        deadline = Deadline(CLOSE_SECONDS)
        while self._process.poll() is None:
            if deadline.passed:
                self._process.kill()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(LOOK_SECONDS)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._scratch.close()


@contextmanager
def _holding_signals() -> Iterator[None]:
    """Have processes that this thread starts get no signal of `IGNORED` before they ignore them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, IGNORED)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def main() -> None:
    """Run a cluster, in its own process, until standard input ends."""
    for number in IGNORED:
        signal.signal(number, signal.SIG_IGN)  # workers inherit it
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, IGNORED)
    # Whatever else is printed, here and in workers, is no answer.
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    workers, directory = int(sys.argv[1]), Path(sys.argv[2])
    files = files_in(directory)
    ended, up = threading.Event(), threading.Event()

    def watch() -> None:
        while os.read(0, 4096):  # a thread that reads `sys.stdin` cannot be left at the end
            pass
        ended.set()
        if not up.is_set():  # Dask would first wait for the workers to come up
            for worker in multiprocessing.active_children():
                worker.kill()
            remove(directory)
            os._exit(1)

    threading.Thread(target=watch, name="watching", daemon=True).start()
    dask.config.update_defaults(SETTINGS)
    dask.config.set(temporary_directory=str(files))  # of workers and of the scheduler
    security = Security.temporary()
    try:
        cluster = LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            protocol="tls://",
            security=security,
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
            memory_limit=0,
            env={variable("programs"): programs() or str(files / "programs")},
            silence_logs=logging.ERROR,
        )
    except RuntimeError:  # what became of a worker stands above it
        sys.exit(1)
    with cluster:
        up.set()
        reached: dict[str, Any] = {key: getattr(security, key) for key in KEYS}
        reached["address"] = cluster.scheduler_address
        with suppress(BrokenPipeError):
            print(json.dumps(reached), file=answer, flush=True)
        ended.wait()
    remove(directory)


if __name__ == "__main__":
    main()
