"""The training batches: which signals each step sees, from the experiment and the step alone."""

import numpy as np

from sinae.model.arrays import Array
from sinae.model.experiment import Experiment
from sinae.model.schedule import range_shares
from sinae.model.signals.family import LENGTH, low_discrepancy

BLOCK = 100  # batches that are drawn together; see `training_block`

SCALE = 4.0
"""Signals are divided by this for a network that is trained on scaled ones. It is a power of two,
so that nothing is rounded when weights are taken from one scale to the other."""


def training_block(experiment: Experiment, block: int, out: Array | None = None) -> Array:
    """The batches of training steps ``block * BLOCK`` up to ``(block + 1) * BLOCK``: (BLOCK, 101,
    batch_size) float32, as the compiled loop takes it, divided by `SCALE` where the experiment says
    so, and written to ``out`` where that is given.

    The generator is counter-based (Philox), keyed by the seed and set to the block's number: a
    step's batch depends on nothing else, least of all on which steps were run before it.
    """
    if out is None:
        out = np.empty((BLOCK, LENGTH, experiment.batch_size), np.float32)
    divisor = SCALE if experiment.scaled else 1.0
    points, shares = batch_points(experiment, block)
    experiment.family.fill_batches(points, shares, experiment.lattice, divisor, out)
    return out


def batch_points(experiment: Experiment, block: int) -> tuple[Array, Array]:
    """What the signals of a block are drawn from: points of the unit cube, (BLOCK, batch_size,
    parameters) float32, and the shares of the parameters' ranges, (BLOCK, parameters) float32."""
    steps = np.arange(block * BLOCK, (block + 1) * BLOCK)
    generator = np.random.Generator(np.random.Philox(key=experiment.seed, counter=[0, 0, 0, block]))
    size, dimensions = experiment.batch_size, len(experiment.family.parameters)
    if experiment.lattice:
        lattice = low_discrepancy(0, size, dimensions, 0.0).astype(np.float32)
        points = (generator.random((BLOCK, 1, dimensions), np.float32) + lattice) % np.float32(1)
    else:
        points = generator.random((BLOCK, size, dimensions), np.float32)
    return points, range_shares(experiment, steps)
