"""Runs a function in processes of its own, all of which end at once where their user gives up."""

import multiprocessing
import signal
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from multiprocessing import resource_tracker
from typing import TypeVar

from sinae.model.runtime import keep_programs_in, programs_directory

T = TypeVar("T")
Result = TypeVar("Result")


def map_in_processes(
    function: Callable[[T], Result], items: Iterable[T], processes: int
) -> Generator[Result, None, None]:
    """Call a function for each item, ``processes`` calls at a time; the results come in order.

    If the generator is closed, or a call fails, all its processes are killed.
    """
    context = multiprocessing.get_context("spawn")  # TensorFlow must not be forked
    others = set(multiprocessing.active_children())
    with ExitStack() as stack:
        try:
            # The processes ignore Ctrl-C from their first moment on, not only once initialised. One
            # that comes meanwhile is delivered here afterwards, when they are there to be killed.
            with _sigint_blocked():
                pool = ProcessPoolExecutor(processes, context, _begin, (programs_directory(),))
                stack.enter_context(pool)
                futures = [pool.submit(function, item) for item in items]
            for future in futures:
                yield future.result()
        except BaseException:  # leaving the pool would wait for all calls that were submitted
            for process in set(multiprocessing.active_children()) - others:
                process.kill()
            raise


@contextmanager
def _sigint_blocked() -> Iterator[None]:
    """Block Ctrl-C, also for the processes that are started meanwhile.

    A terminal sends it to all its processes, and these would print tracebacks; the process that
    started them ends them instead.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    # Python starts this process, which looks after shared resources, with the first other one, and
    # unblocks the signal as it does so.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # a child inherits it
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin(programs: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    keep_programs_in(programs)
