"""Training, in a worker process: the Keras model, the compiled loop and `advance`.

The only module that imports TensorFlow or Keras, and only inside functions: the web process
imports this one to name `advance` to a worker, and must stay without TensorFlow.
"""

import ctypes
import hashlib
import math
import os
import random
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import count, pairwise
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from numpy.typing import NDArray

from sinae.model.batches import BLOCK, SCALE, training_block
from sinae.model.experiment import Experiment
from sinae.model.health import Health, examine
from sinae.model.held_out import HeldOutErrors, measure
from sinae.model.network import Network
from sinae.model.schedule import learning_rates, part_after
from sinae.model.signals import LENGTH

Array = NDArray[np.float32]

BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7
"""Adam's constants, Keras's defaults (Kingma and Ba 2015, "Adam")."""

SMALL_PART = 0.25
"""Of a chunk's time: what takes no more may be done or left as a whole."""

MARKS = (1, 2, 3, 5, 10)
"""In each decade of steps, where the held-out error is measured on the way."""

MEASURED_FREELY, MEASURED_SHARE = 0.02, 0.05
"""CPU seconds of each chunk, and the part of its training, that those measurements may take; the
one at a chunk's end comes besides."""

LOOPS_KEPT = 80
"""Compiled loops that a process keeps. What bounds its memory is that a worker starts afresh: XLA
keeps most of what a loop takes (4 to 6 MB) even when the loop is let go."""

OUR_FLAGS = " ".join(
    (
        # The widest vectors of the CPU, where it has them (10 % of a step).
        "--xla_cpu_prefer_vector_width=512",
        # None of the optimisations that these loops gain nothing from (a fifth of compiling).
        "--xla_backend_optimization_level=1",
        # Nothing side by side within a step: a second thread would have to share the core, and
        # takes turns with the first one once or twice a step (5 % of it on a busy machine).
        "--xla_cpu_enable_concurrency_optimized_scheduler=false",
    )
)
"""XLA's."""

PROGRAMS_VARIABLE = "SINAE_PROGRAMS"
"""Names the directory in which XLA keeps compiled loops as files, where one is set: a process then
takes a third of the time for a loop that another one compiled."""

FILES_KEPT = 500
"""Compiled loops in that directory, of about 0.4 MB each."""

ALIGNMENT = 64
"""Bytes at whose multiples TensorFlow has the memory of a tensor begin, or it would copy it."""

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3
"""What glibc's malloc.h calls these."""


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
    """What `advance` gives back.

    Attributes:
        state: the run after the chunk.
        losses: (steps done,) float32: the batch MSE of every step, before that step's update.
        held_out: the errors on the fixed held-out set, in the order of their steps; the last ones
            are those of the state's weights.
        health: whether that network's nodes answer to the signals.
        diverged: whether the step after `state` has a loss, or leaves weights, that are not
            finite; the chunk then ends early, on the last finite weights.
        seconds: CPU time spent on training, without compiling and without the held-out set. Not
            time by the clock, which hangs on what else the machine does.
    """

    state: State
    losses: Array
    held_out: tuple[HeldOutErrors, ...]
    health: Health
    diverged: bool
    seconds: float

    @property
    def held_out_mse(self) -> float:
        """Of the state's weights on the fixed held-out set."""
        return self.held_out[-1].mean


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
        health=examine(Network.from_weights(experiment, state.weights)),
        diverged=diverged,
        seconds=used,
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

    Args:
        step: the next one.
        end: of the chunk.
        done, used: steps of this chunk so far, and the CPU seconds that they took.
        seconds: that the chunk may take.

    Returns:
        ``step`` itself where the chunk is at its end.
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
    model = build_model(experiment.sizes, experiment.layer_activations, experiment.seed)
    weights = np.concatenate([np.ravel(v) for v in model.get_weights()])
    if experiment.scaled:
        weights = weights * folding(experiment.sizes)
    return State(0, weights, np.zeros_like(weights), np.zeros_like(weights))


@lru_cache(maxsize=LOOPS_KEPT)
def folding(sizes: tuple[int, ...]) -> Array:
    """What the weights of a network for scaled signals are multiplied by to give one for signals as
    they are, (weights,) float32, read-only: the first kernel by 1 / `SCALE`, the last layer by
    `SCALE`; powers of two, so that it is exact, and so is the way back."""
    factors = [np.ones(a * b + b, np.float32) for a, b in pairwise(sizes)]
    factors[0][: LENGTH * sizes[1]] /= SCALE
    factors[-1] *= SCALE
    joined = np.concatenate(factors)
    joined.flags.writeable = False
    return joined


def build_model(sizes: tuple[int, ...], activations: tuple[str, ...], seed: int = 0) -> Any:
    """The autoencoder as a ``keras.Model`` with seeded initial weights.

    Args:
        sizes: widths of all layers, input and output included.
        activations: of each layer after the input.
        seed: of the initial weights.
    """
    keras = _keras()
    # A seed a layer: one seed for all would start layers of one shape with the same weights.
    seeds = np.random.SeedSequence(seed).generate_state(len(activations))
    layers = [
        keras.layers.Dense(
            width,
            activation=activation,
            kernel_initializer=keras.initializers.GlorotUniform(seed=int(layer_seed)),
        )
        for width, activation, layer_seed in zip(sizes[1:], activations, seeds, strict=True)
    ]
    return keras.Sequential([keras.Input((sizes[0],)), *layers])


Loop = Callable[..., Any]
Program = tuple[tuple[int, ...], tuple[str, ...], int, bool]


def program(experiment: Experiment) -> Program:
    """What `compiled_loop` is compiled for: the same for runs that differ in rates and seed."""
    return (
        experiment.sizes,
        experiment.layer_activations,
        experiment.batch_size,
        experiment.clip_norm > 0,
    )


@lru_cache(maxsize=LOOPS_KEPT)
def compiled_loop(
    sizes: tuple[int, ...], activations: tuple[str, ...], batch_size: int, clipped: bool
) -> Loop:
    """The training loop of a network over a part of one block of batches, compiled by XLA.

    What differs between runs of one network (rates, steps, seed) is passed in, so that it needs
    no new compilation. What makes it fast, with what leaving it out costs where that is much:

    - All weights live in one flat vector, and so do Adam's moments: the update is three
      element-wise passes instead of three for every kernel and bias.
    - Activations lie the other way than in Keras, (features, batch): their rows are then long
      whatever the widths, which the CPU's vectors like (10 % of a step).
    - XLA hands a product of two matrices as they lie, or with the second one transposed, to a fast
      library; with the first one transposed it goes another way, half as fast again. So the
      forward pass transposes its kernels by itself, behind a barrier, or XLA would put the two
      together again; and the chain rule is written out, but for the activations (10 %).
    - The squares are summed over one axis, then over the other: a full reduction at once is not
      vectorised (5 %).

    Returns:
        A function of tensors: weights and Adam's two moments, each (weights,); batches
        (BLOCK, 101, batch_size); learning rates (BLOCK,); int32 numbers of the block's first
        step, and of the steps within the block to begin with and to end before; the norm to clip
        to. It gives the new weights and moments, and the losses (BLOCK,) of the steps it made.
    """
    tf, keras = _tensorflow(), _keras()
    from tensorflow.compiler.tf2xla.python.xla import optimization_barrier

    functions = [keras.activations.get(name) for name in activations]
    shapes = [shape for a, b in pairwise(sizes) for shape in ((a, b), (b,))]
    lengths = [math.prod(shape) for shape in shapes]

    def step(weights: Any, m: Any, v: Any, signals: Any, t: Any, rate: Any, clip_norm: Any) -> Any:
        parts = tf.split(weights, lengths)
        variables = [tf.reshape(part, shape) for part, shape in zip(parts, shapes, strict=True)]
        values, layers = signals, []
        for kernel, bias, function in zip(variables[::2], variables[1::2], functions, strict=True):
            (transposed,) = optimization_barrier(tf.transpose(kernel))
            sums = transposed @ values + bias[:, tf.newaxis]
            with tf.GradientTape() as tape:
                tape.watch(sums)
                activations = function(sums)
            layers.append((kernel, values, sums, activations, tape))
            values = activations
        error = values - signals
        loss = tf.reduce_mean(tf.reduce_mean(tf.square(error), 0))
        slope = error * (2 / (batch_size * LENGTH))  # of the loss, by the layer's activations
        gradients = []  # the last layer's first
        for kernel, values, sums, activations, tape in reversed(layers):
            slope = tape.gradient(activations, sums, slope)
            gradients += [tf.reduce_sum(slope, 1), tf.matmul(values, slope, transpose_b=True)]
            slope = kernel @ slope
        gradient = tf.concat([tf.reshape(g, [-1]) for g in reversed(gradients)], 0)
        if clipped:
            gradient = tf.clip_by_norm(gradient, clip_norm)
        rate *= tf.sqrt(1 - BETA_2**t) / (1 - BETA_1**t)
        m += (gradient - m) * (1 - BETA_1)
        v += (tf.square(gradient) - v) * (1 - BETA_2)
        return loss, weights - rate * m / (tf.sqrt(v) + EPSILON), m, v

    def loop(
        weights: Any,
        m: Any,
        v: Any,
        batches: Any,
        rates: Any,
        steps_before: Any,
        first: Any,
        last: Any,
        clip_norm: Any,
    ) -> Any:
        def body(i: Any, weights: Any, m: Any, v: Any, losses: Any) -> Any:
            t = tf.cast(steps_before + i + 1, tf.float32)
            loss, weights, m, v = step(weights, m, v, batches[i], t, rates[i], clip_norm)
            return i + 1, weights, m, v, tf.tensor_scatter_nd_update(losses, [[i]], [loss])

        state = (first, weights, m, v, tf.zeros([BLOCK]))
        return tf.while_loop(lambda i, *_: i < last, body, state)[1:]

    vector, integer = tf.TensorSpec([sum(lengths)]), tf.TensorSpec([], tf.int32)
    signature = (
        *(vector, vector, vector),
        tf.TensorSpec([BLOCK, LENGTH, batch_size]),
        tf.TensorSpec([BLOCK]),
        *(integer, integer, integer),
        tf.TensorSpec([]),
    )

    def compiled(attempt: int) -> Loop:
        with _names_of(sizes, activations, batch_size, clipped, attempt):
            function = tf.function(loop, jit_compile=True, autograph=False)
            concrete = function.get_concrete_function(*signature)
        # Compile now, and make a first step, which takes as long as a hundred others: a chunk's
        # seconds are seconds of training.
        *arguments, _last, clip_norm = (tf.zeros(spec.shape, spec.dtype) for spec in signature)
        concrete(*arguments, tf.constant(1), clip_norm)
        return concrete

    try:
        return compiled(1)
    except tf.errors.OpError:  # such as a full disk, or a file that is not whole
        _keep_files(0)
        return compiled(2)  # under another name: TensorFlow remembers what failed
    finally:
        _keep_files(FILES_KEPT)


def keep_programs_in(directory: str) -> None:
    """Make a directory for compiled loops, of this user alone.

    Raises:
        PermissionError: it is there, and others may write to it.
    """
    Path(directory).mkdir(mode=0o700, parents=True, exist_ok=True)
    if hasattr(os, "getuid"):
        found = Path(directory).stat()
        if found.st_uid != os.getuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise PermissionError(
                f"{PROGRAMS_VARIABLE} must be a directory that this user alone may write to, "
                "because what is in it is run."
            )


@contextmanager
def _names_of(*program: object) -> Iterator[None]:
    """Have TensorFlow name the functions that it traces after a program, not by counting what this
    process has traced before: XLA finds a file of another process by these names too."""
    from tensorflow.python.framework import ops

    digest = hashlib.sha256(repr(program).encode()).digest()
    first = int.from_bytes(digest[:5], "big") << 16  # one program takes fewer; all fit 63 bits
    with mock.patch.object(ops, "uid", count(first).__next__):
        yield


def _keep_files(most: int) -> None:
    """Remove all but the newest files of compiled loops."""
    if directory := os.environ.get(PROGRAMS_VARIABLE):
        ages = []
        for file in Path(directory).glob("xla_compile_cache*"):
            with suppress(FileNotFoundError):  # another process may do the same
                ages.append((file.stat().st_mtime_ns, file))
        for _, file in sorted(ages, reverse=True)[most:]:
            file.unlink(missing_ok=True)


class _Batches:
    """Memory for the batches of one block after the other, as NumPy and as TensorFlow see it: so
    they are drawn where the loop reads them, and not copied."""

    def __init__(self, batch_size: int) -> None:
        shape = (BLOCK, LENGTH, batch_size)
        memory = np.empty(math.prod(shape) + ALIGNMENT // 4, np.float32)
        skipped = -memory.ctypes.data % ALIGNMENT // 4
        self.array = memory[skipped : skipped + math.prod(shape)].reshape(shape)
        self.tensor = _tensorflow().experimental.dlpack.from_dlpack(self.array.__dlpack__())
        self.array[0, 0, 0] = 1.5
        if self.tensor[0, 0, 0] != 1.5:
            raise RuntimeError("TensorFlow copied memory that it should share.")


class _Block:
    """The batches of a block, and the learning rates at its steps."""

    def __init__(self, experiment: Experiment, number: int, batches: _Batches) -> None:
        steps = np.arange(number * BLOCK, (number + 1) * BLOCK)
        constant = _tensorflow().constant
        self.number = number
        training_block(experiment, number, batches.array)
        self.batches = batches
        self.rates = constant(learning_rates(experiment, steps))
        self.clip_norm = constant(np.float32(experiment.clip_norm))
        self.folding = folding(experiment.sizes) if experiment.scaled else None


def _advance_in_block(
    block: _Block, loop: Loop, state: State, end: int
) -> tuple[State, Array, bool]:
    """Train to ``end``, which is in the same block, or its end.

    Returns the new state, the losses, and whether the next step diverges.
    """
    constant, before = _tensorflow().constant, block.number * BLOCK
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


@cache
def _tensorflow() -> Any:
    """TensorFlow, set up for one core: with more, two runs on two cores slow each other down."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # XLA does not use it, and it logs a line
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
    # A user's flags win.
    os.environ["XLA_FLAGS"] = f"{OUR_FLAGS} {os.environ.get('XLA_FLAGS', '')}"
    if directory := os.environ.get(PROGRAMS_VARIABLE):
        keep_programs_in(directory)
        files = f"--tf_xla_persistent_cache_directory='{directory}'"
        os.environ["TF_XLA_FLAGS"] = f"{files} {os.environ.get('TF_XLA_FLAGS', '')}"
    _keep_freed_memory()
    import tensorflow as tf

    return tf


def _keep_freed_memory() -> None:
    """Have the C library keep what is freed: the megabytes of a chunk's batches, and of what is
    worked out in drawing them, would otherwise go back to the system and come again page by page.
    """
    if sys.platform == "linux" and hasattr(c_library := ctypes.CDLL(None), "mallopt"):  # glibc
        c_library.mallopt(M_MMAP_THRESHOLD, 32 * 2**20)
        c_library.mallopt(M_TRIM_THRESHOLD, 64 * 2**20)


def _keras() -> Any:
    _tensorflow()
    import keras

    return keras
