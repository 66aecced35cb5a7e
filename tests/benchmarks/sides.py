"""The ways to train one network that `training_speed` compares, each on one thread.

A side is made by a function of the layer sizes, input and output included; that builds and
compiles what it needs and returns another: train for about so many steps of 100 fresh signals, by
selu layers, mean squared error and Adam at 0.001, and return the seconds that a step took. Only
the side that is made is imported: each runs in a process of its own.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sinae.model.experiment import Experiment
from sinae.model.signals.family import LENGTH
from sinae.model.signals.sine import from_unit_cube
from sinae.model.signals.sinusoid import AMPLITUDE, FORMULA_PHASES, FREQUENCY, sines

Side = Callable[[int], float]

BATCH = 100
RATE = 0.001

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}
"""The environment of each side's process."""

LOW = [FORMULA_PHASES[0], FREQUENCY.low, AMPLITUDE.low]
SPAN = [
    high - low
    for low, high in zip(LOW, [FORMULA_PHASES[1], FREQUENCY.high, AMPLITUDE.high], strict=True)
]


def floor(sizes: tuple[int, ...]) -> Side:
    """The matrix products of a step and nothing else, by OpenBLAS through NumPy: those of the
    forward pass, of the weights' gradients, and of the inputs' but for the first layer."""
    generator = np.random.default_rng(0)

    def matrix(*shape: int) -> NDArray[np.float32]:
        return generator.random(shape, np.float32)

    products = []
    for layer, (inputs, outputs) in enumerate(pairwise(sizes)):
        x, w, g = matrix(BATCH, inputs), matrix(inputs, outputs), matrix(BATCH, outputs)
        products.append((x, w, matrix(BATCH, outputs)))
        products.append((x.T, g, matrix(inputs, outputs)))
        if layer:
            products.append((g, w.T, matrix(BATCH, inputs)))

    def train(steps: int) -> float:
        started = time.perf_counter()
        for _ in range(steps):
            for a, b, out in products:
                np.matmul(a, b, out=out)
        return (time.perf_counter() - started) / steps

    return train


def sinae(sizes: tuple[int, ...]) -> Side:
    """This project's `advance`, sampling and the error on the held-out set included."""
    from sinae.model.training import advance

    experiment = Experiment(widths=sizes[1:-1], batch_size=BATCH, learning_rate=RATE)
    state = advance(experiment, None, 1000).state

    def train(steps: int) -> float:
        nonlocal state
        steps = max(1000, steps - steps % 1000)
        started = time.perf_counter()
        state = advance(experiment, state, steps).state
        return (time.perf_counter() - started) / steps

    return train


def session(sizes: tuple[int, ...]) -> Side:
    """The post's loop: a TensorFlow 1 session, a NumPy batch a step, one run to train and one to
    read the error."""
    import tensorflow.compat.v1 as tf

    tf.disable_eager_execution()
    signals = tf.placeholder(tf.float32, [None, LENGTH])
    values = signals
    for layer, (inputs, outputs) in enumerate(pairwise(sizes)):
        limit = np.sqrt(6 / (inputs + outputs))
        kernel = tf.Variable(tf.random.uniform([inputs, outputs], -limit, limit))
        values = values @ kernel + tf.Variable(tf.zeros([outputs]))
        if layer < len(sizes) - 2:
            values = tf.nn.selu(values)
    loss = tf.reduce_mean(tf.square(values - signals))
    update = tf.train.AdamOptimizer(RATE).minimize(loss)
    run = tf.Session().run
    run(tf.global_variables_initializer())
    generator = np.random.default_rng(0)

    def train(steps: int) -> float:
        started = time.perf_counter()
        for _ in range(steps):
            feed = {signals: sines(from_unit_cube(generator.random((BATCH, 3))))}
            run(update, feed)
            run(loss, feed)
        return (time.perf_counter() - started) / steps

    return train


def fit(sizes: tuple[int, ...]) -> Side:
    """`keras.Model.fit` on a tf.data pipeline, as a user would write it."""
    return _fit(sizes)


def fit_100(sizes: tuple[int, ...]) -> Side:
    """`fit` with steps_per_execution=100."""
    return _fit(sizes, steps_per_execution=100, jit_compile=False)


def fit_100_xla(sizes: tuple[int, ...]) -> Side:
    """`fit` with steps_per_execution=100, compiled by XLA."""
    return _fit(sizes, steps_per_execution=100, jit_compile=True)


def _fit(sizes: tuple[int, ...], **compile_options: Any) -> Side:
    import keras
    import tensorflow as tf

    def batch(_: Any) -> Any:
        phase, frequency, amplitude = tf.split(tf.random.uniform([BATCH, 3]) * SPAN + LOW, 3, 1)
        signals = amplitude * tf.sin(tf.range(LENGTH, dtype=tf.float32) * frequency - phase)
        return signals, signals

    batches = tf.data.Dataset.counter().map(batch)
    model = keras.Sequential(
        [
            keras.Input((LENGTH,)),
            *(keras.layers.Dense(width, activation="selu") for width in sizes[1:-1]),
            keras.layers.Dense(LENGTH),
        ]
    )
    model.compile(keras.optimizers.Adam(RATE), "mse", **compile_options)
    every = compile_options.get("steps_per_execution", 1)

    class Clock(keras.callbacks.Callback):
        """Leaves out what `fit` does before and after its steps."""

        def on_train_begin(self, logs: Any = None) -> None:
            self.times: list[float] = []

        def on_train_batch_end(self, step: int, logs: Any = None) -> None:
            self.times.append(time.perf_counter())

    def train(steps: int) -> float:
        steps = max(3 * every, steps - steps % every)
        clock = Clock()
        model.fit(batches, steps_per_epoch=steps, verbose=0, callbacks=[clock])
        return (clock.times[-1] - clock.times[0]) / (steps - every)

    return train


def jax_scan(sizes: tuple[int, ...]) -> Side:
    """JAX: `lax.scan` over 1000 steps with optax's Adam, sampling and all in one `jit`."""
    jax, jnp, optax = _imported("jax", "jax.numpy", "optax")

    optimizer = optax.adam(RATE)
    keys = jax.random.split(jax.random.key(0), len(sizes))
    weights = [
        (jax.nn.initializers.glorot_uniform()(key, shape), jnp.zeros(shape[1]))
        for key, shape in zip(keys, pairwise(sizes), strict=False)
    ]
    x, low, span = jnp.arange(LENGTH, dtype=jnp.float32), jnp.array(LOW), jnp.array(SPAN)

    def mean_squared_error(weights: Any, signals: Any) -> Any:
        values = signals
        for kernel, bias in weights[:-1]:
            values = jax.nn.selu(values @ kernel + bias)
        kernel, bias = weights[-1]
        return jnp.mean(jnp.square(values @ kernel + bias - signals))

    def step(carry: Any, key: Any) -> Any:
        weights, state = carry
        phase, frequency, amplitude = jnp.split(
            jax.random.uniform(key, (BATCH, 3)) * span + low, 3, 1
        )
        signals = amplitude * jnp.sin(x * frequency - phase)
        loss, gradient = jax.value_and_grad(mean_squared_error)(weights, signals)
        updates, state = optimizer.update(gradient, state)
        return (optax.apply_updates(weights, updates), state), loss

    @jax.jit
    def thousand(carry: Any, key: Any) -> Any:
        return jax.lax.scan(step, carry, jax.random.split(key, 1000))

    carry = (weights, optimizer.init(weights))
    carry, _ = thousand(carry, keys[0])

    def train(steps: int) -> float:
        nonlocal carry
        rounds = max(1, steps // 1000)
        started = time.perf_counter()
        for _ in range(rounds):
            carry, losses = thousand(carry, keys[1])
            losses.block_until_ready()
        return (time.perf_counter() - started) / (1000 * rounds)

    return train


def torch_fused(sizes: tuple[int, ...]) -> Side:
    """PyTorch, eager, with fused Adam."""
    (torch,) = _imported("torch")
    torch.set_num_threads(1)
    layers: list[Any] = []
    for inputs, outputs in pairwise(sizes):
        layers += [torch.nn.Linear(inputs, outputs), torch.nn.SELU()]
    model = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.Adam(model.parameters(), RATE, fused=True)
    x, low, span = torch.arange(LENGTH, dtype=torch.float32), torch.tensor(LOW), torch.tensor(SPAN)

    def train(steps: int) -> float:
        started = time.perf_counter()
        for _ in range(steps):
            phase, frequency, amplitude = (torch.rand(BATCH, 3) * span + low).split(1, 1)
            signals = amplitude * torch.sin(x * frequency - phase)
            loss = torch.nn.functional.mse_loss(model(signals), signals)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        return (time.perf_counter() - started) / steps

    return train


def _imported(*modules: str) -> tuple[Any, ...]:
    """Modules that may not be there for a type checker to see."""
    return tuple(map(import_module, modules))


SIDES: dict[str, tuple[Callable[[tuple[int, ...]], Side], tuple[str, ...]]] = {
    "floor": (floor, ("numpy",)),
    "sinae": (sinae, ("tensorflow", "keras", "numpy")),
    "TF1 session, two runs a step": (session, ("tensorflow",)),
    "Keras fit": (fit, ("tensorflow", "keras")),
    "Keras fit, 100 steps an execution": (fit_100, ("tensorflow", "keras")),
    "Keras fit, 100 steps an execution, XLA": (fit_100_xla, ("tensorflow", "keras")),
    "JAX scan, optax": (jax_scan, ("jax", "optax")),
    "PyTorch eager, fused Adam": (torch_fused, ("torch",)),
}
"""The sides by name, each with the packages that it needs."""


@contextmanager
def quiet_standard_output() -> Iterator[None]:
    """Send what libraries print to standard error, so that the answers stand alone."""
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
