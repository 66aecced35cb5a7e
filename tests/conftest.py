"""Fixtures of all tests."""

from collections.abc import Iterator

import pytest

from sinae.engine import Engine

INSTALLERS = ("tests/browser/", "tests/test_cluster.py", "tests/test_classroom.py")
"""Tests that start the app, and may install what they need: they run one after the other."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Two halves, side by side on two cores: what starts the whole app, and all else."""
    for item in items:
        half = "app" if item.nodeid.startswith(INSTALLERS) else "parts"
        item.add_marker(pytest.mark.xdist_group(half))


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """A real engine of one worker, for all tests that train through Dask."""
    engine = Engine(workers=1)
    engine.start()
    engine.wait(120)
    yield engine
    engine.close()
