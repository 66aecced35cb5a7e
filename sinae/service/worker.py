"""What runs in a worker process of the cluster: warming up, chunks, and starting afresh.

Workers import it as a Dask preload, so that one that takes chunks is warm.
"""

import os

from distributed import Status, Worker, get_worker

from sinae.model.experiment import Experiment
from sinae.model.program import Program, program
from sinae.model.state import Chunk, State
from sinae.model.training import advance
from sinae.study.presets import SOLVED

NICENESS = 10
"""How much workers yield to others on the same cores: a page is answered at once, in a few
milliseconds, while a chunk may as well come a few milliseconds later."""

_programs: set[Program] = set()


def dask_setup(_worker: Worker) -> None:
    """Import TensorFlow and compile a first visitor's network, before the scheduler knows the
    worker."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    advance(SOLVED, None, 1)


def train(
    experiment: Experiment,
    state: State | None,
    steps: int,
    *,
    seconds: float,
    most_programs: int | None,
) -> Chunk | None:
    """`advance` in a worker.

    Args:
        experiment, state, steps, seconds: its arguments.
        most_programs: how many the worker may have compiled; None for any number.

    Returns:
        None where the worker refuses to compile another one, because it starts afresh instead: XLA
        gives no memory back.
    """
    if steps and program(experiment) not in _programs:
        if most_programs and len(_programs) >= most_programs:
            worker = get_worker()
            worker.loop.add_callback(_start_afresh, worker)
            return None
        _programs.add(program(experiment))
    return advance(experiment, state, steps, seconds)


async def _start_afresh(worker: Worker) -> None:
    if worker.status is Status.running:  # not closing already, for another chunk
        await worker.close_gracefully(restart=True, reason="sinae-afresh")
