"""Temporary directories, and real processes that end without a chance to remove theirs."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sinae.service.scratch import LOCK, PREFIX, Scratch, files_in
from tests.support.server import ROOT

MAKE = """
import subprocess, sys
from sinae.service.scratch import Scratch, files_in
scratch = Scratch()
(files_in(scratch.directory) / "file").write_text("x")
if sys.argv[1:]:  # a process that inherits the lock, and lives until its input ends
    subprocess.Popen([sys.executable, "-c", "input()"], pass_fds=scratch.descriptors)
print(scratch.directory, flush=True)
sys.stdin.buffer.read()
"""

TOGETHER = """
from sinae.service.scratch import Scratch, files_in
for _ in range(100):
    scratch = Scratch()
    assert files_in(scratch.directory).exists()
    scratch.close()
    assert not scratch.directory.exists()
"""


def python(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": tempfile.gettempdir()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def made_by(process: subprocess.Popen[str]) -> Path:
    assert process.stdout is not None
    return Path(process.stdout.readline().strip())


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield tmp_path
    assert list(tmp_path.glob("*")) == []


def test_what_a_killed_process_left_goes_with_the_next_one_and_a_live_one_s_stays() -> None:
    killed, alive = python(MAKE), python(MAKE)
    left, used = made_by(killed), made_by(alive)
    kill(killed)
    assert (files_in(left) / "file").exists()
    Scratch().close()
    assert not left.exists()
    assert (files_in(used) / "file").exists()
    kill(alive)
    Scratch().close()


@pytest.mark.skipif(os.name != "posix", reason="no descriptor is inherited there")
def test_it_is_in_use_as_long_as_a_process_that_inherited_it_lives() -> None:
    maker = python(MAKE, "and a child")
    used = made_by(maker)
    kill(maker)  # its child still reads what was its input
    Scratch().close()
    assert (files_in(used) / "file").exists()
    maker.communicate()  # until the child has ended too
    Scratch().close()


def test_what_is_no_left_one_of_this_user_s_is_not_touched(place: Path) -> None:
    elsewhere = place / "elsewhere"
    files_in(elsewhere).mkdir(parents=True)
    (elsewhere / LOCK).touch()
    link, file, unlocked = (place / f"{PREFIX}{name}" for name in ("link", "file", "unlocked"))
    link.symlink_to(elsewhere)
    file.touch()
    files_in(unlocked).mkdir(parents=True)
    planted = place / f"{PREFIX}planted"
    planted.mkdir()
    (planted / LOCK).symlink_to(elsewhere / LOCK)
    others = place / f"{PREFIX}others"
    files_in(others).mkdir(parents=True)
    (others / LOCK).touch()
    if os.geteuid() == 0:
        os.chown(others, 12345, 12345)
    before = sorted(place.rglob("*"))
    Scratch().close()
    if os.geteuid():  # then it is one that was left
        before = [path for path in before if others not in (path, *path.parents)]
    assert sorted(place.rglob("*")) == before
    for path in (link, file, planted / LOCK, others / LOCK, elsewhere / LOCK):
        path.unlink(missing_ok=True)
    for path in (files_in(others), others, planted, files_in(unlocked), unlocked):
        path.rmdir()
    files_in(elsewhere).rmdir()
    elsewhere.rmdir()


def test_an_empty_one_that_was_never_locked_goes(place: Path) -> None:
    (place / f"{PREFIX}empty").mkdir()
    Scratch().close()


def test_many_at_once_leave_each_other_theirs() -> None:
    processes = [python(TOGETHER) for _ in range(3)]
    assert [process.wait() for process in processes] == [0, 0, 0]
