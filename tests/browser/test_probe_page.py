"""The Probe page in a real browser, in the app, after real training."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from tests.browser.pages import assert_nothing_serious, train
from tests.support.server import App
from tests.support.waiting import wait_for


@pytest.fixture(scope="module")
def visitor(browser: Browser, app: App) -> StorageState:
    """A visitor who has trained two networks."""
    context = browser.new_context(base_url=app.url)
    page = context.new_page()
    for widths in ("20, 2, 20", "50, 20, 10, 3, 10, 20, 50"):
        train(page, f"steps=200&widths={widths}")  # to its end, of which the page is told no more
    state = context.storage_state()
    context.close()
    return state


def open_probe(context: BrowserContext, address: str = "/probe") -> Page:
    page = context.new_page()
    page.goto(address)
    expect(page.locator(".mse")).to_have_text(re.compile(r"\d"))
    return page


def drag(page: Page, name: str, moves: int = 60) -> None:
    """Take a slider's handle to its end; the button stays down."""
    slider = page.get_by_role("slider", name=name, exact=True)
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.3, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.9, middle, steps=moves)


def test_dragging_sends_nothing_until_the_hand_rests(known: BrowserContext) -> None:
    page = known.new_page()
    page.clock.install()  # so that a hand can hold still for long at once
    sent: list[Any] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.goto("/probe")
    expect(page.locator(".mse")).to_have_text(re.compile(r"\d"))
    page.get_by_test_id("stApp").and_(
        page.locator("[data-test-script-state=notRunning]")
    ).wait_for()
    sent.clear()
    error = page.locator(".mse").inner_text()
    drag(page, "Amplitude")
    expect(page.locator(".mse")).not_to_have_text(error)
    page.clock.run_for(5000)  # the hand holds still, but has not let go
    assert "amplitude=" not in page.url
    assert sent == []
    page.mouse.up()
    page.wait_for_url(re.compile("amplitude="))
    page.clock.run_for(5000)
    assert len(wait_for(lambda: sent)) == 1


def picture(page: Page) -> list[str]:
    """All that is drawn but the traversal: its trail shows the way to here, which no link tells."""
    return [
        *page.locator(".plot canvas").evaluate_all("(all) => all.map((one) => one.toDataURL())"),
        page.locator(".mse").inner_text(),
        *page.locator(".number").all_inner_texts(),
        *page.locator(".fitted").all_inner_texts(),
    ]


def test_a_link_shows_the_same_picture(known: BrowserContext) -> None:
    page = open_probe(known, "/probe?widths=20%2C+2%2C+20")
    page.get_by_role("switch", name="Beyond the training range").check()
    page.get_by_role("slider", name="Frequency", exact=True).fill("0.31")
    page.get_by_role("button", name="Pin this input").click()
    page.get_by_role("slider", name="Noise", exact=True).fill("0.6")
    page.get_by_role("button", name="New noise").click()
    page.get_by_role("slider", name="Amplitude", exact=True).fill("12.5")
    page.get_by_label("Compare with").select_option(index=1)
    page.get_by_role("button", name="Copy from your signal").click()
    page.get_by_role("switch", name="Fit a sine to it").check()
    expect(page.locator(".legend .other")).to_have_text(re.compile(r"MSE\s*\d"))
    expect(page.locator(".fitted")).to_have_text(re.compile("Closest true sine"))
    page.wait_for_url(re.compile("fit=true"))
    assert "widths=20" in page.url  # what is not the probe's stays
    assert "amplitude=12.5" in page.url
    other = open_probe(known, page.url)
    expect(other.locator(".legend .other")).to_have_text(re.compile(r"MSE\s*\d"))
    wait_for(lambda: picture(other), picture(page).__eq__)


def test_who_leaves_at_once_takes_the_view_to_no_other_address(page: Page) -> None:
    page.clock.install()
    page.goto("/probe")
    expect(page.locator(".mse")).to_have_text(re.compile(r"\d"))
    page.get_by_role("slider", name="Frequency", exact=True).fill("0.31")  # the hand did not rest
    page.evaluate("history.pushState({}, '', '/the_post')")
    page.clock.run_for(5000)
    assert page.url.endswith("/the_post")


@pytest.mark.parametrize("address", ["", "?network=selu-50-3-50&network=sigmoid-10"])
def test_the_network_that_an_address_shows_has_its_weights(page: Page, address: str) -> None:
    page.goto(f"/probe{address}")
    error = page.locator(".mse")
    picker = page.get_by_label("Network", exact=True)
    if not address:  # an entry of the history names another one than was chosen last
        picker.select_option("selu-50-3-50")
        page.wait_for_url("**network=selu-50-3-50**")
        page.get_by_role("link", name="Train").click()
        page.wait_for_url(lambda url: "/probe" not in url)  # else the history lacks it
        page.get_by_role("link", name="Probe").click()
        picker.select_option("sigmoid-10")
        page.wait_for_url("**network=sigmoid-10**")
        for _ in range(2):
            page.go_back()
    expect(page.get_by_role("slider", name="Phase", exact=True)).to_be_visible()
    expect(picker).to_have_value("selu-50-3-50")
    expect(error).to_have_text(re.compile(r"\d"))


def test_coming_back_to_the_page_finds_it_as_it_was(known: BrowserContext) -> None:
    page = open_probe(known)
    page.get_by_role("slider", name="Frequency", exact=True).fill("0.31")
    page.wait_for_url(re.compile("frequency=0.31"))
    page.get_by_role("link", name="Train").click()
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_visible()
    page.get_by_role("link", name="Probe").click()
    slider = page.get_by_role("slider", name="Frequency", exact=True)
    expect(slider).to_have_value("0.31")


def test_it_follows_while_a_network_learns(page: Page) -> None:
    page.goto("/?steps=1000000")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(
        page.get_by_text(re.compile(r"step [\d,]+ of 1,000,000 · [\d,]+ steps a second"))
    ).to_be_visible()
    page.get_by_role("link", name="Probe").click()
    error = page.locator(".mse")
    expect(error).to_have_text(re.compile(r"\d"))
    slider = page.get_by_role("slider", name="Phase", exact=True)
    slider.fill("3.2")
    slider.focus()
    handle = slider.element_handle()
    for _ in range(3):
        expect(error).not_to_have_text(error.inner_text())
    expect(slider).to_have_value("3.2")
    expect(slider).to_be_focused()
    assert handle.evaluate("(element) => element.isConnected")
    page.get_by_role("link", name="Train").click()
    page.get_by_role("button", name="Stop").click()


def test_a_network_that_stopped_answering_says_so_while_it_trains(page: Page) -> None:
    page.goto("/?activation=relu&learning_rate=1&steps=1000000")
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_role("link", name="Probe").click()
    warning = page.get_by_role("status").and_(page.locator(".warning"))
    expect(warning).to_have_text(re.compile("same code"))
    expect(warning).to_be_in_viewport()
    page.get_by_label("Network", exact=True).select_option(index=1)
    expect(warning).to_have_text("")
    page.get_by_role("link", name="Train").click()
    page.get_by_role("button", name="Stop").click()


def test_a_first_visitor_probes_a_network_that_comes_with_the_app(page: Page) -> None:
    page.goto("/probe")
    expect(page.locator(".mse")).to_have_text(re.compile(r"\d"))
    expect(page.get_by_text(re.compile("step [0-9,]+ · held-out MSE"))).to_be_visible()


def test_a_link_of_theirs_shows_that_network_to_others(page: Page, known: BrowserContext) -> None:
    page.goto("/probe")
    expect(page.locator(".mse")).to_have_text(re.compile(r"\d"))
    page.get_by_role("slider", name="Frequency", exact=True).fill("0.31")
    page.wait_for_url(re.compile("frequency=0.31"))
    shown = page.get_by_label("Network", exact=True).input_value()
    other = open_probe(known, page.url)  # whose own newest run would come first
    expect(other.get_by_label("Network", exact=True)).to_have_value(shown)
    expect(other.locator(".mse")).to_have_text(page.locator(".mse").inner_text())


def test_a_newly_trained_network_is_shown_rather_than_the_last_one(page: Page) -> None:
    page.goto("/probe")
    expect(page.locator(".mse")).to_have_text(re.compile(r"\d"))
    picker = page.get_by_label("Network", exact=True)
    picker.select_option(index=1)
    preset = picker.input_value()
    page.wait_for_url(re.compile(f"network={preset}"))
    page.get_by_role("link", name="Train").click()
    page.get_by_role("button", name="Step", exact=True).click()
    page.get_by_text("step 1 of").wait_for()
    page.get_by_role("link", name="Probe").click()
    expect(page.locator(".mse")).to_have_text(re.compile(r"\d"))
    assert picker.input_value() != preset


LOOK = """() => {
    const roots = [...document.querySelectorAll("*")].map((element) => element.shadowRoot);
    const probe = roots.map((root) => root?.querySelector(".probe")).find(Boolean);
    const selector = "input, button, select, canvas, h2, label, figcaption, svg, li";
    const leaves = [...probe.querySelectorAll(selector)].filter((element) =>
        element.checkVisibility({ visibilityProperty: true }) &&
        !element.closest(".bars, .handles, .announcement"));
    const boxes = leaves.map((element) => [element, element.getBoundingClientRect()]);
    const name = (element) => element.tagName + " " + element.textContent.slice(0, 30);
    const wrong = [];
    for (const [element, box] of boxes) {
        if (box.left < 0 || box.right > innerWidth + 0.5) wrong.push(`cut off: ${name(element)}`);
        for (const [other, its] of boxes) {
            if (element === other || element.contains(other) || other.contains(element)) continue;
            const wide = Math.min(box.right, its.right) - Math.max(box.left, its.left);
            const high = Math.min(box.bottom, its.bottom) - Math.max(box.top, its.top);
            if (wide > 1 && high > 1) wrong.push(`overlap: ${name(element)} with ${name(other)}`);
        }
    }
    return wrong;
}"""


@pytest.mark.parametrize("width", [1280, 390])
def test_looks(browser: Browser, app: App, visitor: StorageState, width: int) -> None:
    context = browser.new_context(
        base_url=app.url,
        storage_state=visitor,
        viewport={"width": width, "height": 900},
    )
    page = open_probe(context, "/probe?frequency=0.6&beyond=true&noise=0.5&fit=true")
    page.get_by_label("Compare with").select_option(index=1)
    page.get_by_role("button", name="Pin this input").click()
    page.get_by_role("spinbutton", name="Phase value").fill("7")
    expect(page.get_by_text("Phase goes from 0 to 6.28319.")).to_be_visible()
    expect(page.locator(".legend .other")).to_have_text(re.compile(r"MSE\s*\d"))
    expect(page.locator(".fitted")).to_have_text(re.compile("Closest true sine"))
    page.wait_for_url(re.compile("pinned="))
    wait_for(lambda: page.evaluate(LOOK), [].__eq__)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert_nothing_serious(page)
    assert page.evaluate(LOOK) == []  # in the dark theme too
    context.close()
