"""`Run`: the chain of chunks that trains one network, its controls and its snapshot."""

import logging
import math
import secrets
import threading
import time
from array import array
from collections.abc import Hashable

import numpy as np

from sinae.model.experiment import MAX_STEPS, Experiment
from sinae.model.held_out import HeldOutErrors
from sinae.model.state import Chunk, State
from sinae.service.admission import AdmissionQueue, QueueFullError, Turn
from sinae.service.engine import Engine
from sinae.service.loss_history import LossHistory
from sinae.service.memory import MemoryBudget
from sinae.service.observers import Observers
from sinae.service.request import Request, reason
from sinae.service.room import FULL, Room
from sinae.service.snapshot import Command, Snapshot, Status, allowed_commands
from sinae.service.speedometer import Speedometer

log = logging.getLogger(__name__)


class Run:
    """One network in training.

    A run has one chunk in flight; the next is submitted when it comes back, in the engine's
    thread. All methods may be called from any thread and return at once.

    Attributes:
        id: its public name, which may stand in an address.
        key: its secret name: whoever has it may look at the run.
        experiment: what it trains.
        version: grows with every change of the run itself.
        changes: the observers of its changes.
    """

    def __init__(
        self,
        experiment: Experiment,
        engine: Engine,
        queue: AdmissionQueue,
        *,
        budget: MemoryBudget | None = None,
        visitor: Hashable = None,
        max_steps: int = MAX_STEPS,
        max_seconds: float = math.inf,
    ) -> None:
        """It ends at ``max_steps``, whatever is asked for, and is paused where nobody steered it
        for ``max_seconds`` of training. All runs of a ``visitor`` share that visitor's turns; by
        default a run is one by itself, and takes what memory it needs."""
        self.id = secrets.token_hex(8)
        self.key = secrets.token_urlsafe(16)
        self.experiment = experiment
        self.changes = Observers()
        self._engine = engine
        self._queue = queue
        self._room = Room(self, experiment.weight_count, budget)
        self._visitor = self.id if visitor is None else visitor
        self._max_steps = max_steps
        self._max_seconds = max_seconds
        self._lock = threading.RLock()  # re-entrant: the line may start a run that enters it
        self._request: Request | None = None  # the chunk in flight
        self._entry = 0  # counts how often it went into the line
        self.version = 0
        self._retired = False
        self._status = Status.READY
        self._state: State | None = None
        self._ahead: Chunk | None = None  # came back after a pause: with it the run goes on
        self._target = self._halt_at = min(self.experiment.steps, self._max_steps)
        self._history = LossHistory()
        self._held_out_steps = array("q")
        self._held_out_mses = array("f")
        self._let_in_mses = array("f")
        self._errors: HeldOutErrors | None = None
        self._silent: tuple[int, ...] | None = None
        self._speed = Speedometer()
        self._message = ""
        self._awaited = False  # whether somebody waits for the first steps since they asked
        self._left = math.inf  # seconds that it may train until it is steered again
        self._end = math.inf

    def train(self) -> None:
        """Train up to the target. Also resumes a paused run."""
        with self._lock:
            if self._allows(Command.TRAIN) or self._allows(Command.RESUME):
                self._go(self._target, self._target)

    def train_more(self, steps: int) -> None:
        """Train so many steps beyond those done, as far as a run may go."""
        with self._lock:
            target = min(self._step + steps, self._max_steps)
            if self._allows(Command.TRAIN_MORE) and self._step < target:
                self._go(target, target)

    def step(self) -> None:
        """Train for a single step."""
        with self._lock:
            if self._allows(Command.STEP) and self._step < self._max_steps:
                self._go(self._step + 1, max(self._target, self._step + 1))

    def pause(self, message: str = "") -> None:
        """Halt at the last finished chunk; `train` goes on from there."""
        with self._lock:
            if self._allows(Command.PAUSE):
                # A chunk that a worker has is kept for later: whoever pauses sees the run stand
                # still at once. Any other is given up: a pure function can be asked again.
                if self._request and not self._request.given:
                    self._cancel()
                self._halt(Status.PAUSED, message)

    def stop(self) -> None:
        """End at the last finished chunk."""
        with self._lock:
            if self._allows(Command.STOP):
                self._cancel()
                self._halt(Status.STOPPED)

    def retire(self) -> None:
        """End for good: its visitor trains another one, and an old tab must not start this one."""
        with self._lock:
            self.stop()
            self._retired = True
            self._changed()  # also where it stood still: a page that shows it must look again

    @property
    def trained(self) -> bool:
        """Whether it has made a step: only then is there something to lose."""
        return self._step > 0

    @property
    def moving(self) -> bool:
        """Whether it trains or will by itself."""
        return self._status.moving

    @property
    def nbytes(self) -> int:
        """The bytes that it takes, or may come to take by itself: as long as it moves, or a chunk
        is ahead, it may have two states."""
        grows = self.moving or self._request is not None or self._ahead is not None
        return self._room.nbytes(1 + grows)

    def snapshot(self) -> Snapshot:
        """The run as it is now."""
        with self._lock:
            trains = self._status is Status.TRAINING
            return Snapshot(
                id=self.id,
                key=self.key,
                version=self.version,
                experiment=self.experiment,
                status=self._status,
                retired=self._retired,
                step=self._step,
                target=self._target,
                losses=self._history.losses,
                envelope=self._history.envelope(),
                held_out_steps=np.array(self._held_out_steps, np.int64),
                held_out_mses=np.array(self._held_out_mses, np.float32),
                let_in_mses=np.array(self._let_in_mses, np.float32),
                errors=self._errors,
                silent=self._silent,
                state=self._state,
                steps_per_second=self._speed.steps_per_second if trains else None,
                position=self._queue.position(self) if self._status is Status.WAITING else None,
                others=self._queue.training - trains,
                engine=self._engine.status,
                message=self._message,
            )

    def _allows(self, command: Command) -> bool:
        return command in allowed_commands(self._status, self._step, retired=self._retired)

    @property
    def _step(self) -> int:
        return self._state.step if self._state else 0

    def _go(self, halt_at: int, target: int) -> None:
        before, self._status = self._status, Status.WAITING  # so that it does not go for another
        if not self._room.make(self._step, target):
            self._status = before
            self._message = f"{FULL}; please try again in a minute."
            self._changed()
            return
        self._room.steered()
        if halt_at < self._halt_at:
            self._cancel()  # what was asked for before a pause would go too far
        self._message, former = "", (self._halt_at, self._target)
        self._halt_at, self._target = halt_at, target
        self._awaited, self._left = True, self._max_seconds
        try:
            self._queue.enter(self, self._turn())
        except QueueFullError:
            self._status = before
            self._halt_at, self._target = former
            self._message = "The waiting line is full just now; please try again in a minute."
        self._changed()

    def _turn(self) -> Turn:
        self._entry += 1
        entry = self._entry
        return Turn(self._visitor, lambda: self._start(entry), lambda: self._put_off(entry))

    def _put_off(self, entry: int) -> None:
        with self._lock:
            if self._status is Status.WAITING and entry == self._entry:
                self.pause(
                    "Paused because so many wait that the line is full, and somebody came who has "
                    "trained nothing yet. Resume goes on."
                )

    def _start(self, entry: int) -> None:
        with self._lock:
            # A place that was given up for another, later one is not taken.
            if self._status is Status.WAITING and entry == self._entry:
                self._status = Status.TRAINING
                self._end = time.monotonic() + self._left
                self._speed.reset()
                ahead, self._ahead = self._ahead, None
                if ahead is not None:
                    self._receive(ahead)
                elif self._request is None:
                    self._submit()
                self._changed()

    def _halt(self, status: Status, message: str = "") -> None:
        self._status, self._message = status, message
        self._queue.leave(self)
        self._changed()

    def _cancel(self) -> None:
        self._ahead = None
        request, self._request = self._request, None
        if request is not None:
            request.cancel()

    def _submit(self) -> None:
        # First, what the initial weights do: it needs no compiling, so it is there at once.
        steps = self._halt_at - self._step if self._state else 0
        self._request = self._engine.submit(
            self._answered,
            self.experiment,
            self._state,
            steps,
            visitor=self._visitor,
            urgent=self._awaited,
        )

    def _answered(self, request: Request, result: Chunk | BaseException) -> None:
        with self._lock:
            if request.cancelled:
                return
            # Answered: there is nothing to cancel, and its client may be another one by now.
            self._request = None
            if self._status is not Status.TRAINING:
                self._ahead = result if isinstance(result, Chunk) else None
                return
            self._receive(result, measured=not request.lost)
            self._changed()

    def _fail(self, error: BaseException) -> None:
        log.error("Run %s failed at step %d.", self.id, self._step, exc_info=error)
        self._status = Status.FAILED
        self._queue.leave(self)
        self._message = (
            f"Training stopped at step {self._step:,} because the engine could not run the "
            f"next steps: {reason(error)}. What was trained is kept; press Resume to try "
            "again."
        )

    def _receive(self, result: Chunk | BaseException, *, measured: bool = True) -> None:
        if isinstance(result, BaseException):
            self._fail(result)
            return
        try:
            self._take(result, measured)
        except Exception as error:  # such as too little memory for the losses
            self._fail(error)

    def _take(self, result: Chunk, measured: bool) -> None:
        self._append(result, measured)
        if result.diverged:
            self._status = Status.DIVERGED
            self._message = (
                f"The error grew without bound at step {self._step + 1:,}, so training stopped; "
                f"the weights of step {self._step:,} are kept. Try a smaller learning rate."
            )
        elif self._step >= self._target:
            self._status = Status.FINISHED
        elif self._step >= self._halt_at:
            self._status = Status.PAUSED
        elif time.monotonic() > self._end:
            self._status = Status.PAUSED
            self._message = (
                f"Paused after {self._max_seconds:,.0f} seconds, which is as long as a run may "
                "train here at a time. Resume goes on."
            )
        elif not self._room.suffices(self._step, self._target):
            self._status = Status.PAUSED
            self._message = f"{FULL}, so this is paused. Resume goes on where there is some."
        elif self._queue.gives_way(self, self._turn()):
            self._status, self._left = Status.WAITING, self._end - time.monotonic()
            return
        else:
            self._submit()
            return
        self._queue.leave(self)

    def _append(self, result: Chunk, measured: bool) -> None:
        before, after = self._step, result.state.step
        self._history.append(result.losses)
        self._state = result.state
        for errors in result.held_out:
            self._held_out_steps.append(errors.step)
            self._held_out_mses.append(errors.mean)
            self._let_in_mses.append(errors.let_in)
        self._errors, self._silent = result.held_out[-1], result.silent
        if after == before:
            return
        self._awaited = False
        if not measured:
            self._speed.reset()
        self._speed.reached(after)

    def _changed(self) -> None:
        self.version += 1
        self.changes.notify()
