"""`Snapshot`: a run at one moment."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from sinae.model.experiment import Experiment
from sinae.model.health import Health, warning
from sinae.model.held_out import HeldOutErrors
from sinae.model.network import Network
from sinae.model.state import State
from sinae.service.engine_status import EngineStatus
from sinae.service.loss_history import Envelope

Array = NDArray[np.float32]


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


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A run at one moment; its losses and weights are shared with the run, not copied.

    Attributes:
        id: the run's.
        version: grows with every change of the run itself.
        experiment: what is trained.
        status: where it stands.
        step: steps done.
        target: steps asked for.
        losses: (step,) float32, the batch MSE of every step.
        envelope: of the losses.
        held_out_steps, held_out_mses: (n,) int64 and float32: the MSE on the held-out set, and
            after how many steps.
        let_in_mses: (n,) float32: the same over the signals that a curriculum had let in by then.
        errors: on the held-out set, the last ones; None before the first chunk.
        health: of the last state; None before the first chunk.
        state: the last state; None before the first chunk.
        steps_per_second: measured over the last seconds; None when it does not train.
        place: in the line of those who wait to train, 1 for the next; None where it does not.
        others: how many other runs train at the same time.
        engine: whether there is something to train on; without, a run that trains goes on later.
        message: why it halted, where that was not the visitor's wish.
    """

    id: str
    version: int
    experiment: Experiment
    status: Status
    step: int
    target: int
    losses: Array
    envelope: Envelope
    held_out_steps: NDArray[np.int64]
    held_out_mses: Array
    let_in_mses: Array
    errors: HeldOutErrors | None
    health: Health | None
    state: State | None
    steps_per_second: float | None
    place: int | None
    others: int
    engine: EngineStatus
    message: str

    @property
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
    def warning(self) -> str:
        """What is wrong with the network as trained so far, in a sentence; empty where nothing."""
        if self.health is None or self.errors is None:
            return ""
        return warning(self.experiment, self.health, self.errors)

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
