"""A plain training loop in eager Keras, which the compiled loop is held against."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sinae.model.batches import BLOCK, SCALE, training_block
from sinae.model.experiment import Experiment
from sinae.model.runtime import load_keras
from sinae.model.schedule import FINAL_FRACTION, learning_rates, warm_up_steps


def build_model(sizes: tuple[int, ...], activations: tuple[str, ...], seed: int = 0) -> Any:
    """The autoencoder as a ``keras.Model`` with seeded initial weights, of these widths of all
    layers, input and output included, and activations of each layer after the input."""
    keras = load_keras()
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


def listed(rates: NDArray[np.float32]) -> Any:
    """Return a Keras schedule with a given rate for each step."""
    import keras
    import tensorflow as tf

    class Listed(keras.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step: Any) -> Any:
            return tf.gather(rates, tf.cast(step, tf.int32))

    return Listed()


def eager_training(experiment: Experiment, steps: int) -> tuple[list[float], NDArray[np.float32]]:
    """Return the losses of the first steps, and the weights after them as one flat vector."""
    import keras
    import tensorflow as tf

    rate = experiment.learning_rate
    if experiment.schedule == "cosine":
        rate = keras.optimizers.schedules.CosineDecay(
            initial_learning_rate=0.0,
            warmup_target=rate,
            warmup_steps=warm_up_steps(experiment),
            decay_steps=experiment.steps - warm_up_steps(experiment),
            alpha=FINAL_FRACTION,
        )
    elif experiment.schedule == "linear":
        rate = listed(learning_rates(experiment, np.arange(steps)))
    optimizer = keras.optimizers.Adam(rate, global_clipnorm=experiment.clip_norm or None)
    model = build_model(experiment.sizes, experiment.layer_activations, experiment.seed)
    losses = []
    for step in range(steps):
        block, row = divmod(step, BLOCK)
        signals = training_block(experiment, block)[row].T
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(signals) - signals))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        losses.append(float(loss))
    arrays = model.get_weights()
    if experiment.scaled:  # what it learnt is a network for scaled signals
        losses = [SCALE**2 * loss for loss in losses]
        arrays[0] /= SCALE
        arrays[-2:] = [SCALE * array for array in arrays[-2:]]
    return losses, np.concatenate([array.ravel() for array in arrays])
