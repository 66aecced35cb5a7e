"""One installation at a time: the tests run in several processes."""

import tempfile
from pathlib import Path

from filelock import FileLock

INSTALLING = FileLock(Path(tempfile.gettempdir()) / "sinae-tests-install.lock")
"""Held by whoever looks for a program that the tests need, and installs it where it is missing."""
