"""Training presets again, and what is told of several seeds."""

from dataclasses import replace

import pytest

from sinae.model.experiment import Experiment
from sinae.study import presets
from sinae.study.reproduction import over_seeds, row, train_seeds
from tests.support.seeds import SOME_LOST

ALL = presets.presets()


def test_reproducing_is_training() -> None:
    small = replace(
        ALL["selu-50-3-50"], experiment=Experiment(widths=(4,), steps=100, batch_size=5)
    )
    ((preset, results),) = train_seeds({small: small.experiment}, seeds=2, processes=1)
    assert preset is small
    entries = [entry for entry, _ in results]
    assert [entry["seed"] for entry in entries] == [1, 2]
    for entry in entries:
        assert entry["curve"][-1][1] == pytest.approx(entry["held_out_mse"], rel=1e-3)
        assert entry["mean_mse"] == pytest.approx(entry["held_out_mse"], rel=0.05)
        assert 0 < entry["standard_error"] < 0.01 * entry["mean_mse"]
        assert entry["mean_mse"] < entry["p999_mse"] < entry["worst_mse"]
    line = row(small, entries)
    assert line["lowest"] <= line["median"] <= line["highest"]
    assert line["lost"] == 2  # so little training draws no fast sine
    assert line["post"] == pytest.approx(sum(mse for _, mse in small.published[-5:]) / 5)


def test_a_signal_is_lost_where_half_of_it_is_missing() -> None:
    found = over_seeds(SOME_LOST)
    assert (found["seeds"], found["lost"]) == (4, 2)
    assert (found["least_worst"], found["worst"], found["most_worst"]) == (0.2, 13.5, 26)
    assert found["uncertainty"] == pytest.approx(0.01)
