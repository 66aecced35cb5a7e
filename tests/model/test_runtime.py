"""Compiled programs that processes share through a directory."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sinae.model import runtime
from sinae.model.experiment import Experiment
from sinae.model.training import advance
from tests.support.server import ROOT


def in_another_process(directory: Path) -> str:
    """What training a small network gives there, with compiled loops kept in the directory."""
    code = (
        "import sys; from sinae.model.experiment import Experiment;"
        "from sinae.model.runtime import keep_programs_in;"
        "from sinae.model.training import advance; keep_programs_in(sys.argv[1]);"
        "print(advance(Experiment(widths=(4,), batch_size=5), None, 150).losses.tobytes().hex())"
    )
    return subprocess.run(
        [sys.executable, "-c", code, str(directory)],
        cwd=ROOT,
        # Without the flags that TensorFlow was given in this process.
        env={k: v for k, v in os.environ.items() if not k.endswith("XLA_FLAGS")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_a_process_uses_what_another_has_compiled_unless_it_is_broken(tmp_path: Path) -> None:
    directory = tmp_path / "programs"
    expected = advance(Experiment(widths=(4,), batch_size=5), None, 150).losses.tobytes().hex()
    assert in_another_process(directory).strip() == expected
    (file,) = directory.glob("xla*")
    written = file.stat()
    assert in_another_process(directory).strip() == expected
    (again,) = directory.glob("xla*")
    assert (again.name, again.stat().st_mtime_ns) == (file.name, written.st_mtime_ns)
    again.write_bytes(again.read_bytes()[: written.st_size // 2])
    assert in_another_process(directory).strip() == expected
    (whole,) = directory.glob("xla*")
    assert whole.stat().st_size == pytest.approx(written.st_size, rel=0.01)


def test_of_a_directory_for_programs_only_programs_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime, "_programs", str(tmp_path))
    for name in ("other", "xla_compile_cache__1.pb", "xla_compile_cache__2.pb"):
        (tmp_path / name).write_text(name)
    os.utime(tmp_path / "xla_compile_cache__1.pb", (1, 1))
    runtime.remove_old_programs(1)
    assert {file.name for file in tmp_path.iterdir()} == {"other", "xla_compile_cache__2.pb"}


def test_a_directory_that_cannot_hold_programs_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for name, why in (("it's", "has an apostrophe"), ("file", "cannot be made a directory")):
        with pytest.raises(PermissionError, match=why):
            runtime.private_directory(str(tmp_path / name))
