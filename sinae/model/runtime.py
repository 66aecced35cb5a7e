"""TensorFlow and Keras, set up for one core, and the files of compiled programs."""

import ctypes
import os
import stat
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

OUR_FLAGS = (
    # The widest vectors of the CPU, where it has them (10 % of a step).
    "--xla_cpu_prefer_vector_width=512 "
    # None of the optimisations that these loops gain nothing from (a fifth of compiling).
    "--xla_backend_optimization_level=1 "
    # Nothing side by side within a step: a second thread would have to share the core, and takes
    # turns with the first one once or twice a step (5 % of it on a busy machine).
    "--xla_cpu_enable_concurrency_optimized_scheduler=false"
)
"""The options that XLA gets, before those that a user sets."""

FILES_KEPT = 500  # the most compiled loops that are kept as files, of about 0.4 MB each

# Two of glibc's options for ``mallopt``, by their numbers in its malloc.h.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3

_programs = ""


def keep_programs_in(directory: str) -> None:
    """Have XLA keep compiled loops as files: a process then takes a third of the time for a loop
    that another one compiled. To be called before TensorFlow is loaded, with the path of a
    directory as `private_directory` makes it, or an empty text for nowhere."""
    global _programs
    _programs = directory


def programs_directory() -> str:
    """Where this process keeps compiled loops; empty for nowhere."""
    return _programs


def private_directory(directory: str) -> None:
    """Make a directory for compiled loops, of this user alone; raises PermissionError where it
    cannot be made, or is there and others may write to it."""
    if "'" in directory:
        raise PermissionError(f"{directory} has an apostrophe, which XLA takes for its end.")
    try:
        Path(directory).mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise PermissionError(
            f"{directory} cannot be made a directory: {error.strerror}."
        ) from None
    if hasattr(os, "getuid"):
        found = Path(directory).stat()
        if found.st_uid != os.getuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise PermissionError(
                f"{directory}, where compiled networks are kept, must be a directory that this "
                "user alone may write to, because what is in it is run."
            )


def remove_old_programs(most: int) -> None:
    """Remove all but so many of the newest files of compiled loops."""
    if _programs:
        ages = []
        for file in Path(_programs).glob("xla_compile_cache*"):
            with suppress(FileNotFoundError):  # another process may do the same
                ages.append((file.stat().st_mtime_ns, file))
        for _, file in sorted(ages, reverse=True)[most:]:
            file.unlink(missing_ok=True)


@cache
def load_tensorflow() -> Any:
    """The module ``tensorflow``, set up for one core: with more, two runs on two cores slow each
    other down."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # XLA does not use it, and it logs a line
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
    # A user's flags win.
    os.environ["XLA_FLAGS"] = f"{OUR_FLAGS} {os.environ.get('XLA_FLAGS', '')}"
    if _programs:
        private_directory(_programs)
        files = f"--tf_xla_persistent_cache_directory='{_programs}'"
        os.environ["TF_XLA_FLAGS"] = f"{files} {os.environ.get('TF_XLA_FLAGS', '')}"
    # The megabytes of a chunk's batches, and of what is worked out in drawing them, would otherwise
    # go back to the system and come again page by page.
    tune_malloc(32 * 2**20, 64 * 2**20)
    import tensorflow as tf

    return tf


def tune_malloc(mmap_threshold: int, trim_threshold: int) -> None:
    """Tell glibc's ``malloc``, where it is in use, from how many bytes on a block is the system's
    own, to which it goes back when it is freed, and how many free ones it keeps at the end of its
    own memory. Else it finds its own way, which depends on what was freed before."""
    if sys.platform == "linux" and hasattr(c_library := ctypes.CDLL(None), "mallopt"):
        c_library.mallopt(M_MMAP_THRESHOLD, mmap_threshold)
        c_library.mallopt(M_TRIM_THRESHOLD, trim_threshold)


def load_keras() -> Any:
    """The module ``keras``, with TensorFlow set up before."""
    load_tensorflow()
    import keras

    return keras
