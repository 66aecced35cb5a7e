"""The app's pages in any state, as the browser tests come to them."""

import re
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.support.waiting import wait_for

ADDRESSES = {
    "Train": "/",
    "Probe": "/probe",
    "Latent space": "/latent_space",
    "How many numbers?": "/how_many_numbers",
    "The post": "/the_post",
}
"""By the name in the navigation."""


STYLED = """() => [...document.querySelectorAll("style")].some(
    (style) => style.textContent.includes('button[kind="primary"]'))"""
"""Whether the app's own style is there, which Streamlit brings last."""

FADED = """() => Promise.all(
    document.getAnimations()
        .filter(({ effect }) => effect.getComputedTiming().endTime < Infinity)
        .map((animation) => animation.finished.catch(() => {})))"""
"""Waits until what fades in has done so."""


BACKGROUNDS: dict[Literal["light", "dark"], str] = {
    "light": "rgb(255, 255, 255)",
    "dark": "rgb(17, 22, 29)",
}
"""Of the app, by theme."""


def press(page: Page, name: str) -> None:
    """Press a button."""
    page.get_by_role("button", name=name, exact=True).click()


def button(page: Page, name: str) -> Locator:
    """A button by its whole name."""
    return page.get_by_role("button", name=name, exact=True)


def box(page: Page, label: str) -> Locator:
    """A text box by its whole label."""
    return page.get_by_role("textbox", name=label, exact=True)


def pick(page: Page, label: str, option: str) -> None:
    """Choose from a list."""
    chooser = page.get_by_role("combobox", name=label, exact=True)
    listed = page.get_by_role("option", name=option, exact=True)

    def choose() -> str:
        if not listed.count():  # at first, or closed by a page that is drawn anew
            chooser.press("ArrowDown")
        # As a screen reader does: what is drawn meanwhile may move the list away under a pointer.
        listed.evaluate_all("(all) => all.forEach((one) => one.click())")
        return chooser.input_value()

    wait_for(choose, option.__eq__)


def follow_link(page: Page, name: str) -> None:
    """Change to another page by the navigation."""
    page.get_by_role("link", name=name).click()
    wait_until_shown(page, name)


def wait_until_shown(page: Page, name: str) -> None:
    """Wait until a page has drawn what comes last on it."""
    match name:
        case "Train":
            expect(page.get_by_role("img", name=re.compile("^Six example signals"))).to_be_visible()
            expect(page.get_by_text("What the lines in the chart mean")).to_be_visible()
        case "Probe":
            expect(page.locator(".mse")).to_be_visible()
        case "Latent space":
            last = page.get_by_role("heading", name="Which signals are drawn worst")
            later = page.get_by_role("button", name="Read the latent values now")
            nothing = page.get_by_role("alert")
            expect(last.or_(later).or_(nothing).first).to_be_visible()
        case "How many numbers?":
            expect(page.get_by_role("heading", name="How many numbers")).to_be_visible()
            expect(page.locator(".sinae-chart-tools.ready")).to_have_count(1)
        case "The post":
            expect(page.get_by_role("heading", name="What the post says")).to_be_visible()
            # A chart that is still to be drawn would move all below it, also under a pointer.
            expect(page.locator(".sinae-chart-tools.ready")).to_have_count(5)
    # Streamlit says so; until then it draws what may be out of date pale.
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_attached()


def train(page: Page, query: str) -> None:
    """Train a new run, of other settings than the last one, to its end."""
    page.goto(f"/?{query}")
    wait_until_shown(page, "Train")
    name = page.locator(".sinae-live .name")
    last = name.inner_text()
    press(page, "Train")
    expect(name).not_to_have_text(last)  # of whose end the page told until then
    expect(button(page, "Train more")).to_be_visible()


def loss_chart(page: Page) -> Locator:
    """The chart of the error against the steps."""
    return page.get_by_role("img", name=re.compile("^Mean squared error against"))


def serious_violations(page: Page) -> list[tuple[str, list[str]]]:
    """What axe-core finds on a page that is serious or critical: rules and what they hit."""
    page.wait_for_function(STYLED)
    page.evaluate(FADED)
    found = Axe().run(page).response["violations"]
    return [
        (violation["id"], [node["html"] + node["failureSummary"] for node in violation["nodes"]])
        for violation in found
        if violation["impact"] in ("serious", "critical")
    ]


def assert_nothing_serious(page: Page) -> None:
    """Neither in the light theme nor, after a change of it, in the dark one."""
    for scheme, background in BACKGROUNDS.items():
        page.emulate_media(color_scheme=scheme)
        expect(page.locator(".stApp")).to_have_css("background-color", background)
        assert serious_violations(page) == [], (page.url, scheme)
