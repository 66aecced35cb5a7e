"""Training, in a worker process: the Keras model, the compiled loop and `advance`.

The only module that imports TensorFlow or Keras, and only inside functions: the web process
imports this one to name `advance` to a worker, and must stay without TensorFlow.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sinae.experiment import Experiment
from sinae.network import Network
from sinae.schedule import learning_rates
from sinae.signals import BLOCK, LENGTH, held_out, training_block

Array = NDArray[np.float32]

BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7
"""Adam's constants, Keras's defaults (Kingma and Ba 2015, "Adam")."""

LOOPS_KEPT = 16
"""Compiled loops that a process keeps, so that its memory has a bound."""


@dataclass(frozen=True, eq=False, slots=True)
class State:
    """A run between two steps: all that the next step depends on beside its `Experiment`.

    Attributes:
        step: steps done.
        weights: (experiment.weight_count,) float32; see `Network.from_weights` for its order.
        first_moment, second_moment: Adam's, of the same shape.
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
        held_out_mse: of the state's weights on the fixed held-out set.
        diverged: whether the step after `state` has a loss, or leaves weights, that are not
            finite; the chunk then ends early, on the last finite weights.
        seconds: time spent on training, without compiling and without the held-out set.
    """

    state: State
    losses: Array
    held_out_mse: float
    diverged: bool
    seconds: float


def advance(experiment: Experiment, state: State | None, steps: int) -> Chunk:
    """Train for some steps: a pure function of its arguments.

    However a run is cut into chunks, its losses and weights are the same bit for bit.

    Args:
        experiment: what to train.
        state: where to go on from; None for the start.
        steps: 0 or more; the experiment's own ``steps`` is no limit here.
    """
    loop = compiled_loop(
        experiment.sizes,
        experiment.layer_activations,
        experiment.batch_size,
        experiment.clip_norm > 0,
    )
    state = state or initial_state(experiment)
    end, losses, diverged = state.step + steps, [], False
    started = time.perf_counter()
    while state.step < end and not diverged:
        state, block_losses, diverged = _advance_in_block(experiment, loop, state, end)
        losses.append(block_losses)
    seconds = time.perf_counter() - started
    return Chunk(
        state=state,
        losses=np.concatenate(losses) if losses else np.zeros(0, np.float32),
        held_out_mse=Network.from_weights(experiment, state.weights).mean_squared_error(held_out()),
        diverged=diverged,
        seconds=seconds,
    )


def initial_state(experiment: Experiment) -> State:
    """The start: Keras's seeded Glorot-uniform kernels and zero biases, as in the post."""
    model = build_model(experiment.sizes, experiment.layer_activations, experiment.seed)
    weights = np.concatenate([np.ravel(v) for v in model.get_weights()])
    return State(0, weights, np.zeros_like(weights), np.zeros_like(weights))


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


@lru_cache(maxsize=LOOPS_KEPT)
def compiled_loop(
    sizes: tuple[int, ...], activations: tuple[str, ...], batch_size: int, clipped: bool
) -> Loop:
    """The training loop of a network over a part of one block of batches, compiled by XLA.

    All weights live in one flat vector, and so do Adam's moments: the update is then three
    element-wise passes instead of three for every kernel and bias. What differs between runs of
    one network (rates, steps, seed) is passed in, so that it needs no new compilation.
    """
    tf = _tensorflow()
    model = build_model(sizes, activations)
    shapes = [tuple(v.shape) for v in model.trainable_variables]
    lengths = [int(np.prod(shape)) for shape in shapes]

    def vector() -> Any:
        return tf.TensorSpec([sum(lengths)], tf.float32)

    def scalar(dtype: Any) -> Any:
        return tf.TensorSpec([], dtype)

    def step(weights: Any, m: Any, v: Any, signals: Any, t: Any, rate: Any, clip_norm: Any) -> Any:
        parts = tf.split(weights, lengths)
        variables = [tf.reshape(part, shape) for part, shape in zip(parts, shapes, strict=True)]
        with tf.GradientTape() as tape:
            tape.watch(variables)
            outputs, _ = model.stateless_call(variables, [], signals)
            loss = tf.reduce_mean(tf.square(outputs - signals))
        gradients = tape.gradient(loss, variables)
        gradient = tf.concat([tf.reshape(g, [-1]) for g in gradients], 0)
        if clipped:
            gradient = tf.clip_by_norm(gradient, clip_norm)
        rate *= tf.sqrt(1 - BETA_2**t) / (1 - BETA_1**t)
        m += (gradient - m) * (1 - BETA_1)
        v += (tf.square(gradient) - v) * (1 - BETA_2)
        return loss, weights - rate * m / (tf.sqrt(v) + EPSILON), m, v

    @tf.function(
        jit_compile=True,
        autograph=False,
        input_signature=[
            *(vector() for _ in range(3)),
            tf.TensorSpec([BLOCK, batch_size, LENGTH], tf.float32),
            tf.TensorSpec([BLOCK], tf.float32),
            *(scalar(tf.int32) for _ in range(3)),
            scalar(tf.float32),
        ],
    )
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

    # Compile now, with a run of no steps, so that a chunk's seconds are seconds of training.
    zeros = np.zeros(sum(lengths), np.float32)
    batches = np.zeros((BLOCK, batch_size, LENGTH), np.float32)
    loop(zeros, zeros, zeros, batches, np.zeros(BLOCK, np.float32), 0, 0, 0, 1.0)
    return loop


def _advance_in_block(
    experiment: Experiment, loop: Loop, state: State, end: int
) -> tuple[State, Array, bool]:
    """Train to ``end``, or to the end of the block that the state's next step is in.

    Returns the new state, the losses, and whether the next step diverges.
    """
    block, first = divmod(state.step, BLOCK)
    batches = training_block(experiment.seed, block, experiment.batch_size)
    rates = learning_rates(experiment, np.arange(block * BLOCK, (block + 1) * BLOCK))

    def run_to(last: int) -> tuple[State, Array]:
        *arrays, losses = loop(
            state.weights,
            state.first_moment,
            state.second_moment,
            batches,
            rates,
            block * BLOCK,
            first,
            last,
            experiment.clip_norm,
        )
        step = block * BLOCK + last
        return State(step, *(a.numpy() for a in arrays)), losses.numpy()[first:last]

    last = min(BLOCK, end - block * BLOCK)
    after, losses = run_to(last)
    if np.isfinite(losses).all() and np.isfinite(after.weights).all():
        return after, losses, False
    # Rare, so that it may cost some runs more: go back to the last step with a finite loss that
    # also leaves finite weights.
    last = first + int(np.argmin(np.append(np.isfinite(losses), False)))
    while True:
        after, losses = run_to(last)
        if last == first or np.isfinite(after.weights).all():
            return after, losses, True
        last -= 1


def _tensorflow() -> Any:
    """TensorFlow, set up for one core: with more, two runs on two cores slow each other down."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # XLA does not use it, and it logs a line
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
    import tensorflow as tf

    return tf


def _keras() -> Any:
    _tensorflow()
    import keras

    return keras
