"""The figures that the post printed."""

import pytest

from sinae.study.post import last_error, post_networks


def test_the_post_ended_where_its_last_five_prints_do() -> None:
    deep = next(n for n in post_networks() if n.name == "selu-50-20-10-3-10-20-50")
    assert deep.published[-1] == (100_000, 0.439818)  # a single batch, half of what it levelled at
    five = [0.680152, 0.754047, 1.37079, 0.871477, 0.439818]
    assert last_error(deep.published) == pytest.approx(sum(five) / 5)
    assert round(last_error(deep.published), 2) == 0.82
