"""Ctrl-C on the command line: one line, and status 130."""

import multiprocessing
import os
import signal
import sys
from contextlib import suppress
from typing import Any

STATUS = 130
"""Of a command that its user interrupted: 128 and the number of the signal, as shells count."""


def when_interrupted(reached: str) -> None:
    """Have Ctrl-C end this process with a line on the standard error that says what it reached.

    A command calls this anew for each thing that it reaches. Where the signal is ignored, as in the
    background of a script, it stays so.

    Args:
        reached: what follows the word "Interrupted", without a point at its end.
    """

    def end(*_: Any) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # what is left to do takes no time
        line = f"Interrupted {reached}.\n"
        if sys.stderr.isatty():
            line = "\n" + line  # a progress bar, or what the terminal shows for the key, is there
        with suppress(OSError):
            os.write(2, line.encode())  # not `print`: what was interrupted may be one
        if multiprocessing.active_children():
            sys.exit(STATUS)  # on the way out they are ended
        # No exception: an import of TensorFlow turns it into others, or swallows it.
        os._exit(STATUS)

    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, end)
