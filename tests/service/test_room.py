"""The memory that a run reserves."""

from sinae.service.memory import MemoryBudget
from sinae.service.room import FIXED_BYTES, STEPS_AHEAD, Room
from tests.service.test_memory import Thing

WEIGHTS = 1000
STATE = 3 * WEIGHTS * 4
FAR = 10**6


def test_losses_have_room_some_steps_ahead() -> None:
    budget = MemoryBudget(FIXED_BYTES + 2 * STATE + 4 * 2 * STEPS_AHEAD)
    room = Room(Thing(0), WEIGHTS, budget)
    assert room.nbytes(2) == FIXED_BYTES
    assert room.make(0, FAR)
    assert room.nbytes(1) == FIXED_BYTES + STATE + 4 * STEPS_AHEAD
    step, before = 0, 0
    while room.suffices(step, FAR):
        before, step = step, step + STEPS_AHEAD // 10
    assert room.nbytes(2) > FIXED_BYTES + 2 * STATE + 4 * (before + STEPS_AHEAD // 2 - 1)
    assert STEPS_AHEAD <= before < 2 * STEPS_AHEAD
    assert room.suffices(step, step + 1)  # as far as it goes


def test_who_goes_gets_no_more() -> None:
    budget, run = MemoryBudget(10**9), Thing(0)
    room = Room(run, WEIGHTS, budget)
    assert room.make(0, FAR)
    budget.release(run)
    assert not room.suffices(STEPS_AHEAD, FAR)
    assert not budget.holds(run)
    assert room.nbytes(2) == FIXED_BYTES
