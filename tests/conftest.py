"""Fixtures of all tests."""

import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

from sinae.engine import Engine

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """A real engine of one worker, for all tests that train through Dask."""
    engine = Engine(workers=1)
    engine.start()
    engine.wait(120)
    yield engine
    engine.close()


@pytest.fixture(autouse=True)
def main_module() -> Iterator[None]:
    """Undo what Streamlit does: a page takes the place of ``__main__``, which a process that is
    started later would import and run."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main
