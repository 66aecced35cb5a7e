"""The code that runs in a worker process of the cluster: it warms up, trains chunks and restarts.

Workers import this module as a Dask preload, so that a worker is warm before it gets chunks.
"""

import os

from distributed import Status, Worker, get_worker

from sinae.model.experiment import Experiment
from sinae.model.program import Program, program
from sinae.model.runtime import keep_programs_in, programs_directory
from sinae.model.state import Chunk, State
from sinae.model.training import advance
from sinae.service.settings import programs
from sinae.study.presets import SOLVED

NICENESS = 10
"""The niceness of workers, which yield to the web process on the same cores: a page is answered in
a few milliseconds, and a chunk may as well come a few milliseconds later."""

_programs: set[Program] = set()


def dask_setup(_worker: Worker) -> None:
    """Import TensorFlow and compile a first visitor's network, before the worker registers with the
    scheduler."""
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    keep_programs_in(programs())
    advance(SOLVED, None, 1)


def train(
    experiment: Experiment,
    state: State | None,
    steps: int,
    *,
    seconds: float,
    most_programs: int | None,
) -> Chunk | None:
    """Call `advance` with these arguments in a worker. Returns None if the worker would have to
    compile more than ``most_programs``, where that is given, and restarts instead, because XLA
    gives no memory back."""
    if steps and program(experiment) not in _programs:
        if most_programs and len(_programs) >= most_programs:
            worker = get_worker()
            worker.loop.add_callback(_start_afresh, worker)
            return None
        _programs.add(program(experiment))
    try:
        return advance(experiment, state, steps, seconds)
    except Exception as error:
        # To read an error of TensorFlow's the web process would load it.
        if type(error).__module__.partition(".")[0] not in ("tensorflow", "keras"):
            raise
        raise _readable(error) from None


def _readable(error: Exception) -> Exception:
    """One of Python's own errors for one of TensorFlow's."""
    text = f"{type(error).__name__}: {error}"
    if (directory := programs_directory()) and directory in text:
        return OSError(text)  # a compiled program could not be kept
    is_memory = type(error).__name__ == "ResourceExhaustedError"
    return MemoryError(text) if is_memory else RuntimeError(text)


async def _start_afresh(worker: Worker) -> None:
    if worker.status is Status.running:  # not closing already, for another chunk
        await worker.close_gracefully(restart=True, reason="sinae-afresh")
