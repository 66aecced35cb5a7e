"""Starts the real app, as a user would, for the browser tests and the benchmarks."""

import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

from tests.waiting import wait_for

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class App:
    """A running app: its address and its web process."""

    url: str
    process: subprocess.Popen[bytes]


def free_port() -> int:
    """A port of the loopback that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def running_app(log: Path, *options: str) -> Iterator[App]:
    """The app on a free port, until the block ends; what it prints goes into the log."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "streamlit", "run", "app.py"),
        *("--server.headless=true", f"--server.port={port}", "--server.address=127.0.0.1"),
        *options,
    ]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    with ending(process):
        wait_for(lambda: process.poll() is not None or _answers(url))
        if process.poll() is not None:
            raise RuntimeError(f"The app did not start:\n{log.read_text()}")
        yield App(url, process)


@contextmanager
def ending(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """End the process after the block.

    Raises:
        AssertionError: it had to be killed.
    """
    try:
        yield
    finally:
        process.terminate()
        try:
            wait_for(process.poll, lambda status: status is not None)
        finally:
            process.kill()
            process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health"):  # noqa: S310
            return True
    except (URLError, ConnectionError):
        return False
