"""The command that lists the licences of what is installed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def command(*arguments: str, path: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """Run it, with packages of a folder beside those that are installed."""
    return subprocess.run(
        [sys.executable, "-m", "tests.licences", *arguments],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(path or "")},
    )


def test_all_that_is_shipped_is_under_a_licence_that_is_known() -> None:
    done = command("--json")
    assert (done.returncode, done.stderr) == (0, "")
    told = {licensed["name"]: licensed for licensed in json.loads(done.stdout)}
    assert {"starlette", "keras", "h5py", "certifi", "plotly: Plotly.js"} <= told.keys()
    assert told["certifi"]["licence"] == "MPL-2.0"
    assert told["certifi"]["note"]


@pytest.mark.parametrize(
    ("field", "file", "sentence"),
    [
        ("License-Expression: GPL-3.0-only OR MIT", "", ""),
        ("License: Apache 2.0", "", ""),
        ("Classifier: License :: OSI Approved :: BSD License", "", ""),
        ("Summary: x", "Permission is hereby granted, free of charge, to", ""),
        ("License-Expression: GPL-3.0-only AND MIT", "", "under GPL-3.0-only AND MIT, which"),
        ("License: own", "", "made-up 1 is under own, which nobody allowed"),
        ("Summary: x", "All rights reserved.", "made-up 1 tells no licence"),
        (
            "License: MIT",
            "Name: inner\nFiles: a.so\nLicense: own\n",
            "made-up: inner 1 is under own",
        ),
        ("License: MIT\nRequires-Dist: absent-of-all", "", "absent-of-all is not installed"),
    ],
)
def test_what_is_not_known_is_told(field: str, file: str, sentence: str, tmp_path: Path) -> None:
    folder = tmp_path / "made_up-1.dist-info"
    folder.mkdir()
    Path(folder, "METADATA").write_text(
        f"Metadata-Version: 2.4\nName: made-up\nVersion: 1\n{field}\n"
    )
    Path(folder, "LICENSE").write_text(file)
    Path(folder, "RECORD").write_text("made_up-1.dist-info/LICENSE,,\n")
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("made-up  # a comment\nother ; python_version < '3'\n")
    done = command(str(requirements), path=tmp_path)
    assert done.returncode == bool(sentence)
    assert sentence in done.stderr
    assert bool(sentence) == bool(done.stderr)
