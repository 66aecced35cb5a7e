"""The layout of the house: who may import what, and where the tests of a module are."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = [ROOT / "app.py", *sorted(ROOT.glob("pages/*.py")), *sorted(ROOT.glob("sinae/**/*.py"))]
JAVASCRIPT = sorted(ROOT.glob("sinae/ui/assets/**/*.js"))
TESTS = [
    path
    for path in sorted({*ROOT.glob("tests/**/*.py")} - {*ROOT.glob("tests/benchmarks/*.py")})
    if path.name not in ("waiting.py", "screenshot.py")
]


def imports(path: Path) -> set[str]:
    """Return the full names of the modules that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def floors() -> list[tuple[tuple[str, ...], set[str]]]:
    """Return the rows of the README's table from the top: a floor's paths, and its own packages."""
    table = (ROOT / "README.md").read_text().partition("| floor, from the top |")[2]
    rows = [line.split("|")[1:4] for line in table.splitlines()[2:] if line.startswith("| `")]
    return [
        (tuple(re.findall(r"`([^`]+)`", paths)), set(re.findall(r"`([^`]+)`", own)))
        for paths, _, own in rows
    ]


FLOORS = floors()


def floor(path: str) -> int | None:
    """Return the number of a file's floor, 0 at the top; None for files of the package itself."""
    return next((i for i, (paths, _) in enumerate(FLOORS) if path.startswith(paths)), None)


def test_the_house_has_its_floors() -> None:
    assert [paths[-1] for paths, _ in FLOORS] == [
        "pages/",
        *(f"sinae/{name}/" for name in ("ui", "figures", "service", "study", "analysis", "model")),
    ]
    for folder in ROOT.glob("sinae/*/"):
        assert folder.name == "__pycache__" or floor(f"sinae/{folder.name}/") is not None


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_floor_imports_only_what_lies_below_it(path: Path) -> None:
    own = floor(str(path.relative_to(ROOT)))
    for name in imports(path):
        other = floor(f"{name.replace('.', '/')}/")
        if own is not None and other is not None:
            assert other >= own, f"{name} lies above"


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_who_imports_which_package(path: Path) -> None:
    file = str(path.relative_to(ROOT))
    packages = {name.partition(".")[0] for name in imports(path)}
    for i, (_, owned) in enumerate(FLOORS):
        if i != floor(file) and not (floor(file) == 0 and "streamlit" in owned):
            assert not packages & owned
    if packages & {"tensorflow", "keras"}:
        assert path.stem in TENSORFLOW
    if file.startswith("pages/"):
        assert not packages & {"numpy", "scipy", "math"}, "a page holds no arithmetic"


TENSORFLOW = {"program", "runtime", "training"}
"""The modules of `sinae.model` that may import TensorFlow."""


@pytest.mark.parametrize("path", [*SOURCES, *JAVASCRIPT], ids=lambda p: str(p.relative_to(ROOT)))
def test_no_file_holds_more_than_can_be_read_at_once(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= (120 if path in JAVASCRIPT else 350)


MIRRORED = [
    path for path in TESTS if re.match(r"tests/(?!browser)\w+/.*test_", str(path.relative_to(ROOT)))
]

OVER_SEVERAL_MODULES = {
    "service/test_fairness.py",  # the dispatcher under thousands of chunks
    "service/test_faults.py",  # what goes wrong with real processes
}
"""Tests on a floor that hold several of its modules together. Those over several floors are in
``tests/`` itself."""


@pytest.mark.parametrize("path", MIRRORED, ids=lambda p: str(p.relative_to(ROOT)))
def test_tests_are_found_where_their_module_is(path: Path) -> None:
    place = path.relative_to(ROOT / "tests")
    module = place.with_name(place.name.removeprefix("test_"))
    sources = {
        str(source.relative_to(ROOT)).removeprefix("sinae/") for source in [*SOURCES, *JAVASCRIPT]
    }
    found = {str(module), str(module.with_suffix(".js"))} & sources
    assert bool(found) != (str(place) in OVER_SEVERAL_MODULES)


def test_drawing_a_figure_loads_no_cluster() -> None:
    modules = [f"sinae.figures.{path.stem}" for path in ROOT.glob("sinae/figures/[!_]*.py")]
    loaded = modules_after(["sinae.figures", *modules])
    assert len(modules) > 5
    assert not {name.partition(".")[0] for name in loaded} & {"dask", "distributed", "tornado"}


def modules_after(names: list[str]) -> set[str]:
    """Return the modules that a fresh interpreter has loaded once it has imported some."""
    code = (
        "import importlib, json, sys\n"
        f"for name in {names!r}: importlib.import_module(name)\n"
        "print(json.dumps(list(sys.modules)))"
    )
    command = [sys.executable, "-c", code]
    run = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return set(json.loads(run.stdout))


def test_importing_everything_but_training_runs_without_tensorflow() -> None:
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in SOURCES
        if path.is_relative_to(ROOT / "sinae") and path.name not in ("__main__.py", "navigation.py")
    ]
    assert not modules_after(modules) & {"tensorflow", "keras"}


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
