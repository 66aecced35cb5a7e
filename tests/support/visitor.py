"""A visitor of the pages, which Streamlit's own test runner draws, on a real engine."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from sinae.service.engine import Engine
from sinae.service.registry import Registry
from sinae.service.snapshot import Snapshot
from sinae.ui import session
from tests.support.waiting import stretched, wait_for

NAVIGATION = Path(session.__file__).parent / "navigation.py"


@pytest.fixture
def registry(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """A new registry; `AppTest` has no cookies, so the visitor is named here."""
    registry = Registry(engine)
    session.use(registry)
    monkeypatch.setattr(session, "owner", lambda: "visitor")
    monkeypatch.setattr(session, "owner_is_known", lambda: True)
    return registry


@pytest.fixture
def visit(registry: Registry) -> AppTest:
    """The first page, as a new visitor finds it."""
    return AppTest.from_file(NAVIGATION, default_timeout=stretched(30)).run()


def button(visit: AppTest, label: str) -> Any:
    """Return the button with a label."""
    return next(b for b in visit.button if b.label == label)


def labels(visit: AppTest) -> list[str]:
    """Return the labels of all buttons."""
    return [b.label for b in visit.button]


def setting(visit: AppTest, label: str) -> Any:
    """Return the widget with a label."""
    widgets = [*visit.text_input, *visit.number_input, *visit.selectbox, *visit.toggle]
    return next(w for w in widgets if w.label == label)


def recipe_is_open(visit: AppTest) -> bool:
    """Whether the controls of the recipe are unfolded."""
    return next(bool(box.proto.expanded) for box in visit.expander if box.label == "Recipe")


def text(visit: AppTest) -> str:
    """Return the text of the page."""
    parts = [*visit.markdown, *visit.caption, *visit.error, *visit.header]
    return "\n".join(part.value for part in parts)


def newest(registry: Registry) -> Snapshot:
    """Return a snapshot of the visitor's current run."""
    run = registry.current("visitor")
    assert run is not None
    return run.snapshot()


def run_until(visit: AppTest, label: str) -> None:
    """Draw the page again, as the browser does for each new status, until there is a button."""

    def drawn() -> tuple[list[str], str]:
        visit.run()
        assert not visit.exception
        return labels(visit), text(visit)

    wait_for(drawn, lambda page: label in page[0])


def trained(visit: AppTest, seed: int) -> None:
    """Train a new run for one step."""
    setting(visit, "Seed").set_value(str(seed)).run()
    button(visit, "Step").click().run()
    run_until(visit, "Resume")
    button(visit, "Stop").click().run()
