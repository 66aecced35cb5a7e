"""Fixtures of all tests."""

from collections.abc import Iterator

import pytest

from sinae.engine import Engine


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """A real engine of one worker, for all tests that train through Dask."""
    engine = Engine(workers=1)
    engine.start()
    engine.wait(120)
    yield engine
    engine.close()
