"""Keyboard and screen reader: what is reached, what is said, and what axe-core finds."""

import re
from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.browser.pages import (
    ADDRESSES,
    assert_nothing_serious,
    box,
    button,
    follow_link,
    press,
    serious_violations,
    train,
    wait_until_shown,
)

FOCUSED = "document.activeElement.textContent"


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_page_before_anything_is_trained(page: Page, name: str) -> None:
    page.goto(ADDRESSES[name])
    wait_until_shown(page, name)
    levels = page.get_by_role("heading").evaluate_all("(all) => all.map((h) => +h.tagName[1])")
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))  # no level is skipped
    assert_nothing_serious(page)
    page.reload()  # as one who has chosen the dark theme finds it
    wait_until_shown(page, name)
    assert serious_violations(page) == []


@pytest.mark.parametrize("state", ["training", "finished"])
def test_axe_finds_nothing_serious_with_a_run(page: Page, state: str) -> None:
    if state == "finished":
        train(page, "steps=300&widths=20,3,20")
    else:
        page.goto("/?steps=1000000&widths=20,3,20")
        press(page, "Train")
        expect(page.get_by_text("steps a second")).to_be_visible()
    assert_nothing_serious(page)
    for name in ("Probe", "Latent space"):  # The post shows no run
        follow_link(page, name)
        assert_nothing_serious(page)
    if state == "training":
        follow_link(page, "Train")
        press(page, "Stop")


def test_train_is_reached_soon_and_the_focus_stays_where_it_was(page: Page) -> None:
    page.goto("/?widths=20,3,20&steps=1000000")
    wait_until_shown(page, "Train")
    page.locator("body").focus()
    tabs = 0
    while (
        "Train" not in page.evaluate(FOCUSED)
        or page.evaluate("document.activeElement.tagName") != "BUTTON"
    ):
        page.keyboard.press("Tab")
        tabs += 1
        assert tabs < 12
    for before, after in (("Train", "Pause"), ("Pause", "Resume"), ("Resume", "Pause")):
        expect(button(page, before)).to_be_focused()
        page.keyboard.press("Enter")
        expect(button(page, after)).to_be_focused()
    page.keyboard.press("Tab")  # past Step, which is not to be had now
    expect(button(page, "Stop")).to_be_focused()
    page.keyboard.press("Enter")
    expect(button(page, "Train")).to_be_focused()
    outline = button(page, "Train").evaluate("(b) => getComputedStyle(b).boxShadow")
    assert outline != "none"


def test_the_focus_is_not_taken_from_elsewhere(page: Page) -> None:
    page.goto("/?widths=20,3,20&steps=1000000")
    press(page, "Train")
    box(page, "Steps").focus()
    expect(button(page, "Pause")).to_be_visible()
    expect(page.get_by_text("steps a second")).to_be_visible()
    expect(box(page, "Steps")).to_be_focused()
    press(page, "Stop")


def test_what_becomes_of_a_run_is_announced_but_not_every_step(page: Page) -> None:
    page.goto("/?widths=20,3,20&steps=1000000")
    said = page.locator(".sinae-live .announcement")
    wait_until_shown(page, "Train")
    expect(said).to_have_text("")
    press(page, "Train")
    expect(said).to_have_text("Training.")
    expect(page.get_by_text("steps a second")).to_be_visible()
    expect(said).to_have_text("Training.")
    press(page, "Pause")
    expect(said).to_have_text(re.compile(r"Paused at step [\d,]+; held-out error [\d.]+\."))
    press(page, "Stop")
    expect(said).to_have_text(re.compile(r"Stopped at step"))
    page.goto("/?widths=20,3,20&steps=300")
    press(page, "Train")
    expect(said).to_have_text(re.compile(r"Finished at step 300; held-out error"))
    page.goto("/?widths=20,20,20,20,20,20&activation=linear&learning_rate=1&batch_size=10")
    press(page, "Train")
    expect(said).to_have_text(re.compile(r"Diverged at step .*grew without bound"))
