"""Made-up snapshots of runs, for figures and sentences."""

from dataclasses import replace
from typing import Any

import numpy as np

from sinae.model.experiment import Experiment
from sinae.model.held_out import HeldOutErrors
from sinae.service.loss_history import LossHistory
from sinae.service.snapshot import EngineStatus, Snapshot, Status


def snapshot(losses: list[float] | np.ndarray[Any, Any]) -> Snapshot:
    """Return a run in training with these losses, which are its held-out errors too."""
    values = np.asarray(losses, np.float32)
    curve = LossHistory()
    curve.append(values)
    last = float(values[-1]) if len(values) else None
    errors = (
        None if last is None else HeldOutErrors(len(values), last, 0.1, 2 * last, 3 * last, last)
    )
    return Snapshot(
        id="run",
        version=1,
        experiment=Experiment(),
        status=Status.TRAINING,
        step=len(values),
        target=20_000,
        losses=values,
        envelope=curve.envelope(),
        held_out_steps=np.arange(1, len(values) + 1, dtype=np.int64),
        held_out_mses=values,
        let_in_mses=values,
        errors=errors,
        engine=EngineStatus.UP,
    )


SNAPSHOT = replace(
    snapshot(np.ones(5_000)),
    held_out_steps=np.array([5_000]),
    held_out_mses=np.ones(1, np.float32),
    let_in_mses=np.ones(1, np.float32),
    steps_per_second=50.0,
    others=29,
)
"""A run in training, a quarter of the way, beside 29 others."""

NONE = Snapshot.of_no_run(Experiment())
"""No run yet."""
