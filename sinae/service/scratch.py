"""`Scratch`: a temporary directory that does not stay, however the processes that use it end."""

import os
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from filelock import lock_descriptor

PREFIX, LOCK = "sinae-cluster-", "lock"


class Scratch:
    """A temporary directory of this user alone, with a lock file that says that it is in use.

    The lock is held by this process, and by those that inherit its descriptor, until the last of
    them has ended, in whatever way. A directory without such a process is one that a crash left:
    each new one begins with removing those.

    Attributes:
        directory: its path; `files_in` says where files go.
        descriptors: the descriptors that hold the lock, for processes to inherit; none on Windows,
            where none can.
    """

    def __init__(self) -> None:
        """Make a directory; raises OSError where that is not possible."""
        for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
            _remove_if_left(left)
        while (lock := _new()) is None:  # another process took it for one that was left
            pass
        self.directory, descriptor = lock
        self._open = [descriptor]
        self.descriptors = (descriptor,) if os.name == "posix" else ()
        try:
            files_in(self.directory).mkdir()
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Remove the directory with all that is in it; also again, and in any thread."""
        with suppress(IndexError):
            os.close(self._open.pop())  # Windows removes no file that is open
        remove(self.directory)


def _new() -> tuple[Path, int] | None:
    """A new directory and the descriptor that locks it; None where it was removed meanwhile."""
    directory = Path(tempfile.mkdtemp(prefix=PREFIX))
    descriptor = -1
    try:
        descriptor = os.open(directory / LOCK, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        if lock_descriptor(descriptor, blocking=False) and os.fstat(descriptor).st_nlink:
            return directory, descriptor
    except FileNotFoundError:
        return None
    except OSError:
        if descriptor >= 0:
            os.close(descriptor)
        remove(directory)
        raise
    os.close(descriptor)
    return None


def _remove_if_left(directory: Path) -> None:
    """Remove a directory that no process uses; not what another user put there, nor a link."""
    descriptor = -1
    with suppress(OSError):
        found = directory.lstat()
        if not stat.S_ISDIR(found.st_mode) or (
            hasattr(os, "getuid") and found.st_uid != os.getuid()
        ):
            return
        directory.rmdir()  # where it is empty: one that was never locked
    with suppress(OSError):
        descriptor = os.open(directory / LOCK, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
        if lock_descriptor(descriptor, blocking=False):
            remove(directory)
    if descriptor >= 0:
        os.close(descriptor)


def files_in(directory: Path) -> Path:
    """The directory for files in that of a `Scratch`."""
    return directory / "files"


def remove(directory: Path) -> None:
    """Remove the directory of a `Scratch`: also for the last process that uses it, where the one
    that made it is gone. What cannot be removed is left to the next one that is made."""
    shutil.rmtree(files_in(directory), ignore_errors=True)
    if not files_in(directory).exists():  # else the lock stays, by which it is found again
        with suppress(OSError):
            (directory / LOCK).unlink(missing_ok=True)
            directory.rmdir()
