"""The server is killed and started again under open pages, in a real browser."""

import re
from collections.abc import Iterator
from itertools import count

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from tests.browser.conftest import ONE_WORKER
from tests.browser.pages import press
from tests.support.server import App, running_app
from tests.support.student import can_train
from tests.support.waiting import wait_for

PATHS = {"train": "", "probe": "probe", "latent_space": "latent_space", "the_post": "the_post"}

ENDLESS = "widths=20,3,20&steps=1000000"
NAME = "20-3-20 selu, 1,000,000 steps, seed 1,"

SETTINGS = {"training": ENDLESS, "paused": ENDLESS, "finished": "widths=20,3,20&steps=100"}

LOST = {
    "training": rf"Your run {NAME} had reached step [\d,]+ of 1,000,000 and is gone",
    "paused": rf"Your run {NAME} was paused at step [\d,]+ of 1,000,000 and is gone",
    "finished": "Your run 20-3-20 selu, 100 steps, seed 1, had finished its 100 steps and is gone",
    "none": "You had no run there, so nothing is lost",
}


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app of these tests' own."""
    with running_app(tmp_path_factory.mktemp("restart") / "app.log", **ONE_WORKER) as running:
        wait_for(lambda: can_train(running.url))
        yield running


@pytest.fixture
def context(browser: Browser, killed: App) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=killed.url)
    yield context
    context.close()


def away(page: Page) -> Locator:
    return page.locator(".sinae-presence .away")


def notice(page: Page) -> Locator:
    return page.locator(".sinae-presence .restarted")


def visit(page: Page, path: str) -> None:
    """Open a page, and wait until it knows its server."""
    page.goto(path)
    expect(page.locator(".sinae-presence")).to_be_attached()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def words(page: Page) -> Locator:
    return page.locator(".sinae-live .words")


def comes(locator: Locator, pattern: str) -> None:
    expect(locator).to_have_text(re.compile(pattern))


def bring_to(page: Page, status: str) -> None:
    """Have a run of this status on the Train page."""
    visit(page, f"/?{SETTINGS.get(status, '')}")
    if status != "none":
        press(page, "Train")
        comes(words(page), "finished" if status == "finished" else "steps a second")
    if status == "paused":
        press(page, "Pause")
        comes(words(page), "paused")


def complaints(app: App) -> list[str]:
    """What the server said of fragments that it does not know."""
    return [line for line in app.log.read_text().splitlines() if "fragment" in line]


SHOWN = {
    "none": ("train", "the_post"),
    "finished": ("train", "latent_space"),
    "paused": ("train", "probe"),
    "training": tuple(PATHS),
}
"""The pages that a visitor with a run of this status has open, the busiest ones last."""


def open_pages(context: BrowserContext, status: str) -> dict[str, Page]:
    """What a visitor with a run of this status has open."""
    pages = {name: context.new_page() for name in SHOWN[status]}
    bring_to(pages["train"], status)
    for name, page in pages.items():
        if name != "train":
            visit(page, f"/{PATHS[name]}")
        expect(away(page)).to_be_hidden()
        expect(notice(page)).to_be_hidden()
    return pages


HIDE = """hidden => {
    Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_every_page_says_what_became_of_the_run_and_works_on(browser: Browser, killed: App) -> None:
    before = len(complaints(killed))
    contexts = {status: browser.new_context(base_url=killed.url) for status in SHOWN}
    visitors = {status: open_pages(context, status) for status, context in contexts.items()}

    hidden = contexts["training"].new_page()
    visit(hidden, "/")
    hidden.evaluate(HIDE, True)

    killed.kill()
    for pages in visitors.values():
        for page in pages.values():
            expect(away(page)).to_contain_text("The server cannot be reached")
        expect(words(pages["train"])).not_to_have_text(re.compile("a second|left"))
    stood = words(visitors["training"]["train"])
    expect(stood).to_have_text(re.compile("^step .* cannot be reached$"))

    killed.start()
    expect(notice(visitors["training"]["train"])).to_be_visible()
    assert notice(hidden).is_hidden()  # a page that nobody sees asks for nothing
    for status, pages in visitors.items():
        for page in pages.values():
            expect(notice(page)).to_contain_text(re.compile(f"was restarted.*{LOST[status]}"))
            expect(away(page)).to_be_hidden()
            expect(page.get_by_role("heading", level=1)).to_be_visible()
        train = pages["train"]
        expect(words(train)).to_have_text("Nothing is trained yet: press Train.")
        expect(train.get_by_role("button", name="Pause", exact=True)).to_have_count(0)

    hidden.evaluate(HIDE, False)
    expect(notice(hidden)).to_contain_text(re.compile(LOST["training"]))

    # The notice leads to the settings, and can be closed.
    page = visitors["finished"]["latent_space"]
    notice(page).get_by_role("link", name="its settings").click()
    widths = page.get_by_role("textbox", name="Hidden layer widths")
    expect(widths).to_have_value(re.compile("^20, ?3, ?20$"))
    expect(notice(page)).to_be_visible()
    press(page, "Close this notice")
    expect(notice(page)).to_be_hidden()
    page.reload()
    expect(widths).to_be_visible()
    expect(notice(page)).to_be_hidden()

    # All that can be pressed does what it says.
    wait_for(lambda: can_train(killed.url))
    for pages in visitors.values():
        train = pages["train"]
        press(train, "Step")
        comes(words(train), "^step 1 of")
        expect(notice(train)).to_be_hidden()  # there is another run
    press(train, "Resume")
    comes(words(train), "steps a second|finished")
    pages = visitors["training"]
    post = pages["the_post"]
    panels = post.get_by_role("img", name=re.compile("^Six example signals"))
    drawn = panels.get_attribute("aria-label")
    assert drawn
    press(post, "Draw other signals")
    expect(panels).not_to_have_attribute("aria-label", drawn)
    pages["probe"].get_by_role("link", name="Latent space").click()
    pages["latent_space"].get_by_role("link", name="Probe").click()
    for page, name in ((pages["probe"], "Latent space"), (pages["latent_space"], "Probe")):
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
    assert len(complaints(killed)) <= before + 1
    for context in contexts.values():
        context.close()


def test_a_page_comes_right_after_each_of_many_restarts(
    context: BrowserContext, killed: App
) -> None:
    page = context.new_page()
    page.clock.set_fixed_time("2026-01-01")  # so that no time passes for the page's patience
    visit(page, "/")
    for _ in range(2):
        killed.kill()
        expect(away(page)).to_be_visible()
        killed.start()
        expect(away(page)).to_be_hidden()  # the server that drew the page answers
        expect(notice(page)).to_be_visible()
    press(page, "Step")
    comes(words(page), "^step 1 of")


def test_a_balancer_that_sends_each_question_elsewhere_has_no_page_reload_for_ever(
    page: Page,
) -> None:
    page.clock.set_fixed_time("2026-01-01")  # so that no time passes for the page's patience
    visit(page, "/?widths=20,3,20&steps=100")
    loads: list[str] = []
    page.on("load", lambda page: loads.append(page.url))
    asked = count()

    def elsewhere(route: Route) -> None:
        route.fulfill(json={"instance": f"another {next(asked)}", "lost": None})

    page.route("**/here", elsewhere)
    with page.expect_event("load"):
        press(page, "Train")
    for _ in range(4):
        with page.expect_request("**/here"):
            pass
    assert len(loads) == 1
