"""`Snapshot`: a run at one moment, and what may be asked of it then."""

from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sinae.model.arrays import Array
from sinae.model.experiment import Experiment
from sinae.model.health import warning
from sinae.model.held_out import HeldOutErrors
from sinae.model.network import Network
from sinae.model.state import State
from sinae.service.loss_history import Envelope, LossHistory


class EngineStatus(StrEnum):
    """Whether there is something to train on."""

    STARTING = "starting"
    UP = "up"
    AWAY = "away"


class Status(StrEnum):
    """Where a run stands."""

    READY = "ready"
    WAITING = "waiting"
    TRAINING = "training"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"
    DIVERGED = "diverged"
    FAILED = "failed"

    @property
    def in_progress(self) -> bool:
        """Whether it trains, or is about to, or waits to be resumed."""
        return self.moving or self in (Status.PAUSED, Status.FAILED)

    @property
    def moving(self) -> bool:
        """Whether it trains or will by itself."""
        return self in (Status.WAITING, Status.TRAINING)


class Command(Enum):
    """What a visitor may ask of a run."""

    TRAIN = auto()  # from its start, or from where it was stopped
    RESUME = auto()  # from where it was paused or failed
    PAUSE = auto()
    STOP = auto()
    STEP = auto()  # a single one
    TRAIN_MORE = auto()  # beyond the steps that were asked for
    RESET = auto()  # to a new run from the same initial weights
    NEW_WEIGHTS = auto()  # to a new run from others


_RESTART = frozenset({Command.RESET, Command.NEW_WEIGHTS})
_MOVING = _RESTART | {Command.PAUSE, Command.STOP}
_HALTED = _RESTART | {Command.RESUME, Command.STEP, Command.STOP}
_ENDED = _RESTART | {Command.STEP, Command.TRAIN_MORE}

_COMMANDS = {
    Status.READY: frozenset({Command.TRAIN, Command.STEP, Command.NEW_WEIGHTS}),
    Status.WAITING: _MOVING,
    Status.TRAINING: _MOVING,
    Status.PAUSED: _HALTED,
    Status.FAILED: _HALTED,
    Status.STOPPED: _ENDED | {Command.TRAIN},
    Status.FINISHED: _ENDED,
    Status.DIVERGED: _RESTART,
}
"""Which commands each status allows."""


def allowed_commands(status: Status, step: int, *, retired: bool) -> frozenset[Command]:
    """Return what may be asked of a run that stands there: it refuses anything else."""
    if retired:
        return frozenset()
    return _COMMANDS[status] - (frozenset() if step else {Command.TRAIN_MORE})


def _no_losses() -> Array:
    return np.empty(0, np.float32)


@dataclass(frozen=True, eq=False, kw_only=True)
class Snapshot:
    """A run at one moment; its losses and weights are shared with the run, not copied.

    Without more than an experiment and a target it is the null form, of no run: see `of_no_run`.

    Attributes:
        id: the run's public name, which may stand in an address; empty for no run.
        key: the run's secret key; whoever has it may look at the run and steer it.
        version: grows with every change of the run itself.
        experiment: what is trained.
        status: where it stands.
        retired: whether another run has taken its place, so that nothing may be asked of it.
        step: steps done.
        target: steps asked for.
        losses: (step,) float32, the batch MSE of every step.
        envelope: the envelope of the losses.
        held_out_steps, held_out_mses: (n,) int64 and float32: the MSE on the held-out set, and
            after how many steps.
        let_in_mses: (n,) float32: the same over the signals that a curriculum had let in by then.
        errors: the last errors on the held-out set; None before the first chunk.
        silent: how many nodes of each hidden layer are silent then; None before the first chunk.
        state: the last state; None before the first chunk.
        steps_per_second: measured over the last seconds; None when it does not train.
        position: in the line of those who wait to train, 1 for the next; None where it does not.
        others: how many other runs train at the same time.
        engine: whether there is something to train on; without, a run that trains goes on later.
        message: why it halted, where that was not the visitor's wish.
    """

    id: str = ""
    key: str = ""
    version: int = -1
    experiment: Experiment
    status: Status = Status.READY
    retired: bool = False
    step: int = 0
    target: int
    losses: Array = field(default_factory=_no_losses)
    envelope: Envelope = field(default_factory=LossHistory().envelope)
    held_out_steps: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    held_out_mses: Array = field(default_factory=_no_losses)
    let_in_mses: Array = field(default_factory=_no_losses)
    errors: HeldOutErrors | None = None
    silent: tuple[int, ...] | None = None
    state: State | None = None
    steps_per_second: float | None = None
    position: int | None = None
    others: int = 0
    engine: EngineStatus = EngineStatus.STARTING
    message: str = ""

    @classmethod
    def of_no_run(cls, experiment: Experiment) -> "Snapshot":
        """The null form: what there is to see where no run of an experiment was made yet."""
        return cls(experiment=experiment, target=experiment.steps)

    @property
    def exists(self) -> bool:
        """Whether there is a run."""
        return bool(self.id)

    @property
    def commands(self) -> frozenset[Command]:
        """What may be asked of the run: it refuses anything else."""
        return allowed_commands(self.status, self.step, retired=self.retired)

    def goes_on_with(self, experiment: Experiment | None) -> bool:
        """Whether a step under some settings is one of this run, and not of a new one."""
        same = self.experiment == experiment and Command.STEP in self.commands
        return same or self.status.in_progress

    @property
    def title(self) -> str:
        """The network and its settings, as a person reads them; empty for no run."""
        return self.experiment.title if self.exists else ""

    @cached_property
    def network(self) -> Network | None:
        """The network as trained so far; None before the first chunk."""
        if self.state is None:
            return None
        return Network.from_weights(self.experiment, self.state.weights)

    @property
    def held_out_mse(self) -> float | None:
        """The last MSE on the held-out set."""
        return self.errors.mean if self.errors else None

    @property
    def worst_mse(self) -> float | None:
        """The MSE of the worst-drawn signal of the held-out set."""
        return self.errors.worst if self.errors else None

    @property
    def warning(self) -> str:
        """What is wrong with the network as trained so far, in a sentence; empty where nothing."""
        if self.silent is None or self.errors is None:
            return ""
        return warning(self.experiment, self.silent, self.errors)

    @property
    def batch_mse(self) -> float | None:
        """The MSE of the last batch."""
        return float(self.losses[-1]) if len(self.losses) else None

    @property
    def progress(self) -> float:
        """The part done of the steps asked for, 0 to 1."""
        return self.step / self.target

    @property
    def seconds_left(self) -> float | None:
        """An estimate from the measured speed; None where there is none."""
        if not self.steps_per_second:
            return None
        return (self.target - self.step) / self.steps_per_second
