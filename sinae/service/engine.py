"""The engine: a Dask cluster of training workers, embedded in this process or elsewhere."""

import itertools
import logging
import os
import threading
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from enum import StrEnum
from typing import Any

import dask
from distributed import Client
from distributed.utils import LoopRunner

from sinae.model.experiment import Experiment
from sinae.model.program import LOOPS_KEPT, Program
from sinae.model.runtime import PROGRAMS_VARIABLE, keep_programs_in
from sinae.model.state import Chunk, State
from sinae.service.cluster import SETTINGS, Cluster, ClusterError
from sinae.service.deadline import Deadline
from sinae.service.dispatcher import Done, Ticket, Turn, Turns
from sinae.service.observers import Listeners
from sinae.service.pace import Pace
from sinae.service.worker import train
from sinae.study.presets import SOLVED

log = logging.getLogger(__name__)

TRIES = 3
"""How often a chunk may fail before its run does."""

LOOK_SECONDS, SILENCE_SECONDS = 0.5, 10.0
"""How often to ask the scheduler for its workers, and how long it may take to answer."""

MISSING_SECONDS = 120.0
"""After so long, as a `Deadline`, with fewer workers than it was started with, an embedded cluster
gives way to a new one: Dask starts a worker again that ends, but not one whose start fails."""

AT_A_WORKER = 2
"""Chunks that a worker is given: one waits there for the other to end, not for us to hear of it."""

CHUNK_SECONDS, CROWDED_SECONDS, URGENT_SECONDS = 0.35, 0.5, 0.1
"""The CPU time of a chunk: short enough to see the curve fall, long enough to make little of its
round trip; of one while others wait, to whom every round trip is lost too; and of one that somebody
waits to see."""

TRIAL_STEPS = 500
"""Of the default network, trained once at the start to learn the pace."""

PROGRAMS_IDLE, PROGRAMS_BUSY = 25, LOOPS_KEPT
"""Compiled programs, of some 5 MB each, with which a worker starts afresh before another one: when
no chunk waits, and when some do, which would then wait longer."""

REACH_SECONDS = 3.0
"""How long to try to reach a scheduler, before the next look."""


class EngineStatus(StrEnum):
    """Whether there is something to train on."""

    STARTING = "starting"
    UP = "up"
    AWAY = "away"


class WorkersLostError(Exception):
    """The worker processes that trained a chunk died, one after the other."""


class _Worker:
    """What the engine knows of a worker."""

    def __init__(self) -> None:
        self.programs: set[Program] = set()  # that it has compiled
        self.turns: list[Turn] = []  # in flight, the first the one that it is at
        self.number = -1  # of the last one that it was given


class Engine:
    """Runs chunks of training on a Dask cluster.

    Attributes:
        changes: who hears of those of its status.
        pace: how fast its workers are, from the chunks that they trained.

    `start` returns at once; chunks that are submitted before the cluster is up wait for it, and
    those that a lost scheduler took with it are submitted to the next one.

    Chunks wait here, not at workers, so that all runs have their turns alike, however fast the
    workers are; see `Turns`.
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
        # One for all clients: each that fails would leave a thread of its own behind.
        self._loops = LoopRunner()
        self._cluster: Cluster | None = None
        self._missing: Deadline | None = None  # for a worker of the embedded cluster to come back
        self._status = EngineStatus.STARTING
        self.changes = Listeners()
        self.pace = Pace()
        self._closed = threading.Event()
        self._lock = threading.Lock()
        self._by_address: dict[str, _Worker] = {}
        self._closing: set[str] = set()  # addresses of workers that start afresh
        self._turns = Turns()
        self._numbers = itertools.count()

    @classmethod
    def from_environment(
        cls, workers: int, environment: Mapping[str, str] = os.environ
    ) -> "Engine":
        """The engine that ``SINAE_SCHEDULER`` names, or an embedded one.

        Raises:
            ValueError: the address is not protected by TLS, so that anyone on the way could run
                code, and ``SINAE_ALLOW_INSECURE_SCHEDULER`` is not ``yes``.
            PermissionError: others may write to the directory of ``SINAE_PROGRAMS``.
        """
        scheduler = environment.get("SINAE_SCHEDULER") or None
        insecure = environment.get("SINAE_ALLOW_INSECURE_SCHEDULER") == "yes"
        if scheduler and not scheduler.startswith("tls://") and not insecure:
            raise ValueError(
                "SINAE_SCHEDULER must start with tls://, because whoever reaches a scheduler can "
                "run code on its workers; set SINAE_ALLOW_INSECURE_SCHEDULER=yes to do without."
            )
        if not scheduler and (directory := environment.get(PROGRAMS_VARIABLE)):
            keep_programs_in(directory)  # workers do so too, but say it late
        return cls(workers, scheduler)

    def start(self) -> None:
        """Begin to start the cluster, or to reach it, in a thread."""
        self._thread.start()

    @property
    def workers(self) -> int:
        """How many workers there are, or will be once an embedded cluster is up."""
        return len(self._by_address) or self._workers

    @property
    def status(self) -> EngineStatus:
        """Whether there is a worker to train on, as of the last look."""
        return self._status

    def wait(self) -> None:
        """Wait until the cluster is up and warm.

        Raises:
            Exception: it could not be started.
        """
        self._ready.result()

    def submit(
        self,
        done: Done,
        experiment: Experiment,
        state: State | None,
        steps: int,
        *,
        urgent: bool = False,
        lap: int = 0,
    ) -> Ticket:
        """Ask for `advance(experiment, state, steps)` on some worker, as far as a turn allows.

        Args:
            done: what to call with the result.
            experiment, state, steps: what to train, from where, and how far at most.
            urgent: whether somebody waits to see this very chunk: it goes before all others.
            lap: of the round robin, in which the run has its turn; the one that is run, where that
                is later.
        """
        turn = Turn(done, (experiment, state, steps), urgent, lap)
        with self._lock:
            self._turns.add(turn)
            self._serve()
        return turn

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
        """Give workers what waits for them. Under the lock."""
        if self._closed.is_set():
            return
        if self._ready.done() and (error := self._ready.exception()):
            for turn in self._turns.clear():
                self._fail(turn, error)
        while self._reaches() and self._turns and (address := self._free_worker()):
            worker = self._by_address[address]
            others = (w.programs for a, w in self._by_address.items() if a != address)
            self._give(self._turns.take(worker.programs, set().union(*others)), address, worker)

    def _reaches(self) -> bool:
        return self._client is not None and self._client.status == "running"

    def _free_worker(self) -> str | None:
        """The address of the best worker for the next chunk; None where all have enough."""
        first = self._turns.first

        def rank(item: tuple[str, _Worker]) -> tuple[int, bool, int]:
            worker = item[1]
            compiles = not first.runs_at_once(worker.programs)
            if worker.turns and self._scheduler is None:
                # Runs go round all workers: of three on two workers, one would have one for itself.
                compiles = False  # but reads from a file what another worker has compiled
            return len(worker.turns), compiles, worker.number

        free = (item for item in self._by_address.items() if len(item[1].turns) < AT_A_WORKER)
        return min(free, key=rank, default=("", None))[0] or None

    def _give(self, turn: Turn, address: str, worker: _Worker) -> None:
        assert self._client is not None
        try:
            turn.future = self._client.submit(
                train,
                *turn.arguments,
                seconds=self._seconds(turn),
                most_programs=self._most_programs(turn),
                pure=False,  # otherwise runs of equal settings get one and the same future
                retries=TRIES - 1,
                workers=address,
            )
        except Exception as error:
            if self._reaches():
                self._fail(turn, error)
            else:  # there will be another client
                self._turns.put_back(turn)
            return
        worker.number = next(self._numbers)
        worker.turns.append(turn)
        self._client.loop.add_callback(self._collect, turn, turn.future, address)

    def _seconds(self, turn: Turn) -> float:
        if turn.urgent:
            return URGENT_SECONDS
        return CROWDED_SECONDS if self._turns else CHUNK_SECONDS

    def _most_programs(self, turn: Turn) -> int | None:
        """How many programs a worker may have compiled before it starts afresh instead of training
        this chunk; None where it must not, as others of an embedded cluster already do."""
        if turn.refused or (self._scheduler is None and len(self._by_address) < self._workers):
            return None
        return PROGRAMS_BUSY if self._turns else PROGRAMS_IDLE

    def _fail(self, turn: Turn, error: BaseException) -> None:
        # In another thread: a whole line of runs would otherwise answer inside each other.
        self._finishing.submit(turn.done, error)

    async def _collect(self, turn: Turn, future: Any, address: str) -> None:
        """Wait for a chunk, in the client's event loop."""
        result: Chunk | BaseException | None
        lost = False
        try:
            result = await future.result()
        except Exception as error:
            result, lost = error, _is_lost(future.status, error)
        future.release()
        with suppress(RuntimeError):  # the engine has come to its end
            self._finishing.submit(self._finish, turn, future, address, result, lost)

    def _finish(
        self,
        turn: Turn,
        future: Any,
        address: str,
        result: Chunk | BaseException | None,
        lost: bool,
    ) -> None:
        with self._lock:
            worker = self._by_address.get(address)
            if worker is None or turn not in worker.turns or turn.future is not future:
                return  # It was taken from a worker that is lost.
            worker.turns.remove(turn)
            if lost and not turn.cancelled:  # with the scheduler; there will be another
                turn.lost = True
                self._turns.put_back(turn)
                return
            if result is None:  # The worker starts afresh.
                self._closing.add(address)
                turn.refused = True
                for other in [*self._by_address.pop(address).turns, turn]:
                    self._wait_again(other)
            elif turn.compiles and not turn.cancelled:
                worker.programs.add(turn.program)
            self._serve()
        if isinstance(result, Chunk):
            self.pace.observe(turn.arguments[0], len(result.losses), result.seconds)
        if result is not None and not turn.cancelled:
            turn.done(result)

    def _set_status(self, status: EngineStatus) -> None:
        if status is not self._status:
            self._status = status
            self.changes.tell()

    def _wait_again(self, turn: Turn) -> None:
        turn.future.release()
        if turn.deaths == TRIES:
            self._fail(turn, WorkersLostError(f"{TRIES} worker processes died at it"))
        else:
            self._turns.put_back(turn)

    def _run(self) -> None:
        """Start the cluster, or reach it; then keep an eye on it until the engine is closed."""
        dask.config.update_defaults(SETTINGS)
        while not self._closed.is_set():
            try:
                if self._client is None:
                    if not self._loops.is_started():
                        self._loops.start()
                    self._client = self._connect()
                self._look()
                if not self._ready.done():
                    self._ready.set_result(None)
                    # Nobody waits for it: it tells how fast this machine is.
                    self.submit(lambda _result: None, SOLVED, None, TRIAL_STEPS)
            except OSError:
                self._lose()
            except Exception as error:
                if self._closed.is_set():
                    return
                if not self._ready.done():
                    self._give_up(error)
                    return
                log.exception("The training engine is not there; it is tried again.")
                self._lose()
            self._closed.wait(LOOK_SECONDS)

    def _connect(self) -> Client:
        """A client of the scheduler elsewhere, or of a new cluster."""
        if self._scheduler:
            return Client(
                self._scheduler,
                timeout=REACH_SECONDS,
                set_as_default=False,
                loop=self._loops.loop,
            )
        if self._cluster is not None:
            self._cluster.close()
        self._cluster = Cluster(self._workers)
        if self._closed.is_set():
            raise ClusterError("closed")
        self._cluster.wait()
        self._missing = None
        return self._cluster.client(self._loops)

    def _give_up(self, error: Exception) -> None:
        log.error("The training engine did not start.", exc_info=error)
        with self._lock:
            self._ready.set_exception(error)
            self._serve()

    def _look(self) -> None:
        """Ask the scheduler for its workers, and note which there are."""
        assert self._client is not None
        if not self._reaches():
            raise ConnectionError("The client has lost its scheduler.")
        running = set(
            self._client.sync(
                self._client.scheduler.ncores_running, callback_timeout=SILENCE_SECONDS
            )
        )
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
        """Note which workers there are; others get the chunks of those lost. Under the lock."""
        self._closing &= running
        running -= self._closing
        lost = [worker for a, worker in self._by_address.items() if a not in running]
        self._by_address = {a: self._by_address.get(a) or _Worker() for a in running}
        for worker in lost:
            if worker.turns and self._status is EngineStatus.UP:
                worker.turns[0].deaths += 1
        if running:
            self._set_status(EngineStatus.UP)
        elif self._status is EngineStatus.UP:
            self._set_status(EngineStatus.AWAY)
        for turn in [turn for worker in lost for turn in worker.turns]:
            turn.lost = True
            self._wait_again(turn)
        self._serve()

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


def _is_lost(status: str, error: Exception) -> bool:
    """Whether a chunk went with its worker, its scheduler or the connection, and may be asked for
    again; not where it failed, nor where its result is there and cannot be read.
    """
    return status not in ("error", "finished") or (
        status == "finished" and isinstance(error, OSError)
    )
