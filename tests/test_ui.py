"""What the pages say and how often they look, for runs in any state."""

from dataclasses import replace

import numpy as np
import pytest

from sinae.engine import EngineStatus
from sinae.experiment import Experiment
from sinae.runs import Snapshot, Status
from sinae.ui import session, words

SNAPSHOT = Snapshot(
    id="run",
    experiment=Experiment(),
    status=Status.TRAINING,
    step=5_000,
    target=20_000,
    losses=np.ones(5_000, np.float32),
    held_out_steps=np.array([5_000]),
    held_out_mses=np.ones(1, np.float32),
    state=None,
    steps_per_second=50.0,
    chunk_interval=0.26,
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


@pytest.mark.parametrize(
    ("apart", "seconds"), [(None, 1.6), (0.26, 0.4), (0.5, 0.8), (3.0, 3.2), (40.0, 6.4)]
)
def test_a_run_is_looked_at_about_as_often_as_it_has_news(
    apart: float | None, seconds: float
) -> None:
    assert session.poll_seconds(replace(SNAPSHOT, chunk_interval=apart), None) == seconds


def test_the_first_steps_of_one_who_trains_alone_are_shown_at_once() -> None:
    alone = replace(SNAPSHOT, chunk_interval=None, others=0)
    assert session.poll_seconds(alone, None) == 0.1


def test_looking_at_a_run_has_some_play_and_an_end() -> None:
    assert session.poll_seconds(replace(SNAPSHOT, chunk_interval=0.42), 0.4) == 0.4
    assert session.poll_seconds(replace(SNAPSHOT, chunk_interval=0.6), 0.4) == 0.8
    assert session.poll_seconds(replace(SNAPSHOT, chunk_interval=0.3), 0.8) == 0.8
    assert session.poll_seconds(replace(SNAPSHOT, chunk_interval=0.25), 0.8) == 0.4
    waiting = replace(SNAPSHOT, status=Status.WAITING, chunk_interval=None)
    assert session.poll_seconds(replace(waiting, place=1), None) == 1.6
    assert session.poll_seconds(replace(waiting, place=100), None) == 6.4
    for status in set(Status) - {Status.WAITING, Status.TRAINING}:
        assert session.poll_seconds(replace(SNAPSHOT, status=status), 0.4) is None
