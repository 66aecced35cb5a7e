"""The plain training loop that the fast one is held against: eager Keras."""

import numpy as np
from numpy.typing import NDArray

from sinae.experiment import Experiment
from sinae.schedule import FINAL_FRACTION, frequency_shares, warm_up_steps
from sinae.signals import BLOCK, training_block
from sinae.training import build_model


def eager_training(experiment: Experiment, steps: int) -> tuple[list[float], NDArray[np.float32]]:
    """The losses of the first steps, and the weights after them as one flat vector."""
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
    optimizer = keras.optimizers.Adam(rate, global_clipnorm=experiment.clip_norm or None)
    model = build_model(experiment.sizes, experiment.layer_activations, experiment.seed)
    losses = []
    for step in range(steps):
        block, row = divmod(step, BLOCK)
        shares = frequency_shares(experiment, np.arange(block * BLOCK, (block + 1) * BLOCK))
        signals = training_block(experiment.seed, block, experiment.batch_size, shares)[row]
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(signals) - signals))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        losses.append(float(loss))
    return losses, np.concatenate([v.ravel() for v in model.get_weights()])
