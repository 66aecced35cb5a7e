"""The training loop of a network, compiled by XLA."""

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import count, pairwise
from typing import Any

from sinae.model.batches import BLOCK
from sinae.model.experiment import Experiment
from sinae.model.runtime import FILES_KEPT, load_keras, load_tensorflow, remove_old_programs
from sinae.model.signals.family import LENGTH

BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7
"""Adam's constants, Keras's defaults (Kingma and Ba 2015, "Adam")."""

LOOPS_KEPT = 80
"""Compiled loops that a process keeps. What bounds its memory is that a worker starts afresh: XLA
keeps most of what a loop takes (4 to 6 MB) even when the loop is let go."""

Loop = Callable[..., Any]
Program = tuple[tuple[int, ...], tuple[str, ...], int, bool]


def program(experiment: Experiment) -> Program:
    """The arguments of `compiled_loop` for an experiment. Runs that differ in rates and seed alone
    share them, and so the compiled loop."""
    return (
        experiment.sizes,
        experiment.layer_activations,
        experiment.batch_size,
        experiment.clip_norm > 0,
    )


_failures: Counter[Program] = Counter()
"""How often a program could not be compiled: it has another name then, as TensorFlow remembers what
failed by its name."""


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
    tf, keras = load_tensorflow(), load_keras()
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

    this = sizes, activations, batch_size, clipped
    try:
        return compiled(_failures[this])
    except tf.errors.OpError:  # such as a full disk, or a file that is not whole
        _failures[this] += 1
        remove_old_programs(0)
        try:
            return compiled(_failures[this])
        except tf.errors.OpError:
            _failures[this] += 1
            raise
    finally:
        remove_old_programs(FILES_KEPT)


@contextmanager
def _names_of(*program: object) -> Iterator[None]:
    """Have TensorFlow name the functions that it traces after a program, not by counting what this
    process has traced before: XLA finds a file of another process by these names too."""
    from tensorflow.python.framework import ops

    digest = hashlib.sha256(repr(program).encode()).digest()
    first = int.from_bytes(digest[:5], "big") << 16  # one program takes fewer; all fit 63 bits
    counting = ops.uid  # TensorFlow has no public way to say where it counts from
    ops.uid = count(first).__next__
    try:
        yield
    finally:
        ops.uid = counting
