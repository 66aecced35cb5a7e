"""Starts the real app, as a user would, for the browser tests and the benchmarks."""

import os
import socket
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

import psutil

from tests.support.waiting import wait_for

ROOT = Path(__file__).parents[2]
ANY_CERTIFICATE = ssl._create_unverified_context()  # noqa: S323


class App:
    """The app as a process of its own, on a free port.

    Attributes:
        url: the address of the app.
        log: the file that its output goes to.
        process: its web process.
    """

    process: "subprocess.Popen[bytes]"

    def __init__(self, log: Path, *options: str, **environment: str) -> None:
        """
        Args:
            log: the file that its output goes to.
            options: options for ``streamlit run``.
            environment: environment variables beside those of this process.
        """
        port = free_port()
        scheme = "https" if any("sslCertFile" in option for option in options) else "http"
        self.url = f"{scheme}://127.0.0.1:{port}"
        self.log = log
        self._environment = environment
        self._command = [
            *(sys.executable, "-m", "streamlit", "run", "app.py"),
            *("--server.headless=true", f"--server.port={port}", "--server.address=127.0.0.1"),
            *options,
        ]

    def start(self) -> None:
        """Start the app, also again after `kill`, and wait until it answers.

        Raises:
            RuntimeError: the app did not start; the message holds what it printed.
        """
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=os.environ | self._environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        wait_for(lambda: self.process.poll() is not None or _answers(self.url))
        if self.process.poll() is not None:
            raise RuntimeError(f"The app did not start:\n{self.log.read_text()}")

    def kill(self) -> None:
        """Kill the web process, and wait until the cluster that it had started is gone too."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        self.process.kill()
        self.process.wait()
        wait_for(lambda: list(filter(lives, children)), lambda left: not left)


def free_port() -> int:
    """Return a loopback port that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def running_app(log: Path, *options: str, **environment: str) -> Iterator[App]:
    """Run the app on a free port until the block ends; its output goes to the log."""
    app = App(log, *options, **environment)
    try:
        app.start()
        yield app
    finally:
        _end(app.process)


@contextmanager
def ending(process: "subprocess.Popen[bytes]") -> Iterator[None]:
    """End a process after the block.

    Raises:
        AssertionError: the process had to be killed.
    """
    try:
        yield
    finally:
        _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        wait_for(process.poll, lambda status: status is not None)
    finally:
        process.kill()
        process.wait()


def lives(process: psutil.Process) -> bool:
    """Whether a process has not ended yet."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_stcore/health", context=ANY_CERTIFICATE):  # noqa: S310
            return True
    except (URLError, ConnectionError):
        return False
