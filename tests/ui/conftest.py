"""Fixtures of the tests that ask the real server."""

from collections.abc import Iterator

import pytest

from tests.support.server import App, running_app


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The real app, without workers."""
    with pytest.MonkeyPatch.context() as patch:
        # Nothing is trained here, so no cluster need start.
        patch.setenv("SINAE_SCHEDULER", "tcp://127.0.0.1:1")
        patch.setenv("SINAE_ALLOW_INSECURE_SCHEDULER", "yes")
        with running_app(tmp_path_factory.mktemp("app") / "app.log") as running:
            yield running
