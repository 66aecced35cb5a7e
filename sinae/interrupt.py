"""Ctrl-C on the command line ends a command with one line on standard error and status 130."""

import multiprocessing
import os
import signal
import sys
from contextlib import suppress
from typing import Any

STATUS = 130
"""The exit status of an interrupted command, as shells have it: 128 plus the signal's number."""


def when_interrupted(reached: str) -> None:
    """Have Ctrl-C end this process with a line on standard error that says how far it came.

    A command calls this again whenever it comes further. If the signal is ignored, as in the
    background of a script, it stays ignored.

    Args:
        reached: what follows the word "Interrupted", without a full stop.
    """

    def end(*_: Any) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second one comes too late to matter
        line = f"Interrupted {reached}.\n"
        if sys.stderr.isatty():
            line = "\n" + line  # the cursor stands behind a progress bar or the key's ^C
        with suppress(OSError):
            os.write(2, line.encode())  # not `print`, as it may be `print` that was interrupted
        if multiprocessing.active_children():
            sys.exit(STATUS)  # which ends them on the way out
        # Not by an exception, which an import of TensorFlow swallows or turns into others.
        os._exit(STATUS)

    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, end)
