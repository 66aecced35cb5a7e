"""What the engine needs of its host is there before the server begins, or the server ends."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from sinae.service.host import check
from sinae.service.settings import Settings
from tests.support.server import ROOT, free_port

WRONG = {
    "SINAE_MAX_RUNS": ("abc", "SINAE_MAX_RUNS must be a whole number of 1 or more; 'abc' is not."),
    "SINAE_PROGRAMS": (
        "/dev/null/x",
        "SINAE_PROGRAMS: /dev/null/x cannot be made a directory: Not a directory.",
    ),
}


def test_a_wrong_setting_ends_the_server_with_its_sentence_alone() -> None:
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
    servers = {
        name: subprocess.Popen(
            [*command, f"--server.port={free_port()}", "--server.address=127.0.0.1"],
            cwd=ROOT,
            env=os.environ | {name: value},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name, (value, _) in WRONG.items()
    }
    for name, server in servers.items():
        assert server.communicate()[1] == f"{WRONG[name][1]}\n"
        assert server.returncode == 1


def test_compiled_code_is_kept_where_nobody_else_can_put_some(tmp_path: Path) -> None:
    directory = tmp_path / "programs"
    check(Settings(programs=str(directory)))
    assert directory.stat().st_mode & 0o777 == 0o700
    directory.chmod(0o777)
    with pytest.raises(PermissionError, match=r"^SINAE_PROGRAMS: .* this user alone"):
        check(Settings(programs=str(directory)))


def test_temporary_files_need_a_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    check(Settings(), f"{tmp_path}/")
    assert (caplog.text, list(tmp_path.iterdir())) == ("", [])
    check(Settings(), "/dev/null")
    assert f"/dev/null cannot be written to; temporary files go to {tmp_path}." in caplog.text
    monkeypatch.setattr(tempfile, "tempdir", "/dev/null")
    with pytest.raises(OSError, match=r"^Temporary files cannot be written to /dev/null: Not"):
        check(Settings())
    check(Settings(scheduler="tls://elsewhere:8786"))
