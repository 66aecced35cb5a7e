"""The engine: a Dask cluster of training workers, embedded in this process or elsewhere."""

import asyncio
import logging
import os
import tempfile
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Future
from typing import Any

import dask
from distributed import Client, LocalCluster, Security, Worker, WorkerPlugin

from sinae.experiment import Experiment
from sinae.training import Chunk, State, advance

log = logging.getLogger(__name__)

DASK_SETTINGS = {
    # One thread a worker, one worker a core: set before NumPy is loaded there.
    "distributed.nanny.pre-spawn-environ": {
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    },
    # Dask starts these web servers in any case; so they serve nothing.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    # A worker that does not answer for so long is given up, and its chunk to another.
    "distributed.scheduler.worker-ttl": "30s",
    # Chunks wait at the scheduler, in one line for all workers, and never at a busy worker.
    "distributed.scheduler.worker-saturation": 1.0,
}

AWAY_SECONDS = 0.5
"""How long a chunk that was lost with its scheduler waits before it is submitted again."""

PATIENCE = "3650 days"
"""How long to try to reach a scheduler: as long as it takes."""

Done = Callable[[Chunk | BaseException], None]
"""Called once, in a thread of the engine, with a chunk or with the reason that there is none."""


class WarmUp(WorkerPlugin):
    """Makes a worker import TensorFlow and compile the default network before its first chunk."""

    name = "sinae-warm-up"
    idempotent = True

    async def setup(self, worker: Worker) -> None:
        await asyncio.to_thread(advance, Experiment(), None, 0)


class Ticket:
    """A chunk on its way; `cancel` takes it out of the queue and keeps `Done` from being called."""

    def __init__(self) -> None:
        self.cancelled = False
        self.future: Any = None

    def cancel(self) -> None:
        self.cancelled = True
        if self.future is not None:
            self.future.cancel()


class Engine:
    """Runs chunks of training on a Dask cluster.

    `start` returns at once; chunks that are submitted before the cluster is up wait for it, and
    those that a lost scheduler took with it are submitted to the next one.
    """

    def __init__(self, workers: int | None = None, scheduler: str | None = None) -> None:
        """
        Args:
            workers: processes of an embedded cluster, each of one core; by default one for every
                core there is.
            scheduler: the address of an existing Dask scheduler, to use in place of an embedded
                cluster; certificates come from the usual Dask settings.
        """
        self._workers = workers or os.cpu_count() or 1
        self._scheduler = scheduler
        self._client: Future[Client] = Future()
        self._starter = threading.Thread(target=self._start, name="engine-start", daemon=True)
        self._directory = tempfile.TemporaryDirectory(prefix="sinae-")
        self._cluster: LocalCluster | None = None

    @classmethod
    def from_environment(
        cls, workers: int, environment: Mapping[str, str] = os.environ
    ) -> "Engine":
        """The engine that ``SINAE_SCHEDULER`` names, or an embedded one.

        Raises:
            ValueError: the address is not protected by TLS, so that anyone on the way could run
                code, and ``SINAE_ALLOW_INSECURE_SCHEDULER`` is not ``yes``.
        """
        scheduler = environment.get("SINAE_SCHEDULER") or None
        insecure = environment.get("SINAE_ALLOW_INSECURE_SCHEDULER") == "yes"
        if scheduler and not scheduler.startswith("tls://") and not insecure:
            raise ValueError(
                "SINAE_SCHEDULER must start with tls://, because whoever reaches a scheduler can "
                "run code on its workers; set SINAE_ALLOW_INSECURE_SCHEDULER=yes to do without."
            )
        return cls(workers, scheduler)

    def start(self) -> None:
        """Begin to start the cluster, or to reach it, in a thread."""
        self._starter.start()

    @property
    def available(self) -> bool:
        """Whether there is a worker to train on just now."""
        if not self._client.done() or self._client.exception():
            return False
        client = self._client.result()
        return client.status == "running" and bool(client.scheduler_info(n_workers=1)["workers"])

    def wait(self, seconds: float) -> None:
        """Wait until the cluster is up and warm.

        Raises:
            TimeoutError: it is not, after so many seconds.
            Exception: it could not be started.
        """
        self._client.result(seconds)

    def submit(
        self,
        done: Done,
        experiment: Experiment,
        state: State | None,
        steps: int,
        *,
        urgent: bool = False,
    ) -> Ticket:
        """Ask for `advance(experiment, state, steps)` on some worker.

        Args:
            done: what to call with the result.
            experiment, state, steps: what to train, from where, and how far.
            urgent: whether somebody waits to see this very chunk: it goes before all others.
        """
        ticket = Ticket()

        def begin(client: Future[Client]) -> None:
            if error := client.exception():
                # Not within `submit`: a whole line of runs would answer inside each other.
                threading.Timer(0, done, [error]).start()
            else:
                submit(client.result())

        def submit(client: Client) -> None:
            if ticket.cancelled:
                return
            try:
                # Not pure to Dask: runs of equal settings would get one and the same future.
                ticket.future = client.submit(
                    advance, experiment, state, steps, pure=False, priority=int(urgent)
                )
            except Exception as error:
                threading.Timer(0, done, [error]).start()
                return
            ticket.future.add_done_callback(lambda future: finish(client, future))

        def finish(client: Client, future: Any) -> None:
            if ticket.cancelled:
                return
            try:
                result = future.result()
            except CancelledError:
                # The scheduler was lost. The client reaches for it by itself; what is submitted
                # from its own loop, a little later, is sent when it has.
                client.loop.add_callback(client.loop.call_later, AWAY_SECONDS, submit, client)
                return
            except Exception as error:
                result = error
            future.release()
            done(result)

        self._client.add_done_callback(begin)
        return ticket

    def close(self) -> None:
        """Stop the cluster and all its processes, where it is embedded; leave it otherwise."""
        if self._starter.is_alive() and self._scheduler is None:
            self._starter.join()
        if self._client.done() and not self._client.exception():
            self._client.result().close()
        if self._cluster is not None:
            self._cluster.close()
        self._directory.cleanup()

    def _start(self) -> None:
        try:
            self._client.set_result(self._remote() if self._scheduler else self._embedded())
        except Exception as error:
            log.exception("The training engine did not start.")
            self._client.set_exception(error)

    def _remote(self) -> Client:
        client = Client(self._scheduler, timeout=PATIENCE, set_as_default=False)
        client.register_plugin(WarmUp())
        return client

    def _embedded(self) -> Client:
        dask.config.set(DASK_SETTINGS)
        security = Security.temporary()
        self._cluster = LocalCluster(
            n_workers=self._workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            protocol="tls://",
            security=security,
            dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False},
            memory_limit=0,
            local_directory=self._directory.name,
            silence_logs=logging.ERROR,
        )
        client = Client(self._cluster, security=security, set_as_default=False)
        client.register_plugin(WarmUp())
        return client
