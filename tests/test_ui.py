"""What the pages say of runs in any state."""

from dataclasses import replace

import numpy as np
import pytest

from sinae.curve import Curve
from sinae.engine import EngineStatus
from sinae.experiment import Experiment
from sinae.held_out import HeldOutErrors
from sinae.runs import Snapshot, Status
from sinae.ui import words

SNAPSHOT = Snapshot(
    id="run",
    version=1,
    experiment=Experiment(),
    status=Status.TRAINING,
    step=5_000,
    target=20_000,
    losses=np.ones(5_000, np.float32),
    envelope=Curve().envelope(),
    held_out_steps=np.array([5_000]),
    held_out_mses=np.ones(1, np.float32),
    let_in_mses=np.ones(1, np.float32),
    errors=HeldOutErrors(5_000, 1.0, 0.1, 2.0, 3.0, 1.0),
    health=None,
    state=None,
    steps_per_second=50.0,
    place=None,
    others=29,
    engine=EngineStatus.UP,
    message="",
)


def test_progress_tells_of_the_others_and_the_time_left() -> None:
    assert words.progress(SNAPSHOT) == (
        "step 5,000 of 20,000 · 50 steps a second · training with 29 others · about 5 min left"
    )
    new = replace(SNAPSHOT, steps_per_second=None, others=1)
    assert words.progress(new).endswith("starting · training with 1 other")
    waiting = replace(SNAPSHOT, status=Status.WAITING, place=3, steps_per_second=None)
    assert "number 3 in line" in words.progress(waiting)


@pytest.mark.parametrize("engine", [EngineStatus.STARTING, EngineStatus.AWAY])
def test_progress_says_that_the_engine_is_not_there(engine: EngineStatus) -> None:
    sentence = words.progress(replace(SNAPSHOT, engine=engine, steps_per_second=None))
    assert "engine" in sentence
    assert "by itself" in sentence
    assert "left" not in sentence
    paused = replace(SNAPSHOT, engine=engine, status=Status.PAUSED, steps_per_second=None)
    assert "by itself" not in words.progress(paused)
