"""Limits that a busy machine does not bring nearer."""

import os
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from sinae.service.deadline import Deadline
from tests.support.waiting import wait_for

WORK = """
import os, time
getattr(os, "nice", lambda _: None)(10)
print("begins", flush=True)
while time.process_time() < 0.1: pass
"""
"""What a worker does: a tenth of a second on a processor, while it yields to others."""

OTHERS = r"""
import subprocess, sys
for _ in range(int(sys.argv[1])):
    busy = [sys.executable, "-c", "import time\nwhile time.process_time() < 60: pass"]
    print(subprocess.Popen(busy, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).pid)
"""
"""Starts busy processes that are nobody's children when this one has ended."""


@pytest.fixture
def busy_machine() -> Iterator[None]:
    """Two busy processes of others for each core."""
    command = [sys.executable, "-c", OTHERS, str(2 * (os.cpu_count() or 1))]
    started = subprocess.run(command, capture_output=True, check=True).stdout.split()
    others = [psutil.Process(int(pid)) for pid in started]
    yield
    for process in others:
        process.kill()
        process.wait()


@pytest.mark.usefixtures("busy_machine")
def test_beside_the_work_of_others_it_leaves_the_time_that_its_own_work_takes() -> None:
    with subprocess.Popen([sys.executable, "-c", WORK], stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        worker.stdout.readline()
        wait_for(worker.poll, lambda status: status == 0, seconds=0.5)


def test_what_hangs_ends() -> None:
    deadline = Deadline(0.2)
    with pytest.raises(AssertionError, match=r"Still False after 0\.2 s"):
        wait_for(lambda: False, seconds=0.2)
    assert deadline.passed
