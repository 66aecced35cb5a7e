"""The engine: a Dask cluster of training workers, embedded in this process or elsewhere."""

import asyncio
import logging
import os
import tempfile
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
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
}

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
    """Runs chunks of training on a Dask cluster that it starts and stops itself.

    `start` returns at once; chunks that are submitted before the cluster is up wait for it.
    """

    def __init__(self, workers: int | None = None) -> None:
        """
        Args:
            workers: processes, each of one core; by default one for every core there is.
        """
        self._workers = workers or os.cpu_count() or 1
        self._client: Future[Client] = Future()
        self._starter = ThreadPoolExecutor(1, "engine-start")
        self._directory = tempfile.TemporaryDirectory(prefix="sinae-")
        self._cluster: LocalCluster | None = None

    def start(self) -> None:
        """Begin to start the cluster, in a thread."""
        self._starter.submit(self._start)

    @property
    def ready(self) -> bool:
        """Whether the cluster is up and warm."""
        return self._client.done() and self._client.exception() is None

    @property
    def error(self) -> BaseException | None:
        """Why the cluster could not be started, if so."""
        return self._client.exception() if self._client.done() else None

    def wait(self, seconds: float) -> None:
        """Wait until the cluster is up and warm.

        Raises:
            TimeoutError: it is not, after so many seconds.
            Exception: it could not be started.
        """
        self._client.result(seconds)

    def submit(self, done: Done, experiment: Experiment, state: State | None, steps: int) -> Ticket:
        """Ask for `advance(experiment, state, steps)` on some worker."""
        ticket = Ticket()

        def submit(client: Future[Client]) -> None:
            if ticket.cancelled:
                return
            if error := client.exception():
                done(error)
                return
            # Not pure to Dask: it would give every run of equal settings one and the same future.
            ticket.future = client.result().submit(advance, experiment, state, steps, pure=False)
            ticket.future.add_done_callback(finish)

        def finish(future: Any) -> None:
            if ticket.cancelled:
                return
            try:
                result = future.result()
            except CancelledError:
                return
            except Exception as error:
                result = error
            future.release()
            done(result)

        self._client.add_done_callback(submit)
        return ticket

    def close(self) -> None:
        """Stop the cluster and all its processes."""
        self._starter.shutdown(wait=True, cancel_futures=True)
        if self.ready:
            self._client.result().close()
        if self._cluster is not None:
            self._cluster.close()
        self._directory.cleanup()

    def _start(self) -> None:
        try:
            self._client.set_result(self._embedded())
        except Exception as error:
            log.exception("The training engine did not start.")
            self._client.set_exception(error)

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
