"""The training batches: which signals each step sees, from the experiment and the step alone."""

import numpy as np
from numpy.typing import NDArray

from sinae.model.experiment import Experiment
from sinae.model.schedule import frequency_shares, phase_fans
from sinae.model.signals import MIDDLE, X, from_unit_cube, low_discrepancy

BLOCK = 100
"""Batches that are drawn together; see `training_block`."""

SCALE = 4.0
"""By which signals are divided for a network that is trained on scaled ones. A power of two: so
nothing is rounded when weights are taken from one scale to the other."""

ARGUMENT = np.stack([-np.ones_like(X), X], axis=1)
"""(LENGTH, 2) float32: times (phase, frequency) it is what the sine is taken of."""


def training_block(
    experiment: Experiment, block: int, out: NDArray[np.float32] | None = None
) -> NDArray[np.float32]:
    """The batches of training steps ``block * BLOCK`` up to ``(block + 1) * BLOCK``.

    The generator is counter-based (Philox), keyed by the seed and set to the block's number: a
    step's batch depends on nothing else, least of all on which steps were run before it.

    Args:
        experiment: its seed, batch size and recipe decide.
        block: 0 or more.
        out: where to write them, as it is returned; a new array by default.

    Returns:
        (BLOCK, 101, batch_size) float32, divided by `SCALE` where the experiment says so: so the
        compiled loop takes it, and so it is drawn twice as fast as by `signals.evaluate`, to the
        same precision.
    """
    parameters = np.ascontiguousarray(batch_parameters(experiment, block).swapaxes(1, 2))
    signals = np.matmul(ARGUMENT, parameters[:, :2], out=out)
    np.sin(signals, out=signals)
    if experiment.scaled:
        parameters[:, 2:] /= np.float32(SCALE)
    signals *= parameters[:, 2:]
    return signals


def batch_parameters(experiment: Experiment, block: int) -> NDArray[np.float32]:
    """Phase, frequency and amplitude of a block's signals, (BLOCK, batch_size, 3) float32."""
    steps = np.arange(block * BLOCK, (block + 1) * BLOCK)
    shares, fans = frequency_shares(experiment, steps), phase_fans(experiment, steps)
    generator = np.random.Generator(np.random.Philox(key=experiment.seed, counter=[0, 0, 0, block]))
    if experiment.lattice:
        lattice = low_discrepancy(0, experiment.batch_size, 0.0).astype(np.float32)
        points = (generator.random((BLOCK, 1, 3), np.float32) + lattice) % np.float32(1)
    else:
        points = generator.random((BLOCK, experiment.batch_size, 3), np.float32)
    # A fan lies about the middle of the signal. So does a lattice's circle: on the formula's range,
    # 15.9 turns, its even phases would be uneven.
    from_middle = np.ones(BLOCK, bool) if experiment.lattice else fans < 1
    turns = 2 * points[from_middle, :, 0] - 1  # of a half one, each way
    points[..., 1] *= shares[:, None]
    parameters = from_unit_cube(points)
    parameters[from_middle, :, 0] = (
        MIDDLE * parameters[from_middle, :, 1] + np.float32(np.pi) * fans[from_middle, None] * turns
    )
    return parameters
