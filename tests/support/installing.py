"""A lock for installing programs, as the tests run in several processes."""

import tempfile
from pathlib import Path

from filelock import FileLock

INSTALLING = FileLock(Path(tempfile.gettempdir()) / "sinae-tests-install.lock")
"""Held while a process looks for a program that the tests need and installs it if it is missing."""
