"""The rules of the house: who may import what."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = [ROOT / "app.py", *sorted(ROOT.glob("pages/*.py")), *sorted(ROOT.glob("sinae/**/*.py"))]
TESTS = [
    path
    for path in sorted({*ROOT.glob("tests/*.py"), *ROOT.glob("tests/browser/*.py")})
    if path.name not in ("waiting.py", "screenshot.py")
]


def imports(path: Path) -> set[str]:
    """The top-level packages that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_who_imports_what(path: Path) -> None:
    place = path.relative_to(ROOT)
    if "streamlit" in imports(path):
        assert place.parts[0] in ("app.py", "pages") or place.parts[:2] == ("sinae", "ui")
    if imports(path) & {"tensorflow", "keras"}:
        assert place == Path("sinae/training.py")
    if place.parts[0] == "pages":
        assert not imports(path) & {"numpy", "scipy", "math"}, "a page holds no arithmetic"


def test_importing_everything_but_training_runs_without_tensorflow() -> None:
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in SOURCES
        if path.is_relative_to(ROOT / "sinae") and path.name not in ("__main__.py", "shell.py")
    ]
    code = (
        "import importlib, json, sys\n"
        f"for name in {modules!r}: importlib.import_module(name.removesuffix('.__init__'))\n"
        "print(json.dumps([m for m in ('tensorflow', 'keras') if m in sys.modules]))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert json.loads(run.stdout) == []


def test_requirements_are_pinned() -> None:
    for name in ("requirements.txt", "tests/requirements.txt"):
        for line in (ROOT / name).read_text().splitlines():
            requirement = line.split("#")[0].strip()
            assert not requirement or "==" in requirement, line


FIXED_TIME = re.compile(
    r"wait_for_timeout\(|time\.sleep\(|timeout=[1-9]|default_timeout=[1-9]"
    r"|\.(?:result|wait|join)\([\d.]|asyncio\.timeout\([\d.]"
)


@pytest.mark.parametrize("path", TESTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_test_hangs_on_seconds(path: Path) -> None:
    """Waits end on events; their limits are those of ``waiting.py``, which grow with the load."""
    lines = enumerate(path.read_text().splitlines(), start=1)
    assert [f"{number}: {line}" for number, line in lines if FIXED_TIME.search(line)] == []
