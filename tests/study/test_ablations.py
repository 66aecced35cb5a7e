"""The ablations: what is kept of them, and whether it fits what else was measured."""

from dataclasses import replace

from sinae.study import ablations, growth
from sinae.study.measurements import read
from sinae.study.presets import SOLVED, reproduction
from sinae.study.reproduction import LOST, over_seeds


def test_what_is_not_grown_is_torn_and_what_is_grown_is_not() -> None:
    runs = read("ablations")["runs"]
    assert list(runs) == list(ablations.CHANGES)
    assert all(len(each) >= 20 for each in runs.values())
    whole, torn = over_seeds(runs["the whole recipe"]), over_seeds(runs["not growing"])
    assert whole["lost"] == 0
    torn_ones = (
        run["seed"]
        for run in runs["growing in frequency alone"]
        if run["worst_mse"] >= LOST * run["worst_power"]
    )
    assert next(torn_ones) == growth.SEED
    assert torn["median"] > 10 * whole["median"]


def test_what_is_trained_twice_came_out_alike() -> None:
    same = [run["held_out_mse"] for run in reproduction()["three-nodes-solved"].runs]
    assert [run["held_out_mse"] for run in read("ablations")["runs"]["the whole recipe"]] == same
    (three,) = (kept for kept in read("bottlenecks")["sizes"] if kept["size"] == 3)
    assert [run["held_out_mse"] for run in three["runs"]] == same[:8]
    changed = [replace(SOLVED, **change) for change in ablations.CHANGES.values()]
    assert len({*changed, SOLVED}) == len(changed)
