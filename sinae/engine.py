"""The engine: a Dask cluster of training workers, embedded in this process or elsewhere."""

import itertools
import logging
import os
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from enum import StrEnum
from typing import Any

import dask
from distributed import Client

from sinae.cluster import SETTINGS, Cluster
from sinae.experiment import Experiment
from sinae.listeners import Listeners
from sinae.training import Chunk, Program, State, program
from sinae.worker import train

log = logging.getLogger(__name__)

TRIES = 3
"""How often a chunk may fail before its run does."""

LOOK_SECONDS, SILENCE_SECONDS = 0.5, 10.0
"""How often to ask the scheduler for its workers, and how long it may take to answer."""

FEW, UNFAIR = 3, 1.15
"""A run is kept at a worker that has compiled its network, to spare another a second of compiling;
but not where up to so many chunks are in flight at each, nor where more than so many times as many
are in flight there: some would train much faster than others."""

REACH_SECONDS = 3.0
"""How long to try to reach a scheduler, before the next look."""

Done = Callable[[Chunk | BaseException], None]
"""Called once, in a thread of the engine, with a chunk or with the reason that there is none."""


class EngineStatus(StrEnum):
    """Whether there is something to train on."""

    STARTING = "starting"
    UP = "up"
    AWAY = "away"


class WorkersLostError(Exception):
    """The worker processes that trained a chunk died, one after the other."""


class Ticket:
    """A chunk on its way; `cancel` takes it out of the queue and keeps `Done` from being called.

    Attributes:
        lost: whether it was lost with a worker or a scheduler, and asked for again: the time that
            it took says nothing of what the next one will take.
    """

    def __init__(self) -> None:
        self.cancelled = False
        self.lost = False
        self.future: Any = None

    def cancel(self) -> None:
        self.cancelled = True
        if self.future is not None:
            self.future.cancel()


class _Chunk(Ticket):
    def __init__(
        self, done: Done, arguments: tuple[Experiment, State | None, int], urgent: bool
    ) -> None:
        super().__init__()
        self.done = done
        self.arguments = arguments
        self.program = program(arguments[0])
        self.urgent = urgent
        self.refused = False
        self.deaths = 0  # of workers that were at it


class _Worker:
    """What the engine knows of a worker."""

    def __init__(self) -> None:
        self.programs: set[Program] = set()  # that it has compiled
        self.chunks: list[_Chunk] = []  # in flight, the first the one that it is at
        self.turn = -1  # when it was last given one

    def remove(self, chunk: _Chunk) -> None:
        first = self.chunks[0]
        self.chunks.remove(chunk)
        if chunk is first:
            # As Dask does: it takes the oldest of the urgent ones, then the oldest of the others.
            self.chunks.sort(key=lambda other: not other.urgent)


class Engine:
    """Runs chunks of training on a Dask cluster.

    Attributes:
        changes: who hears of those of its status.

    `start` returns at once; chunks that are submitted before the cluster is up wait for it, and
    those that a lost scheduler took with it are submitted to the next one.

    The engine says which worker a chunk goes to: one with few in flight, rather one that has
    compiled the network. There the chunks wait, first come, first served, urgent ones before.
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
        self._client: Client | None = None
        self._ready: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        # Who hears of a result may wait for a lock; the client's event loop must not.
        self._finishing = ThreadPoolExecutor(1, "finishing")
        self._cluster: Cluster | None = None
        self._status = EngineStatus.STARTING
        self.changes = Listeners()
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._by_address: dict[str, _Worker] = {}
        self._closing: set[str] = set()  # addresses of workers that start afresh
        self._waiting: list[_Chunk] = []  # for any worker
        self._turns = itertools.count()

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
        self._thread.start()

    @property
    def status(self) -> EngineStatus:
        """Whether there is a worker to train on, as of the last look."""
        return self._status

    def wait(self, seconds: float) -> None:
        """Wait until the cluster is up and warm.

        Raises:
            TimeoutError: it is not, after so many seconds.
            Exception: it could not be started.
        """
        self._ready.result(seconds)

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
        chunk = _Chunk(done, (experiment, state, steps), urgent)
        with self._lock:
            self._place(chunk)
        return chunk

    def close(self) -> None:
        """Stop the cluster and all its processes, where it is embedded; leave it otherwise."""
        self._closed.set()
        if self._thread.is_alive():
            self._thread.join()
        self._finishing.shutdown(cancel_futures=True)
        if self._client is not None:
            self._client.close()
        if self._cluster is not None:
            self._cluster.close()

    def _place(self, chunk: _Chunk) -> None:
        """Send a chunk to the best worker; without any, it waits. Under the lock."""
        if self._closed.is_set():
            return
        if self._ready.done() and (error := self._ready.exception()):
            self._fail(chunk, error)
            return
        if self._client is None or not self._by_address:
            self._waiting.append(chunk)
            return
        least = min(len(worker.chunks) for worker in self._by_address.values())
        # Of three runs on two workers, one would have a worker for itself; so they take turns.
        few = 1 <= least <= FEW

        def rank(item: tuple[str, _Worker]) -> tuple[float, bool, int]:
            _, worker = item
            compiles = not few and chunk.program not in worker.programs
            return len(worker.chunks) * (UNFAIR if compiles else 1), compiles, worker.turn

        address, worker = min(self._by_address.items(), key=rank)
        try:
            chunk.future = self._client.submit(
                train,
                *chunk.arguments,
                may_refuse=not chunk.refused and self._can_spare_a_worker,
                pure=False,  # otherwise runs of equal settings get one and the same future
                priority=int(chunk.urgent),
                retries=TRIES - 1,
                workers=address,
            )
        except Exception as error:
            self._fail(chunk, error)
            return
        worker.turn = next(self._turns)
        worker.chunks.append(chunk)
        self._client.loop.add_callback(self._collect, chunk, address)

    @property
    def _can_spare_a_worker(self) -> bool:
        """Whether one may start afresh: not two of an embedded cluster at the same time."""
        return self._scheduler is not None or len(self._by_address) == self._workers

    def _fail(self, chunk: _Chunk, error: BaseException) -> None:
        # In another thread: a whole line of runs would otherwise answer inside each other.
        self._finishing.submit(chunk.done, error)

    async def _collect(self, chunk: _Chunk, address: str) -> None:
        """Wait for a chunk's result, in the client's event loop; it is dropped with the client."""
        future = chunk.future
        result: Chunk | BaseException | None
        lost = False
        try:
            result = await future.result()
        except Exception as error:
            result, lost = error, future.status != "error"
        future.release()
        with suppress(RuntimeError):  # the engine has come to its end
            self._finishing.submit(self._finish, chunk, address, result, lost)

    def _finish(
        self, chunk: _Chunk, address: str, result: Chunk | BaseException | None, lost: bool
    ) -> None:
        with self._lock:
            worker = self._by_address.get(address)
            if worker is None or chunk not in worker.chunks:
                return  # It was taken from a worker that is lost.
            worker.remove(chunk)
            if chunk.cancelled:
                return
            if lost:  # with the scheduler; there will be another
                chunk.lost = True
                self._waiting.append(chunk)
                return
            if result is None:  # The worker starts afresh.
                self._closing.add(address)
                chunk.refused = True
                for other in [chunk, *self._by_address.pop(address).chunks]:
                    self._place_again(other)
                return
            worker.programs.add(chunk.program)
        chunk.done(result)

    def _set_status(self, status: EngineStatus) -> None:
        if status is not self._status:
            self._status = status
            self.changes.tell()

    def _place_again(self, chunk: _Chunk) -> None:
        if chunk.future is not None:
            chunk.future.release()  # not `cancel`, which waits for another thread
        if chunk.deaths == TRIES:
            self._fail(chunk, WorkersLostError(f"{TRIES} worker processes died at it"))
        elif not chunk.cancelled:
            self._place(chunk)

    def _run(self) -> None:
        """Start the cluster, or reach it; then keep an eye on it until the engine is closed."""
        dask.config.update_defaults(SETTINGS)
        while not self._closed.is_set():
            try:
                if self._client is None:
                    self._client = self._connect()
                self._look()
                if not self._ready.done():
                    self._ready.set_result(None)
            except OSError:
                self._lose()
            except Exception as error:
                if not self._ready.done():
                    self._give_up(error)
                    return
                log.exception("The training engine is not there; it is tried again.")
                self._lose()
            self._closed.wait(LOOK_SECONDS)

    def _connect(self) -> Client:
        """A client of the scheduler elsewhere, or of a new cluster."""
        if self._scheduler:
            return Client(self._scheduler, timeout=REACH_SECONDS, set_as_default=False)
        if self._cluster is not None:
            self._cluster.close()
        self._cluster = Cluster(self._workers)
        return self._cluster.client()

    def _give_up(self, error: Exception) -> None:
        log.error("The training engine did not start.", exc_info=error)
        with self._lock:
            self._ready.set_exception(error)
            for chunk in self._waiting:
                self._fail(chunk, error)

    def _look(self) -> None:
        """Ask the scheduler for its workers, and note which there are."""
        assert self._client is not None
        running = set(
            self._client.sync(
                self._client.scheduler.ncores_running, callback_timeout=SILENCE_SECONDS
            )
        )
        with self._lock:
            self._note(running)

    def _note(self, running: set[str]) -> None:
        """Note which workers there are; others get the chunks of those lost. Under the lock."""
        self._closing &= running
        running -= self._closing
        lost = [worker for a, worker in self._by_address.items() if a not in running]
        self._by_address = {a: self._by_address.get(a) or _Worker() for a in running}
        for worker in lost:
            if worker.chunks and self._status is EngineStatus.UP:
                worker.chunks[0].deaths += 1
        if running:
            self._set_status(EngineStatus.UP)
        elif self._status is EngineStatus.UP:
            self._set_status(EngineStatus.AWAY)
        waiting, self._waiting = self._waiting, []
        for worker in lost:
            for chunk in worker.chunks:
                chunk.lost = True
                self._place_again(chunk)
        for chunk in waiting:
            self._place_again(chunk)

    def _lose(self) -> None:
        """Let go of a scheduler that is lost; the next one, at its address or new, gets the chunks.

        A Dask client can do that too, but waits up to twice as long as the scheduler was away.
        """
        with self._lock:
            if self._status is EngineStatus.UP:
                self._set_status(EngineStatus.AWAY)  # so that none of its workers counts as dead
            client, self._client = self._client, None
            self._note(set())
        if client is not None:
            with suppress(Exception):  # of a client that may have given up by itself
                client.close(timeout=REACH_SECONDS)
