"""Every page in every way that a visitor may leave it and come to it again: nothing is lost, and
nothing that is shown is out of date."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from tests.browser.pages import (
    ADDRESSES,
    BACKGROUNDS,
    box,
    button,
    follow_link,
    pick,
    press,
    train,
    wait_until_shown,
)
from tests.support.server import App

RUN = "20-3-20 selu, 400 steps, seed 5"
POST = "The post: 50-3-50 selu"


@dataclass(frozen=True)
class Case:
    """A page, what a visitor sets there, and what is to be seen of it."""

    page: str
    set: Callable[[Page], None]
    look: Callable[[Page], None]


def set_train(page: Page) -> None:
    box(page, "Steps").fill("12,5")  # what is refused is not lost either
    box(page, "Steps").press("Enter")
    page.get_by_text("Linear bottleneck").click()
    expect(page.get_by_text("12.5 is not.")).to_be_visible()
    page.wait_for_url("**bottleneck_linear=true**")


def look_train(page: Page) -> None:
    expect(box(page, "Hidden layer widths")).to_have_value("20, 3, 20")
    expect(box(page, "Steps")).to_have_value("12,5")
    expect(page.get_by_role("switch", name="Linear bottleneck")).to_be_checked()
    expect(page.locator(".sinae-live .name")).to_have_text(RUN)
    expect(page.get_by_text("step 400 of 400 · finished")).to_be_visible()
    expect(button(page, "Train more")).to_be_visible()


def set_probe(page: Page) -> None:
    page.get_by_role("slider", name="Frequency", exact=True).fill("0.31")
    page.get_by_label("Network", exact=True).select_option(index=2)
    page.wait_for_url("**network=**")
    page.wait_for_url("**frequency=0.31**")


def look_probe(page: Page) -> None:
    expect(page.get_by_role("slider", name="Frequency", exact=True)).to_have_value("0.31")
    picker = page.get_by_label("Network", exact=True)
    picked = picker.locator("option").nth(2).get_attribute("value")
    assert picked is not None
    expect(picker).to_have_value(picked)
    expect(page.locator(".mse")).not_to_have_text("–")


def set_latent(page: Page) -> None:
    page.get_by_role("radio", name="Phase", exact=True).first.click()
    box(page, "Signal").fill("77")
    box(page, "Signal").press("Enter")
    page.wait_for_url("**signal=77**")


def look_latent(page: Page) -> None:
    expect(box(page, "Signal")).to_have_value("77")
    expect(page.get_by_text("Signal 77: amplitude")).to_be_visible()
    expect(page.get_by_role("radio", name="Phase", exact=True).first).to_be_checked()
    expect(page.get_by_text("colours go round in a circle")).to_be_visible()


def set_post(page: Page) -> None:
    pick(page, "Network", POST)
    page.wait_for_url("**row=selu-50-3-50**")


def look_post(page: Page) -> None:
    expect(page.get_by_role("combobox", name="Network")).to_have_value(POST)


CASES = [
    Case("Train", set_train, look_train),
    Case("Probe", set_probe, look_probe),
    Case("Latent space", set_latent, look_latent),
    Case("The post", set_post, look_post),
]


@pytest.fixture(scope="module")
def visitor(browser: Browser, app: App) -> StorageState:
    """A visitor who has trained a network."""
    context = browser.new_context(base_url=app.url)
    train(context.new_page(), "widths=20,3,20&steps=400&seed=5")
    state = context.storage_state()
    context.close()
    return state


COLOURS = """(page) => [...document.querySelectorAll(".sinae-chart")].map((plot) => [
    plot.layout.font.color,
    getComputedStyle(plot).getPropertyValue("--st-text-color").trim(),
])"""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.page)
def test_whatever_a_visitor_does_a_page_stays_as_it_was_set(
    known: BrowserContext, case: Case
) -> None:
    """One way after the other, as a visitor goes them: each begins where the last one ended."""
    page = known.new_page()
    page.goto(ADDRESSES[case.page])
    wait_until_shown(page, case.page)
    case.set(page)
    case.look(page)
    elsewhere = "Probe" if case.page != "Probe" else "Train"

    with step("another page, and back by its link"):
        follow_link(page, elsewhere)
        follow_link(page, case.page)
        case.look(page)
        page.wait_for_url(f"**{ADDRESSES[case.page]}?**")  # so that a reload loses nothing either
    with step("back and forward"):
        follow_link(page, elsewhere)
        page.go_back()
        case.look(page)
        page.go_forward()
        wait_until_shown(page, elsewhere)
        page.go_back()
        case.look(page)
    with step("the page's own link"):
        page.get_by_role("link", name=case.page).click()
        page.wait_for_url(f"**{ADDRESSES[case.page]}?**")
        case.look(page)
    with step("a reload"):
        page.reload()
        case.look(page)
    with step("a second tab with the same address"):
        second = known.new_page()
        second.goto(page.url)
        case.look(second)
        case.look(page)
        second.close()
    with step("the other theme"):
        page.emulate_media(color_scheme="dark")
        expect(page.locator(".stApp")).to_have_css("background-color", BACKGROUNDS["dark"])
        case.look(page)
        page.wait_for_function(f"() => ({COLOURS})().every(([drawn, wanted]) => drawn === wanted)")


@contextmanager
def step(way: str) -> Iterator[None]:
    """Names what a visitor does in the report of what fails there."""
    try:
        yield
    except BaseException as error:
        error.add_note(f"It was tried: {way}.")
        raise


def test_a_second_tab_sees_what_the_first_one_does(known: BrowserContext) -> None:
    first, second = known.new_page(), known.new_page()
    first.goto("/?widths=20,3,20&steps=1000000&seed=6")
    press(first, "Train")
    expect(button(first, "Pause")).to_be_visible()
    second.goto("/")
    expect(button(second, "Pause")).to_be_visible()
    press(first, "Pause")
    expect(button(second, "Resume")).to_be_visible()
    expect(second.get_by_text("· paused")).to_be_visible()
    press(first, "Resume")
    expect(button(second, "Pause")).to_be_visible()
    expect(second.get_by_text("steps a second")).to_be_visible()
    press(first, "Stop")
    expect(button(second, "Train more")).to_be_visible()
    press(first, "New weights")
    expect(second.locator(".sinae-live .name")).to_have_text(
        "20-3-20 selu, 1,000,000 steps, seed 7"
    )


def test_a_tab_that_knows_of_no_run_asks_before_it_stops_that_of_another(
    browser: Browser, app: App
) -> None:
    context = browser.new_context(base_url=app.url)
    first, second = context.new_page(), context.new_page()
    for page in (first, second):
        page.goto("/?widths=20,3,20&steps=1000000&seed=8")
        wait_until_shown(page, "Train")
    press(first, "Train")
    expect(first.get_by_text("steps a second")).to_be_visible()
    press(second, "Train")
    expect(second.get_by_text("Stop the run in progress?")).to_be_visible()
    second.keyboard.press("Escape")
    # The question that waits for news of a run is given up for that of the next one. (Held back
    # here: the server would answer it, as the run is no longer the newest.)
    first.route("**/news?*", lambda _route: None)
    with first.expect_request("**/news?*"):
        press(first, "Stop")
    with first.expect_event("requestfailed", lambda request: "/news" in request.url):
        press(first, "New weights")
    context.close()


def test_a_network_of_the_post_is_trained_with_its_settings_in_controls_and_address(
    page: Page,
) -> None:
    page.goto("/?widths=20,3,20&steps=1000000")
    press(page, "Train")
    expect(button(page, "Pause")).to_be_visible()
    for name, widths in (
        ("50-20-3-20-50 selu", "50, 20, 3, 20, 50"),
        ("50-10-50 selu", "50, 10, 50"),
    ):
        follow_link(page, "The post")
        pick(page, "Network", f"The post: {name}")
        page.wait_for_url(f"**row=selu-{name.split()[0]}")
        press(page, "Train it again, live")
        press(page, "Stop it and train this one")
        for _ in range(2):
            expect(page.locator(".sinae-live .name")).to_have_text(f"{name}, 100,000 steps, seed 1")
            expect(box(page, "Hidden layer widths")).to_have_value(widths)
            expect(box(page, "Steps")).to_have_value("100000")
            page.wait_for_url("**/?widths=**steps=100000**")
            page.reload()
    press(page, "Stop")
