"""What the pages say of runs in any state."""

import math
from dataclasses import replace

import pytest

from sinae.model.experiment import Experiment
from sinae.model.held_out import HeldOutErrors
from sinae.model.signals import FAMILIES
from sinae.service.snapshot import EngineStatus, Status
from sinae.ui.text import training as training_text
from tests.support.snapshots import SNAPSHOT


def test_progress_tells_of_the_others_and_the_time_left() -> None:
    assert training_text.progress(SNAPSHOT) == (
        "step 5,000 of 20,000 · 50 steps a second · training with 29 others · about 5 min left"
    )
    new = replace(SNAPSHOT, steps_per_second=None, others=1)
    assert training_text.progress(new).endswith("starting · training with 1 other")
    waiting = replace(SNAPSHOT, status=Status.WAITING, position=3, steps_per_second=None)
    assert "number 3 in line" in training_text.progress(waiting)


@pytest.mark.parametrize("engine", [EngineStatus.STARTING, EngineStatus.AWAY])
def test_progress_says_that_the_engine_is_not_there(engine: EngineStatus) -> None:
    sentence = training_text.progress(replace(SNAPSHOT, engine=engine, steps_per_second=None))
    assert "engine" in sentence
    assert "by itself" in sentence
    assert "left" not in sentence
    paused = replace(SNAPSHOT, engine=engine, status=Status.PAUSED, steps_per_second=None)
    assert "by itself" not in training_text.progress(paused)


def test_growing_from_a_patch_is_explained_as_long_as_not_all_are_in() -> None:
    slow = replace(
        SNAPSHOT,
        experiment=Experiment(growth="both"),
        errors=HeldOutErrors(5_000, 12.0, 0.2, 60.0, 90.0, 0.1),
    )
    said = training_text.let_in(slow)
    # After 5,000 of 20,000 steps: 0.05 + 0.95 * (5,000 / 7,000)**0.7 of the range from 0.03 to 0.5.
    assert "frequencies up to 0.41 of 0.5 radians per point, and all phases" in said
    early = training_text.let_in(replace(slow, step=601))  # 0.1 + 0.9 * 600 / 1,200
    assert "and 55% of the circle of phases" in early
    assert "the error is 0.100; the 12.0 of all" in said
    assert "no overfitting" in said
    assert training_text.notes(slow) == [said]
    assert training_text.let_in(replace(slow, step=7_001)) == ""
    assert training_text.let_in(SNAPSHOT) == ""


def test_a_mean_error_is_said_with_what_is_certain_of_it() -> None:
    def said(mean: float, standard_error: float) -> str:
        return training_text.uncertain(HeldOutErrors(1, mean, standard_error, 1.0, 1.0, mean))

    assert said(0.0235, 0.0083) == "0.0235 ± 0.008"
    assert said(1.07, 0.03) == "1.07 ± 0.03"
    assert said(1.07, 0.001) == "1.07"
    assert said(9.27e-5, 6.2e-7) == "9.27e-5 ± 6e-7"
    assert said(math.inf, math.nan) == "–"
    assert training_text.uncertain(None) == "–"


@pytest.mark.parametrize("status", Status)
def test_every_status_is_announced(status: Status) -> None:
    said = training_text.announcement(replace(SNAPSHOT, status=status, position=2, message="Why."))
    assert said.endswith("Why.")
    halted = status not in (Status.READY, Status.WAITING, Status.TRAINING)
    assert ("at step 5,000; held-out error 1.00" in said) == halted


def test_how_long_it_will_take_is_said_where_it_is_known() -> None:
    assert training_text.ahead(Experiment(), 4.4) == "20,000 steps: about 4 s here."
    assert training_text.ahead(Experiment(steps=1), None) == "1 step."


def test_a_network_is_told_with_its_size_and_with_signals_that_the_page_does_not_speak_of() -> None:
    sines = Experiment(widths=(50, 3, 50))
    size = "10,604 weights · 101 points go through 3 numbers, 34 times fewer"
    assert training_text.network(sines) == size
    told = training_text.network(replace(sines, signals="phase"))
    assert told == f"{size} · {FAMILIES['phase'].about}"
    assert training_text.network(Experiment(widths=())).endswith("nothing is squeezed")


def test_the_introduction_says_what_the_signals_are_made_from() -> None:
    told = {name: training_text.introduction(family) for name, family in FAMILIES.items()}
    assert "a sine, made from just three numbers: phase, frequency and amplitude." in told["sine"]
    assert "a sine, made from a single number, its phase." in told["phase"]
