"""What a picture is called once it is downloaded, and what its title tells."""

import re

import pytest

from sinae.figures import captions, loss
from sinae.model.experiment import Experiment
from tests.support.snapshots import NONE, snapshot


def test_a_picture_is_named_after_its_run_and_tells_its_settings() -> None:
    experiment = Experiment(widths=(20, 3, 20), seed=7, learning_rate=0.01, growth="both")
    of = captions.of_run(experiment, 2300, 2.43)
    meta = loss.loss_figure(snapshot([10, 3]), of)["layout"]["meta"]
    assert meta["filename"] == "sinae-20-3-20-selu-seed-7-step-2300-mse"
    assert meta["title"] == (
        "Mean squared error against training steps\n"
        "20-3-20 selu, rate 0.01, growth: both, seed 7\n"
        "step 2,300 · held-out MSE 2.43"
    )
    untrained = loss.loss_figure(NONE, captions.of_run(experiment, 0, None))["layout"]["meta"]
    assert untrained["filename"] == "sinae-20-3-20-selu-seed-7-untrained-mse"
    assert untrained["title"].endswith("\nnot trained yet")


@pytest.mark.parametrize("title", ["Ünïcode / slash", "a\\b:c*?", "  x  "])
def test_a_file_name_is_safe_on_every_system(title: str) -> None:
    meta = captions.meta("A.", "shows", captions.Subject(title, "state", title), "kind")
    assert re.fullmatch(r"sinae-[a-z0-9-]*[a-z0-9]", meta["filename"])
