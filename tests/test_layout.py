"""The layout of the house: who may import what, and where the tests of a module are."""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = [ROOT / "app.py", *sorted(ROOT.glob("pages/*.py")), *sorted(ROOT.glob("sinae/**/*.py"))]
JAVASCRIPT = sorted(ROOT.glob("sinae/ui/assets/**/*.js"))
TESTS = [
    path
    for path in sorted({*ROOT.glob("tests/**/*.py")} - {*ROOT.glob("tests/benchmarks/*.py")})
    if path.name not in ("waiting.py", "screenshot.py")
]


SOURCE_FILES = [str(path.relative_to(ROOT)) for path in SOURCES]


def imports(path: Path) -> set[str]:
    """Return the full names of the modules that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "a relative import does not name its floor"
            assert node.module
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
    """Return the number of a file's floor, 0 at the top, or a module's, with slashes for its dots;
    None for those of other packages."""
    place = Path(path).with_suffix("").parts
    for i, (paths, _) in enumerate(FLOORS):
        for one in (Path(path).with_suffix("").parts for path in paths):
            if place[: len(one)] == one:
                return i
    return None


PAGES = floor("app.py")


def test_the_house_has_its_floors() -> None:
    assert [paths[-1] for paths, _ in FLOORS] == [
        "sinae/study_commands.py",
        "pages/",
        *(f"sinae/{name}/" for name in ("ui", "figures", "service", "study", "analysis", "model")),
        "sinae/interrupt.py",
    ]
    files = {str(path.relative_to(ROOT)) for path in SOURCES}
    assert {file for file in files if floor(file) is None} == {"sinae/__init__.py"}


def test_a_floor_imports_only_what_lies_below_it() -> None:
    for file in SOURCE_FILES:
        own = floor(file)
        for name in imports(ROOT / file):
            other = floor(name.replace(".", "/"))
            if own is not None and other is not None:
                assert other >= own, f"{name} lies above {file}"


def test_who_imports_which_package() -> None:
    for file in SOURCE_FILES:
        packages = {name.partition(".")[0] for name in imports(ROOT / file)}
        for i, (_, owned) in enumerate(FLOORS):
            if i != floor(file):
                granted = {"streamlit"} if floor(file) == PAGES else set()
                assert not packages & owned - granted, file
        if packages & {"tensorflow", "keras"}:
            assert file in TENSORFLOW
        if file.startswith("pages/"):
            assert not packages & {"numpy", "scipy", "math"}, f"{file} holds arithmetic"


TENSORFLOW = {"sinae/model/program.py", "sinae/model/runtime.py"}
"""The only files that may import TensorFlow."""


def test_no_file_holds_more_than_can_be_read_at_once() -> None:
    for paths, most in ((SOURCES, 350), (JAVASCRIPT, 120)):
        for path in paths:
            assert len(path.read_text().splitlines()) <= most, path


MIRRORED = [
    path for path in TESTS if re.match(r"tests/(?!browser)\w+/.*test_", str(path.relative_to(ROOT)))
]

OVER_SEVERAL_MODULES = {
    "service/test_fairness.py",  # the dispatcher under thousands of chunks
    "service/test_faults.py",  # what goes wrong with real processes
}
"""Tests on a floor that hold several of its modules together. Those over several floors are in
``tests/`` itself."""


TESTED_ELSEWHERE = {
    "test_command_line.py": {"__main__.py", "interrupt.py", "study_commands.py"},
    "browser/test_training.py": {"app.py", "ui/server.py"},
    "browser/test_probe_page.py": {"pages/probe.py"},
    "browser/test_charts.py": {"pages/how_many_numbers.py"},
    "model/test_network.py": {"model/activations.py"},
    "model/test_training.py": {"model/arrays.py", "model/state.py"},
    "model/signals/test_family.py": {"model/signals/sinusoid.py"},
    "ui/test_protocol.py": {"figures/style.py"},
    "service/test_dispatcher.py": {"service/observers.py", "service/request.py"},
    "service/test_faults.py": {"service/worker.py"},
    "study/test_reproduction.py": {"study/process_pool.py"},
    "study/test_ablations.py": {"study/measurements.py"},
    "ui/test_widget_state.py": {"ui/query.py"},
    "ui/test_navigation.py": {"ui/paths.py"},
    "ui/text/test_latent_space.py": {"ui/analysis_cache.py"},
    "ui/assets/probe/test_address.py": {"ui/components.py"},
}
"""The modules without a file of tests by their name, under the tests that try them. Modules in
JavaScript without one are tried in Chromium."""


def mirrored(path: Path) -> set[str]:
    """Return the names that the module of a file of tests may have, without ``sinae/``."""
    place = path.relative_to(ROOT / "tests")
    module = place.with_name(place.name.removeprefix("test_"))
    return {str(module), str(module.with_suffix(".js"))}


def within_sinae(paths: list[Path]) -> set[str]:
    """Return the names of files, without ``sinae/``."""
    return {str(path.relative_to(ROOT)).removeprefix("sinae/") for path in paths}


def test_tests_are_found_where_their_module_is() -> None:
    modules = within_sinae([*SOURCES, *JAVASCRIPT])
    without = [path for path in MIRRORED if not mirrored(path) & modules]
    assert {str(path.relative_to(ROOT / "tests")) for path in without} == OVER_SEVERAL_MODULES


def test_every_module_has_its_tests_or_is_said_to_be_tested_elsewhere() -> None:
    modules = within_sinae([path for path in SOURCES if path.name != "__init__.py"])
    without = modules.difference(*map(mirrored, MIRRORED))
    assert sorted(without) == sorted(name for found in TESTED_ELSEWHERE.values() for name in found)
    assert [test for test in TESTED_ELSEWHERE if not (ROOT / "tests" / test).exists()] == []


def test_drawing_a_figure_loads_no_cluster() -> None:
    modules = [f"sinae.figures.{path.stem}" for path in ROOT.glob("sinae/figures/[!_]*.py")]
    loaded = modules_after(["sinae.figures", *modules])
    assert len(modules) > 5
    assert not {name.partition(".")[0] for name in loaded} & {"dask", "distributed", "tornado"}


def test_the_command_line_needs_no_cluster_and_no_browser() -> None:
    loaded = {name.partition(".")[0] for name in modules_after(["sinae.__main__"])}
    assert not loaded & {"streamlit", "starlette", "uvicorn", "dask", "distributed", "plotly"}


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


def test_no_test_hangs_on_seconds() -> None:
    """Waits end on events; their limits are those of ``waiting.py``, which grow with the load."""
    lines = [(path, line) for path in TESTS for line in path.read_text().splitlines()]
    assert [(str(path), line) for path, line in lines if FIXED_TIME.search(line)] == []
