"""The ceiling for what all take together."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinae.service.memory import MemoryBudget, MemoryFullError


@dataclass(eq=False)
class Thing:
    nbytes: int
    moving: bool = False


def test_what_stands_still_and_was_steered_longest_ago_goes_first() -> None:
    gone: list[Thing] = []
    budget = MemoryBudget(100, gone.append)
    first, moving, third, last = Thing(40), Thing(20, moving=True), Thing(20), Thing(30)
    for one in (first, moving, third):
        budget.reserve(one, one.nbytes)
    budget.steered(first)
    budget.reserve(last, last.nbytes)
    assert gone == [third]
    assert budget.nbytes == 90
    budget.reserve(large := Thing(80), 80)
    assert gone == [third, first, last]
    assert [budget.holds(one) for one in (first, moving, large)] == [False, True, True]
    with pytest.raises(MemoryFullError):
        budget.reserve(Thing(81), 81)
    assert budget.holds(large)  # what would not be enough does not go
    budget.reserve(moving, 20)  # what it has is counted once
    budget.release(moving)
    assert budget.nbytes == 80


@given(st.lists(st.tuples(st.integers(0, 60), st.booleans())))
def test_the_ceiling_is_hard(sizes: list[tuple[int, bool]]) -> None:
    budget = MemoryBudget(100)
    for nbytes, moving in sizes:
        try:
            budget.reserve(one := Thing(nbytes, moving), nbytes)
        except MemoryFullError:
            assert not budget.holds(one)
        assert budget.nbytes <= 100


def test_who_takes_much_goes_for_who_takes_less() -> None:
    """Else a few large ones that train for ever would keep all others out."""
    gone: list[Thing] = []
    budget = MemoryBudget(100, gone.append)
    small, large, larger = (Thing(nbytes, moving=True) for nbytes in (10, 30, 50))
    for one in (small, large, larger):
        budget.reserve(one, one.nbytes)
    with pytest.raises(MemoryFullError):
        budget.reserve(Thing(60, moving=True), 60)
    budget.reserve(Thing(20, moving=True), 20)
    assert gone == [larger]
    for nbytes in (20, 20):
        budget.reserve(Thing(nbytes, moving=True), nbytes)
    budget.reserve(Thing(10, moving=True), 10)
    assert gone == [larger, large]
