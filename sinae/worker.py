"""What runs in a worker process of the cluster: warming up, chunks, and starting afresh.

Workers import it as a Dask preload, so that one that takes chunks is warm.
"""

import os

from distributed import Status, Worker, get_worker

from sinae.experiment import Experiment
from sinae.training import LOOPS_KEPT, Chunk, Program, State, advance, program

PROGRAMS = 26
"""Programs after which a worker starts afresh when it has a moment: XLA gives no memory back."""

NICENESS = 10
"""How much workers yield to others on the same cores: a page is answered at once, in a few
milliseconds, while a chunk may as well come a few milliseconds later."""

_programs: set[Program] = set()


def dask_setup(_worker: Worker) -> None:
    """Import TensorFlow and compile the default network, before the scheduler knows the worker."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    advance(Experiment(), None, 1)


def train(
    experiment: Experiment, state: State | None, steps: int, *, may_refuse: bool
) -> Chunk | None:
    """`advance` in a worker; None where the worker refuses, because it starts afresh."""
    worker = get_worker()
    if may_refuse and program(experiment) not in _programs and _is_full(worker):
        worker.loop.add_callback(_start_afresh, worker)
        return None
    _programs.add(program(experiment))
    return advance(experiment, state, steps)


async def _start_afresh(worker: Worker) -> None:
    if worker.status is Status.running:  # not closing already, for another chunk
        await worker.close_gracefully(restart=True, reason="sinae-afresh")


def _is_full(worker: Worker) -> bool:
    # Those who wait here would have to compile elsewhere: rather use some more memory for a time.
    return len(_programs) >= (LOOPS_KEPT if worker.state.ready else PROGRAMS)
