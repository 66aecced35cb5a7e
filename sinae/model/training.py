"""Training, in a worker process: initial weights and `advance`.

The only module that imports TensorFlow or Keras, and only inside functions: the web process
imports this one to name `advance` to a worker, and must stay without TensorFlow.
"""

import math
import random
import time
from functools import lru_cache
from itertools import pairwise

import numpy as np

from sinae.model.arrays import Array
from sinae.model.batches import BLOCK, SCALE, training_block
from sinae.model.experiment import Experiment
from sinae.model.health import silent_nodes
from sinae.model.held_out import HeldOutErrors, measure
from sinae.model.network import Network
from sinae.model.program import LOOPS_KEPT, Loop, compiled_loop, program
from sinae.model.runtime import load_keras, load_tensorflow
from sinae.model.schedule import learning_rates, part_after
from sinae.model.signals.family import LENGTH
from sinae.model.state import Chunk, State

# A block of batches is not cut in two where it takes no more than this share of a chunk's time.
SMALL_PART = 0.25
# The held-out error is measured on the way at these multiples of 10, 100, 1000 and so on steps.
MARKS = (1, 2, 3, 5, 10)
# Those measurements may take this many CPU seconds in each chunk, and this share of the time of its
# training. The one at the end of a chunk is made in any case.
MEASURED_FREELY, MEASURED_SHARE = 0.02, 0.05
# Bytes at whose multiples TensorFlow has the memory of a tensor begin, or it would copy it.
ALIGNMENT = 64


def advance(
    experiment: Experiment, state: State | None, steps: int, seconds: float = math.inf
) -> Chunk:
    """Train for some steps: a pure function of its arguments, but for where the time runs out.

    However a run is cut into chunks, its losses and weights are the same bit for bit.

    Args:
        experiment: what to train.
        state: where to go on from; None for the start.
        steps: 0 or more; the experiment's own ``steps`` is no limit here. With 0 nothing is
            compiled: what the initial weights do is there at once.
        seconds: of CPU time, after about which the chunk ends with fewer steps, but with one.
    """
    began = time.process_time()
    state = state or initial_state(experiment)
    loop = compiled_loop(*program(experiment)) if steps else None
    start, end, losses, diverged = state.step, state.step + steps, [], False
    watch = _Watch(experiment)
    started, used = time.process_time(), 0.0
    block = None
    while loop and not diverged:
        stop = _slice_end(state.step, end, state.step - start, used, seconds)
        if stop == state.step:
            break
        stop = min(stop, next_mark(state.step))
        if block is None or block.number != state.step // BLOCK:
            batches = block.batches if block else _Batches(experiment.batch_size)
            block = _Block(experiment, state.step // BLOCK, batches)
        state, slice_losses, diverged = _advance_in_block(block, loop, state, stop)
        losses.append(slice_losses)
        if state.step == next_mark(state.step - 1) and state.step < end:
            watch.measure_if_cheap(state, used)
        used = time.process_time() - started - watch.seconds
    watch.measure(state)
    return Chunk(
        state=state,
        losses=np.concatenate(losses) if losses else np.zeros(0, np.float32),
        held_out=tuple(watch.errors),
        silent=silent_nodes(Network.from_weights(experiment, state.weights)),
        diverged=diverged,
        seconds=used,
        other_seconds=time.process_time() - began - used,
    )


def next_mark(step: int) -> int:
    """The next step after this one at which the held-out error is looked at on the way: 10, 20,
    30, 50, 100, 200 and so on, so that a short run's curve has points too."""
    decade = int(10 ** max(1, math.floor(math.log10(max(step, 1)))))
    return next(mark for digit in MARKS if (mark := digit * decade) > step)


class _Watch:
    """Measures the held-out errors of a chunk, and what that costs."""

    def __init__(self, experiment: Experiment) -> None:
        self.errors: list[HeldOutErrors] = []
        self.seconds = 0.0  # CPU time
        self._experiment = experiment

    def measure_if_cheap(self, state: State, used: float) -> None:
        """Measure where it takes a small share of the time; ``used`` seconds went into training."""
        each = self.seconds / len(self.errors) if self.errors else 0.0
        if self.seconds + each <= MEASURED_FREELY + MEASURED_SHARE * used:
            self.measure(state)

    def measure(self, state: State) -> None:
        """Measure the network of a state, unless it was measured just now."""
        if self.errors and self.errors[-1].step == state.step:
            return
        started = time.process_time()
        network = Network.from_weights(self._experiment, state.weights)
        part = part_after(self._experiment, state.step)
        self.errors.append(measure(network, state.step, part))
        self.seconds += time.process_time() - started


def _slice_end(step: int, end: int, done: int, used: float, seconds: float) -> int:
    """Before which step the next call of the loop ends: in the same block, and in time.

    ``step`` is the next one and ``end`` that of the chunk, whose ``done`` steps so far took
    ``used`` of the CPU ``seconds`` that it may take. Returns ``step`` itself where the chunk is at
    its end.
    """
    whole = min(end, (step // BLOCK + 1) * BLOCK)
    if seconds == math.inf:
        return whole
    if not done:
        return min(step + 1, whole)  # shows how long steps take
    fitting = done / used * (seconds - used)
    if fitting >= whole - step:
        return whole
    if BLOCK * used / done > SMALL_PART * seconds:
        return step + max(0, int(fitting))
    # A block cut in two is drawn twice; so it is taken whole, or left, and as often as is fair.
    return whole if fitting > (whole - step) * random.random() else step  # noqa: S311


def initial_state(experiment: Experiment) -> State:
    """The start: Keras's seeded Glorot-uniform kernels and zero biases, as in the post."""
    initializers, parts = load_keras().initializers, []
    # A seed a layer: one seed for all would start layers of one shape with the same weights.
    seeds = np.random.SeedSequence(experiment.seed).generate_state(len(experiment.sizes) - 1)
    # Not by a `keras.Model`, which takes ten times as long to build: somebody waits for it.
    for shape, seed in zip(pairwise(experiment.sizes), seeds, strict=True):
        kernel = initializers.GlorotUniform(seed=int(seed))(shape)
        parts += [np.ravel(kernel), np.zeros(shape[1], np.float32)]
    weights = np.concatenate(parts)
    if experiment.scaled:
        weights = weights * folding(experiment.sizes)
    return State(0, weights, np.zeros_like(weights), np.zeros_like(weights))


@lru_cache(maxsize=LOOPS_KEPT)
def folding(sizes: tuple[int, ...]) -> Array:
    """The factors that turn the weights of a network for scaled signals into those of one for
    signals as they are, (weights,) float32, read-only: the first kernel by 1 / `SCALE`, the last
    layer by `SCALE`; powers of two, so that it is exact, and so is the way back."""
    factors = [np.ones(a * b + b, np.float32) for a, b in pairwise(sizes)]
    factors[0][: LENGTH * sizes[1]] /= SCALE
    factors[-1] *= SCALE
    joined = np.concatenate(factors)
    joined.flags.writeable = False
    return joined


class _Batches:
    """Memory for the batches of one block after the other, as NumPy and as TensorFlow see it: so
    they are drawn where the loop reads them, and not copied."""

    def __init__(self, batch_size: int) -> None:
        shape = (BLOCK, LENGTH, batch_size)
        memory = np.empty(math.prod(shape) + ALIGNMENT // 4, np.float32)
        skipped = -memory.ctypes.data % ALIGNMENT // 4
        self.array = memory[skipped : skipped + math.prod(shape)].reshape(shape)
        self.tensor = load_tensorflow().experimental.dlpack.from_dlpack(self.array.__dlpack__())
        self.array[0, 0, 0] = 1.5
        if self.tensor[0, 0, 0] != 1.5:
            raise RuntimeError("TensorFlow copied memory that it should share.")


class _Block:
    """The batches of a block, and the learning rates at its steps."""

    def __init__(self, experiment: Experiment, number: int, batches: _Batches) -> None:
        steps = np.arange(number * BLOCK, (number + 1) * BLOCK)
        constant = load_tensorflow().constant
        self.number = number
        training_block(experiment, number, batches.array)
        self.batches = batches
        self.rates = constant(learning_rates(experiment, steps))
        self.clip_norm = constant(np.float32(experiment.clip_norm))
        self.folding = folding(experiment.sizes) if experiment.scaled else None


def _advance_in_block(
    block: _Block, loop: Loop, state: State, end: int
) -> tuple[State, Array, bool]:
    """Train to ``end``, which is in the same block, or its end. Returns the new state, the losses,
    and whether the next step diverges."""
    constant, before = load_tensorflow().constant, block.number * BLOCK
    first = state.step - before
    factors = block.folding
    weights = state.weights if factors is None else state.weights / factors

    def run_to(last: int) -> tuple[State, Array]:
        moments = state.first_moment, state.second_moment
        *arrays, losses = loop(
            *map(constant, (weights, *moments)),
            block.batches.tensor,
            block.rates,
            *map(constant, (np.int32(before), np.int32(first), np.int32(last))),
            block.clip_norm,
        )
        after, losses = [array.numpy() for array in arrays], losses.numpy()[first:last]
        if factors is not None:
            with np.errstate(over="ignore"):  # it diverges, which is found below
                after[0], losses = after[0] * factors, losses * np.float32(SCALE**2)
        return State(before + last, *after), losses

    last = end - before
    after, losses = run_to(last)
    if np.isfinite(losses).all() and _is_finite(after):
        return after, losses, False
    # Rare, so that it may cost some runs more: go back to the last step with a finite loss that
    # also leaves finite weights.
    last = first + int(np.argmin(np.append(np.isfinite(losses), False)))
    while True:
        after, losses = run_to(last)
        if last == first or _is_finite(after):
            return after, losses, True
        last -= 1


def _is_finite(state: State) -> bool:
    # An infinite second moment would hold its weight where it is for ever, without a word.
    return bool(np.isfinite(state.weights).all() and np.isfinite(state.second_moment).all())
