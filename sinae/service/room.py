"""`Room`: the memory that one run has reserved."""

import sys

from sinae.service.memory import Kept, MemoryBudget, MemoryFullError

FIXED_BYTES = 20_000  # that a run takes beside its weights and losses, about
STEPS_AHEAD = 100_000  # for the losses of so many steps there is made room ahead
FULL = "The memory that this server has for networks is full just now"


class Room:
    """What one run has reserved in a budget, by default one without a ceiling: states, each of its
    weights with Adam's two moments in float32, and a float32 for the loss of each step, some steps
    ahead. For use under the run's lock."""

    def __init__(self, run: Kept, weight_count: int, budget: MemoryBudget | None = None) -> None:
        self._run = run
        self._budget = budget or MemoryBudget(sys.maxsize)
        self._state_bytes = 3 * 4 * weight_count
        self._steps = 0

    def make(self, done: int, target: int) -> bool:
        """Reserve what the next chunks need, after so many steps and up to so many; returns whether
        there is as much."""
        steps = max(done, min(target, done + STEPS_AHEAD))
        try:
            self._budget.reserve(self._run, self._bytes(steps, 2))
        except MemoryFullError:
            return False
        self._steps = steps
        return True

    def suffices(self, done: int, target: int) -> bool:
        """Whether the next chunk fits in, after more was reserved if need be; a run that has to go
        for another gets no more."""
        if self._steps >= min(target, done + STEPS_AHEAD // 2):
            return True
        return self._budget.holds(self._run) and self.make(done, target)

    def nbytes(self, states: int) -> int:
        """The bytes that the run takes with so many states, or may come to take by itself."""
        return self._bytes(self._steps, states) if self._budget.holds(self._run) else FIXED_BYTES

    def steered(self) -> None:
        """Note that the visitor asked something of the run."""
        self._budget.steered(self._run)

    def _bytes(self, steps: int, states: int) -> int:
        return FIXED_BYTES + 4 * steps + states * self._state_bytes
