"""The main way through the app, in a real browser, on the real app."""

import json
import re
import urllib.request
from typing import Any

import psutil
import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser import pages
from tests.browser.conftest import ONE_WORKER
from tests.browser.pages import button, loss_chart, press
from tests.support.server import App, running_app
from tests.support.student import can_train
from tests.support.waiting import wait_for

POST = "/?widths=50,20,10,3,10,20,50"
"""The address of the post's deepest network."""

QUIET = "20, 3, 20"
"""A small network, so that these tests leave time to each other."""


def steps_drawn(page: Page) -> int:
    label = loss_chart(page).get_attribute("aria-label") or ""
    found = re.search(r"After ([\d,]+) steps", label)
    return int(found[1].replace(",", "")) if found else 0


def wait_for_steps(page: Page, more_than: int) -> int:
    return wait_for(lambda: steps_drawn(page), lambda steps: steps > more_than)


def plot(page: Page, expression: str) -> Any:
    return loss_chart(page).evaluate(f"plot => {expression}")


def test_a_visitor_trains_zooms_pauses_leaves_and_comes_back(page: Page) -> None:
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))

    def failed(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # as by a page that is left
            problems.append(request.url)

    page.on("requestfailed", failed)
    page.goto("/?steps=1000000")
    widths = page.get_by_role("textbox", name="Hidden layer widths")
    widths.fill(QUIET)
    widths.press("Enter")
    expect(page.get_by_text("101 points go through 3 numbers")).to_be_visible()
    expect(page.get_by_label("Width of hidden layer 3")).to_have_value("20")
    expect(page).to_have_url(re.compile(r"widths=20"))

    press(page, "Train")
    wait_for_steps(page, 0)
    words = page.get_by_text(re.compile(r"step [\d,]+ of 1,000,000 · [\d,]+ steps a second"))
    expect(words).to_be_visible()
    plot(page, "plot.mark = 'the same element'")
    assert plot(page, "plot.layout.yaxis.type") == "log"

    wait_for_steps(page, steps_drawn(page))
    assert plot(page, "plot.mark") == "the same element"

    press(page, "Pause")
    expect(page.get_by_role("button", name="Resume", exact=True)).to_be_visible()
    halted = page.get_by_text(re.compile(r"step [\d,]+ of 1,000,000 · paused")).inner_text()
    paused = int(halted.split()[1].replace(",", ""))
    wait_for(lambda: steps_drawn(page), lambda steps: steps == paused)
    press(page, "Step")  # so it has stood still meanwhile
    assert wait_for_steps(page, paused) == paused + 1

    press(page, "Resume")
    wait_for_steps(page, paused + 1)
    page.get_by_role("link", name="Probe").click()
    expect(page).to_have_url(re.compile("/probe"))
    expect(page.get_by_role("slider", name="Phase")).to_be_visible()
    page.get_by_role("link", name="Train").click()
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    back = wait_for_steps(page, paused + 1)

    page.reload()
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    wait_for_steps(page, back)
    press(page, "Stop")
    expect(page.get_by_role("button", name="Train more", exact=True)).to_be_visible()
    assert problems == []


KEEP_SOCKETS = """
window.sockets = [];
window.WebSocket = class extends WebSocket {
    constructor(...all) { super(...all); window.sockets.push(this); }
};
"""


def test_a_lost_connection_is_taken_up_again(page: Page) -> None:
    page.add_init_script(KEEP_SOCKETS)
    page.goto("/?steps=1000000&widths=20,3,20")
    press(page, "Train")
    before = wait_for_steps(page, 0)
    page.evaluate("sockets.forEach(socket => socket.close())")
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    page.wait_for_function("sockets.length > 1 && sockets.at(-1).readyState === WebSocket.OPEN")
    wait_for_steps(page, max(before, steps_drawn(page)))
    press(page, "Stop")
    expect(page.get_by_role("button", name="Train more", exact=True)).to_be_visible()


LEAVE_AND_PAUSE = """() => {
  const named = (elements, name) => [...elements].find((one) => one.innerText.endsWith(name));
  named(document.links, "Latent space").click();
  named(document.querySelectorAll("button"), "Pause").click();
}"""


def test_a_page_is_shown_also_where_the_one_before_had_asked_for_a_part(page: Page) -> None:
    page.goto(f"/?steps=1000000&widths={QUIET}")
    press(page, "Train")
    expect(button(page, "Pause")).to_be_visible()
    page.evaluate(LEAVE_AND_PAUSE)
    pages.wait_until_shown(page, "Latent space")


def test_zooming_by_hand_lasts_while_training(page: Page) -> None:
    page.goto("/?steps=1000000&widths=20,3,20")
    press(page, "Train")
    wait_for_steps(page, 5000)
    area = loss_chart(page).locator(".nsewdrag").first
    loss_chart(page).scroll_into_view_if_needed()
    box = area.bounding_box()
    assert box
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.2, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.4, y + 2, steps=5)
    page.mouse.up()
    zoomed = plot(page, "plot.layout.xaxis.range")
    assert zoomed[0] > 0
    seen = wait_for_steps(page, steps_drawn(page))
    wait_for_steps(page, seen)
    assert plot(page, "plot.layout.xaxis.range") == zoomed
    press(page, "Stop")


def test_widths_are_edited_in_the_picture(page: Page) -> None:
    page.goto(POST)
    text = page.get_by_role("textbox", name="Hidden layer widths")
    page.get_by_label("Width of hidden layer 4").fill("2")
    page.get_by_label("Width of hidden layer 4").press("Enter")
    expect(text).to_have_value("50, 20, 10, 2, 10, 20, 50")
    press(page, "Remove hidden layer 1")
    expect(text).to_have_value("20, 10, 2, 10, 20, 50")
    press(page, "Add a layer after hidden layer 6")
    expect(text).to_have_value("20, 10, 2, 10, 20, 50, 71")
    page.get_by_label("Width of hidden layer 1").fill("0")
    page.get_by_label("Width of hidden layer 1").press("Enter")
    expect(
        page.get_by_text("Each width is a whole number from 1 to 512; 0 is not.")
    ).to_be_visible()
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_disabled()


CLICK_AT_ONCE = """(button) => {
    const editor = button.getRootNode();
    const click = (label) => editor.querySelector(`[aria-label="${label}"]`).click();
    click("Remove hidden layer 1");
    click("Add a layer after hidden layer 6");
    click("Remove hidden layer 1");
}"""


def test_edits_faster_than_the_page_answers_are_all_kept(page: Page) -> None:
    page.goto(POST)
    page.get_by_label("Remove hidden layer 1").evaluate(CLICK_AT_ONCE)
    text = page.get_by_role("textbox", name="Hidden layer widths")
    expect(text).to_have_value("10, 3, 10, 20, 50, 71")
    steps = page.get_by_role("textbox", name="Steps", exact=True)
    steps.fill("0")
    steps.press("Enter")
    # Its answer comes after all answers to the edits.
    expect(page.get_by_text(re.compile("^The step count is a whole number"))).to_be_visible()
    expect(text).to_have_value("10, 3, 10, 20, 50, 71")
    expect(page.get_by_label("Width of hidden layer 1", exact=True)).to_have_value("10")
    expect(page.get_by_label("Width of hidden layer 6", exact=True)).to_have_value("71")


def test_the_web_process_stays_without_tensorflow_and_closing_leaves_but_the_probe_at_work(
    app: App, page: Page, tmp_path: Any
) -> None:
    with running_app(
        tmp_path / "second.log", **ONE_WORKER
    ) as second:  # beside the first, on the same machine
        wait_for(lambda: can_train(second.url))
        page.goto(second.url + "/?steps=100&widths=5")
        press(page, "Train")
        expect(page.get_by_role("button", name="Train more", exact=True)).to_be_visible()
        for name in ("Latent space", "The post", "Probe"):
            page.get_by_role("link", name=name).click()
            expect(page.get_by_role("heading", level=1, name=re.compile(name))).to_be_visible()
            expect(page.get_by_test_id("stException")).to_have_count(0)
        with urllib.request.urlopen(second.url + "/healthz") as answer:  # noqa: S310
            health = json.load(answer)
        assert health["engine"] is True
        assert health["tensorflow"] is False
        children = psutil.Process(second.process.pid).children(recursive=True)
        assert children
        expect(page.locator(".mse")).to_have_text(re.compile(r"\d"))
        expect(page.get_by_text("Not connected")).to_have_count(0)
    expect(page.get_by_text("Not connected to the server")).to_be_visible()
    error = page.locator(".mse").inner_text()
    page.get_by_role("slider", name="Amplitude", exact=True).fill("7")
    expect(page.locator(".mse")).not_to_have_text(error)
    page.wait_for_url(re.compile("amplitude=7"))
    wait_for(lambda: psutil.wait_procs(children, timeout=0)[1], lambda alive: not alive)
    assert app.process.poll() is None


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_cut_off(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(POST)
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_visible()
    expect(loss_chart(page).locator(".main-svg").first).to_be_visible()
    assert (
        page.evaluate(
            """() => [...document.querySelectorAll('[data-testid="stMain"] *')]
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
            .map(e => e.outerHTML.slice(0, 80))"""
        )
        == []
    )


@pytest.mark.parametrize("typed", ["3,5", "2.000", "-4", "1e1", "x"])
def test_a_width_is_never_another_number_than_was_typed(page: Page, typed: str) -> None:
    page.goto(POST)
    width = page.get_by_label("Width of hidden layer 4")
    width.fill(typed)
    width.press("Enter")
    expect(page.get_by_text(f"from 1 to 512; “{typed}” is not. It stays at 3.")).to_be_visible()
    expect(width).to_have_value("3")
    expect(page.get_by_role("textbox", name="Hidden layer widths")).to_have_value(
        "50, 20, 10, 3, 10, 20, 50"
    )
