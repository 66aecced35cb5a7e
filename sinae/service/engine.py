"""The engine: a Dask cluster of training workers, embedded in this process or elsewhere."""

import logging
import os
import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

import dask
from distributed import Client
from distributed.utils import LoopRunner

from sinae.model.experiment import Experiment
from sinae.model.program import program
from sinae.model.state import Chunk, State
from sinae.service.cluster import SETTINGS, Cluster, ClusterError
from sinae.service.deadline import Deadline
from sinae.service.dispatcher import Assignment, ChunkPolicy, Dispatcher
from sinae.service.observers import Observers
from sinae.service.pace import Pace
from sinae.service.request import Done, Request, WorkersLostError
from sinae.service.settings import Settings
from sinae.service.snapshot import EngineStatus
from sinae.service.worker import train
from sinae.study.presets import SOLVED

log = logging.getLogger(__name__)

# The scheduler is asked for its workers so often, and may take so long to answer.
LOOK_SECONDS, SILENCE_SECONDS = 0.5, 10.0
# An embedded cluster that has had fewer workers than it was started with for this long, as a
# `Deadline`, gives way to a new one: Dask starts a worker again that ends, but not one whose start
# fails.
MISSING_SECONDS = 120.0
# The engine trains the first visitor's network for this many steps at its start, to learn the pace
# of its workers.
TRIAL_STEPS = 500
RETRY_SECONDS = 10.0  # from a cluster that did not start to the next one
REACH_SECONDS = 3.0  # that a try to reach a scheduler may take, before the next look


class Engine:
    """Runs chunks of training on a Dask cluster.

    Attributes:
        status: whether there is a worker to train on, as of the last look.
        changes: the observers of changes of its status.
        pace: how fast its workers are, from the chunks that they trained.

    `start` returns at once; chunks that are submitted before the cluster is up wait for it, and
    those that a lost scheduler took with it are submitted to the next one.

    Chunks wait here, not at workers, so that all runs have their turns alike, however fast the
    workers are; a `Dispatcher` says which worker gets which.
    """

    def __init__(
        self,
        workers: int | None = None,
        scheduler: str | None = None,
        policy: ChunkPolicy | None = None,
    ) -> None:
        """An embedded cluster has ``workers`` processes of one core each, by default one for every
        core there is. ``scheduler`` is the address of an existing Dask scheduler, to use in its
        place; certificates come from the usual Dask settings."""
        self._workers = workers or os.cpu_count() or 1
        self._scheduler = scheduler
        self._client: Client | None = None
        self._ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        # Whoever receives a result may wait for a lock; the client's event loop must not.
        self._finishing = ThreadPoolExecutor(1, "finishing")
        # One for all clients: each that fails would leave a thread of its own behind.
        self._loops = LoopRunner()
        self._cluster: Cluster | None = None
        self._trial: Request | None = None
        self._missing: Deadline | None = None  # for a worker of the embedded cluster to come back
        self.status = EngineStatus.STARTING
        self.changes = Observers()
        self.pace = Pace()
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._dispatcher = Dispatcher(policy, None if scheduler else self._workers)

    @classmethod
    def from_settings(cls, settings: Settings) -> "Engine":
        """The engine that the settings name."""
        return cls(settings.workers, settings.scheduler or None)

    def start(self) -> None:
        """Begin to start the cluster, or to reach it, in a thread."""
        self._thread.start()

    @property
    def workers(self) -> int:
        """How many workers there are, or will be once an embedded cluster is up."""
        return self._dispatcher.workers or self._workers

    def wait(self) -> None:
        """Wait until the cluster is up and warm; raises what kept it from being started, though it
        is tried again."""
        self._ready.result()

    def submit(
        self,
        done: Done,
        experiment: Experiment,
        state: State | None,
        steps: int,
        *,
        visitor: Hashable = None,
        urgent: bool = False,
    ) -> Request:
        """Ask for `advance(experiment, state, steps)` on some worker, as far as a turn allows; see
        `Request` for the other arguments."""
        needed = program(experiment) if steps else None
        arguments = experiment, state, steps
        request = Request(visitor, needed, urgent, done, arguments, asked=time.monotonic())
        with self._lock:
            self._dispatcher.add(request)
            self._serve()
        return request

    def defer(self, call: Callable[[], object]) -> None:
        """Call a function soon, in the engine's thread, where nobody holds a lock."""
        with suppress(RuntimeError):  # the engine has come to its end
            self._finishing.submit(call)

    def close(self) -> None:
        """Stop the cluster and all its processes, where it is embedded; leave it otherwise."""
        self._closed.set()
        if self._client is None and self._cluster is not None:
            self._cluster.close()  # it need not come up first
        if self._thread.is_alive():
            self._thread.join()
        self._finishing.shutdown(cancel_futures=True)
        if self._client is not None:
            self._client.close()
        if self._cluster is not None:
            self._cluster.close()
        self._loops.stop()

    def _serve(self) -> None:
        """Give workers the chunks that wait. The caller holds the lock."""
        if self._closed.is_set():
            return
        while self._reaches() and (assignment := self._dispatcher.assign()):
            self._give(assignment)

    def _reaches(self) -> bool:
        return self._client is not None and self._client.status == "running"

    def _give(self, assignment: Assignment) -> None:
        assert self._client is not None
        request = assignment.request
        try:
            request.future = self._client.submit(
                train,
                *request.arguments,
                seconds=assignment.seconds,
                most_programs=assignment.most_programs,
                pure=False,  # otherwise runs of equal settings get one and the same future
                retries=self._dispatcher.policy.tries - 1,
                workers=assignment.worker,
            )
        except Exception as error:
            if self._reaches():
                self._dispatcher.answered(assignment)
                self._fail(request, error)
            else:  # there will be another client
                self._dispatcher.lost(assignment)
            return
        self._client.loop.add_callback(self._collect, assignment, request.future)

    def _fail(self, request: Request, error: BaseException) -> None:
        # In another thread: a whole line of runs would otherwise answer inside each other.
        self.defer(partial(request.done, request, error))

    async def _collect(self, assignment: Assignment, future: Any) -> None:
        """Wait for a chunk, in the client's event loop."""
        result: Chunk | BaseException | None
        lost = False
        try:
            result = await future.result()
        except Exception as error:
            result, lost = error, _is_lost(future.status, error)
        future.release()
        self.defer(partial(self._finish, assignment, result, lost))

    def _finish(
        self, assignment: Assignment, result: Chunk | BaseException | None, lost: bool
    ) -> None:
        request = assignment.request
        with self._lock:
            if lost and not request.cancelled:  # with the scheduler; there will be another
                self._dispatcher.lost(assignment)
                return
            if result is None:  # The worker starts afresh.
                self._wait_again(self._dispatcher.refused(assignment))
            elif not self._dispatcher.answered(assignment, *_cost(result)):
                return  # It was taken from a worker that is lost.
        if isinstance(result, Chunk):
            self.pace.observe(request.arguments[0], len(result.losses), result.seconds)
        try:
            if result is not None and not request.cancelled:
                request.done(request, result)
        finally:
            with self._lock:  # not before: the run's next chunk may be the one that is due
                self._serve()

    def _set_status(self, status: EngineStatus) -> None:
        if status is not self.status:
            self.status = status
            self.changes.notify()

    def _wait_again(self, requests: list[Request]) -> None:
        """Release the futures of chunks that were taken from their workers, and fail those that are
        given up."""
        for request in requests:
            request.future.release()
            if request.given_up:
                tries = self._dispatcher.policy.tries
                self._fail(request, WorkersLostError(f"{tries} worker processes died at it"))

    def _run(self) -> None:
        """Start the cluster, or reach it, and then look after it until the engine is closed."""
        dask.config.update_defaults(SETTINGS)
        while not self._closed.is_set():
            try:
                if self._client is None:
                    if not self._loops.is_started():
                        self._loops.start()
                    self._client = self._connect()
                self._look()
                if self._trial is None:
                    # Nobody waits for it: it tells how fast this machine is.
                    self._trial = self.submit(lambda *_: None, SOLVED, None, TRIAL_STEPS)
                    if not self._ready.done():
                        self._ready.set_result(None)
            except OSError:
                self._lose()
            except Exception as error:
                if not self._ready.done():
                    self._ready.set_exception(error)
                if self._closed.is_set():
                    return
                unknown = not isinstance(error, ClusterError)
                log.error(
                    "The training engine is not there, and is tried again: %s",
                    error,
                    exc_info=unknown,
                )
                self._set_status(EngineStatus.AWAY)
                self._lose()
                self._closed.wait(RETRY_SECONDS)
            self._closed.wait(LOOK_SECONDS)

    def _connect(self) -> Client:
        """A client of the scheduler elsewhere, or of a new cluster."""
        if self._scheduler:
            return Client(
                self._scheduler, timeout=REACH_SECONDS, set_as_default=False, loop=self._loops.loop
            )
        if self._cluster is not None:
            self._cluster.close()
        self._cluster = Cluster(self._workers)
        if self._closed.is_set():
            raise ClusterError("it was closed.")
        self._cluster.wait()
        self._missing = None
        return self._cluster.client(self._loops)

    def _look(self) -> None:
        """Ask the scheduler for its workers, and note which there are."""
        assert self._client is not None
        if not self._reaches():
            raise ConnectionError("The client has lost its scheduler.")
        ask = self._client.scheduler.ncores_running
        running = set(self._client.sync(ask, callback_timeout=SILENCE_SECONDS))
        if self._cluster is not None:
            if len(running) >= self._workers:
                self._missing = None
            elif self._missing is None:
                self._missing = Deadline(MISSING_SECONDS)
            elif self._missing.passed:
                log.error("A worker did not come back; the cluster is started anew.")
                raise ConnectionError
        with self._lock:
            self._note(running)

    def _note(self, running: set[str]) -> None:
        """Note which workers there are; others get the chunks of lost ones. The caller holds the
        lock."""
        died = self.status is EngineStatus.UP
        requests = self._dispatcher.set_workers(running, died=died)
        if self._dispatcher.workers:
            self._set_status(EngineStatus.UP)
        elif died:
            self._set_status(EngineStatus.AWAY)
        self._wait_again(requests)
        self._serve()

    def _lose(self) -> None:
        """Give up a scheduler that is lost; the next one, at its address or new, gets the chunks.

        A Dask client can do that too, but waits up to twice as long as the scheduler was away.
        """
        with self._lock:
            if self.status is EngineStatus.UP:
                self._set_status(EngineStatus.AWAY)  # so that none of its workers counts as dead
            client, self._client = self._client, None
            self._note(set())
        if client is not None:
            with suppress(Exception):  # of a client that may have given up by itself
                client.close(timeout=REACH_SECONDS)


def _cost(result: Chunk | BaseException) -> tuple[float | None, float]:
    """The CPU seconds of a chunk, where they are known, and those of compiling for it."""
    if isinstance(result, Chunk):
        return result.seconds, result.other_seconds
    return None, 0.0


def _is_lost(status: str, error: Exception) -> bool:
    """Whether a chunk went with its worker, its scheduler or the connection, and may be asked for
    again; not where it failed, nor where its result is there and cannot be read."""
    return status != "error" and (status != "finished" or isinstance(error, OSError))
