"""Fixtures of all tests, and how long a test may take."""

import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

import pytest
import pytest_timeout
from hypothesis import HealthCheck, settings
from streamlit.runtime.scriptrunner import script_runner

from sinae.model.runtime import keep_programs_in
from sinae.service.deadline import Deadline
from sinae.service.engine import Engine
from sinae.service.run import Run
from sinae.service.settings import programs, variable

pytest_plugins = ["tests.support.visitor"]

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


PROGRAMS = pytest.StashKey["tempfile.TemporaryDirectory[str]"]()


def pytest_configure(config: pytest.Config) -> None:
    """All processes of the tests share what they compile, in a directory of this run's own."""
    if not programs():
        directory = config.stash[PROGRAMS] = tempfile.TemporaryDirectory(prefix="sinae-programs-")
        os.environ[variable("programs")] = directory.name
    keep_programs_in(programs())


def pytest_unconfigure(config: pytest.Config) -> None:
    """The directory ends with the run."""
    if directory := config.stash.get(PROGRAMS, None):
        del os.environ[variable("programs")]
        directory.cleanup()


@pytest.hookimpl(tryfirst=True)
def pytest_timeout_set_timer(item: Any, settings: Any) -> bool | None:
    """A test's limit counts the time that the machine had for it.

    Where there is no such signal, as on Windows, it counts the clock's.
    """
    if settings.method != "signal":
        return None
    deadline = Deadline(settings.timeout)

    def look(*_: object) -> None:
        if deadline.passed:
            pytest_timeout.timeout_sigalrm(item, settings)

    item.cancel_timeout = lambda: signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, settings.timeout, 10)
    return True


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """A real engine of one worker, for all tests that train through Dask."""
    engine = Engine(workers=1)
    engine.start()
    engine.wait()
    yield engine
    engine.close()


@pytest.fixture(autouse=True)
def no_run_outlives_its_test(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Or all later tests of this process would share the engine with it."""
    begin, begun = Run.__init__, []

    def noted(run: Run, *args: Any, **options: Any) -> None:
        begin(run, *args, **options)
        begun.append(run)

    monkeypatch.setattr(Run, "__init__", noted)
    yield
    for run in begun:
        run.retire()


@pytest.fixture(autouse=True)
def main_module() -> Iterator[None]:
    """Undo what Streamlit does: a page takes the place of ``__main__``, which a process that is
    started later would import and run."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


@pytest.fixture(autouse=True)
def keras_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """After each run of a page Streamlit resets Keras, where it finds it: in the processes of the
    tests for 0.15 s and more, in the app's never."""
    monkeypatch.setattr(script_runner, "_clean_problem_modules", lambda: None)
