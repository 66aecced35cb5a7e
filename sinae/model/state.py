"""Values that training passes on: a run between two steps, and what a chunk of steps gave."""

from dataclasses import dataclass

from sinae.model.arrays import Array
from sinae.model.held_out import HeldOutErrors


@dataclass(frozen=True, eq=False, slots=True)
class State:
    """A run between two steps: all that the next step depends on beside its `Experiment`.

    Attributes:
        step: steps done.
        weights: (experiment.weight_count,) float32; see `Network.from_weights` for its order. They
            take signals as they are, also where the network is trained on scaled ones.
        first_moment, second_moment: Adam's, of the same shape; where signals are scaled, of the
            network for these.
    """

    step: int
    weights: Array
    first_moment: Array
    second_moment: Array


@dataclass(frozen=True, eq=False, slots=True)
class Chunk:
    """A run of steps that were trained together, as `advance` gives it back.

    Attributes:
        state: the run after the chunk.
        losses: (steps done,) float32: the batch MSE of every step, before that step's update.
        held_out: the errors on the fixed held-out set, in the order of their steps; the last ones
            are those of the state's weights.
        silent: how many nodes of each hidden layer answer to no held-out signal.
        diverged: whether the step after `state` has a loss, or leaves weights, that are not
            finite; the chunk then ends early, on the last finite weights.
        seconds: CPU time spent on training, without compiling and without the held-out set. Not
            time by the clock, which hangs on what else the machine does.
        other_seconds: CPU time spent beside that, on compiling above all.
    """

    state: State
    losses: Array
    held_out: tuple[HeldOutErrors, ...]
    silent: tuple[int, ...]
    diverged: bool
    seconds: float
    other_seconds: float

    @property
    def held_out_mse(self) -> float:
        """The MSE of the state's weights on the held-out set."""
        return self.held_out[-1].mean
