"""The latent space page under Streamlit's own test runner: what a browser cannot bring about."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from sinae.figures.encoding import number
from sinae.model.network import Network
from sinae.service.engine import Engine
from sinae.service.registry import Registry
from sinae.study.presets import reproduction
from sinae.ui import session
from tests.support.waiting import stretched

PAGE = Path(__file__).parents[2] / "pages" / "latent_space.py"


def visit(monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The page as a new visitor finds it: with the networks that come with the app."""
    session.use(Registry(Engine(workers=1)))  # not started, as nothing is trained
    monkeypatch.setattr(session, "owner", lambda: "visitor")
    return AppTest.from_file(PAGE, default_timeout=stretched(30)).run()


def test_a_first_visitor_finds_the_pairs_and_the_worst_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = visit(monkeypatch)
    assert not page.exception
    said = "\n".join(part.value for part in [*page.header, *page.markdown, *page.caption])
    assert "Which signals are drawn worst?" in said
    shown = min(reproduction()["three-nodes-solved"].runs, key=lambda run: run["held_out_mse"])
    assert f"The worst has an MSE of {number(shown['worst_mse'])}" in said
    assert said.count("A flat line at zero would have") == 3


def test_an_error_that_is_not_meant_for_visitors_is_no_advice_to_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("operands could not be broadcast together")

    monkeypatch.setattr(Network, "encode", broken)
    page = visit(monkeypatch)
    assert len(page.exception) == 1  # logged, and in the real app without its text
    shown = [part.value for part in [*page.info, *page.warning, *page.error, *page.markdown]]
    assert not any("broadcast" in text for text in shown)
