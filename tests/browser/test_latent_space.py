"""The latent space page in a real browser: at first, with two latents, without any."""

import math
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import pages
from tests.browser.pages import press


def train(page: Page, widths: str, steps: int = 400, more: str = "") -> None:
    """Train a network, and go to its latent space."""
    pages.train(page, f"steps={steps}&widths={widths}{more}")
    page.get_by_role("link", name="Latent space").click()


def atlas(page: Page) -> Locator:
    return page.get_by_role("img", name=re.compile("signals by latent value"))


def ends(slider: Locator) -> tuple[float, float]:
    """Of the range of a slider."""
    low, high = slider.evaluate("slider => [slider.min, slider.max]")
    return float(low), float(high)


def test_a_first_visitor_finds_a_network_that_comes_with_the_app(page: Page) -> None:
    page.goto("/latent_space")
    expect(page.get_by_role("combobox", name="Network")).to_have_value(
        re.compile("Ours: .* held-out MSE")
    )
    expect(page.get_by_role("img", name=re.compile("signals"))).not_to_have_count(0)
    expect(page.get_by_role("heading", name="Which signals are drawn worst")).to_be_visible()


def test_a_click_on_a_point_shows_its_signal(page: Page) -> None:
    train(page, "20,2,20")
    expect(page.get_by_text("Read from the 2 latent values together")).to_be_visible()
    expect(page.get_by_role("heading", name="What is lost?")).to_be_visible()
    atlas(page).scroll_into_view_if_needed()
    expect(atlas(page).locator(".points .point").first).to_be_visible()
    # The rightmost point: the others leave it room.
    index, x, y = atlas(page).evaluate(
        """plot => {
            const points = plot.calcdata[0], { xaxis, yaxis } = plot._fullLayout;
            const i = points.reduce((best, p, i) => (p.x > points[best].x ? i : best), 0);
            const box = plot.getBoundingClientRect();
            return [i, box.x + xaxis._offset + xaxis.l2p(points[i].x),
                box.y + yaxis._offset + yaxis.l2p(points[i].y)];
        }"""
    )
    page.mouse.move(x, y)
    expect(atlas(page).locator(".hoverlayer .hovertext").first).to_be_visible()
    page.mouse.click(x, y)
    expect(page.get_by_text(f"Signal {index}: amplitude")).to_be_visible()
    atlas(page).evaluate("plot => { plot.mark = 'the same element' }")
    page.get_by_role("radio", name="Phase", exact=True).first.click()
    expect(page.get_by_text("colours go round in a circle")).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("coloured by phase at x = 50"))).to_be_visible()
    assert atlas(page).evaluate("plot => plot.mark") == "the same element"
    page.get_by_role("radio", name="Frequency", exact=True).last.click()
    expect(page.get_by_text("From slow waves (ring) to fast ones")).to_be_visible()


def test_without_hidden_layers_there_is_nothing_to_show(page: Page) -> None:
    train(page, "", 100)
    expect(
        page.get_by_text("A network without hidden layers has no latent values.")
    ).to_be_visible()


def test_a_run_in_training_is_followed_and_read_on_request(page: Page) -> None:
    page.goto("/?steps=1000000&widths=20,1,20")
    press(page, "Train")
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    page.get_by_role("link", name="Latent space").click()
    status = page.get_by_text(re.compile(r"In training: step [\d,]+"))
    expect(status).to_be_visible()
    first = status.inner_text()
    expect(status).not_to_have_text(first)
    page.get_by_role("button", name="Read the latent values now").click()
    expect(page.get_by_text(re.compile(r"Read at step [\d,]+\."))).to_be_visible()
    chosen = page.get_by_role("combobox", name="Network")
    expect(chosen).to_have_value(re.compile("· training$"))
    pages.follow_link(page, "Train")
    press(page, "Pause")
    pages.follow_link(page, "Latent space")
    expect(chosen).to_have_value(re.compile(r"· step [\d,]+ · held-out MSE"))
    expect(page.get_by_text("The address asks for")).to_have_count(0)
    pages.follow_link(page, "Train")
    press(page, "Stop")
    expect(page.get_by_role("button", name="Train more", exact=True)).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_cut_off(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    pages.train(page, "steps=200&widths=20,3,20")
    page.goto("/latent_space")
    expect(atlas(page).locator(".main-svg").first).to_be_visible()
    expect(page.get_by_role("heading", name="Which signals are drawn")).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("The badly drawn signal 3"))).to_be_visible()
    assert (
        page.evaluate(
            """() => [...document.querySelectorAll('[data-testid="stMain"] *')]
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
            .map(e => e.outerHTML.slice(0, 80))"""
        )
        == []
    )


def test_the_worst_drawn_signals_stand_beside_pairs_or_the_word_that_there_are_none(
    page: Page,
) -> None:
    page.goto("/latent_space")
    page.get_by_role("combobox", name="Network").click()
    page.get_by_role("option", name=re.compile("the post's own network, solved")).click()
    expect(page.get_by_text("there are no two with nearly the same code")).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("Two signals with nearly"))).to_have_count(0)
    expect(page.get_by_role("img", name=re.compile(r"The badly drawn signal \d"))).to_have_count(3)
    page.get_by_role("combobox", name="Network").click()
    page.get_by_role("option", name=re.compile("50-20-10-3-10-20-50 selu")).click()
    expect(
        page.get_by_text("For each of them a flat line at zero would do better.")
    ).to_be_visible()


def test_one_phase_for_the_hand_here_and_on_the_probe(page: Page) -> None:
    page.goto("/latent_space")
    pages.wait_until_shown(page, "Latent space")  # with both rows of choices
    page.get_by_role("radio", name="Amplitude", exact=True).last.click()
    expect(page.get_by_text("From faint (ring) to loud (square)")).to_be_visible()
    here = page.get_by_role("group", name="Phase", exact=True).get_by_role("slider")
    expect(here).to_have_count(1)
    assert ends(here) == pytest.approx((0, 2 * math.pi), abs=0.01)
    page.get_by_role("button", name="Help for Phase").hover()
    expect(page.get_by_text("from 0 to 100 radians: about 16 turns")).to_be_visible()
    page.get_by_role("link", name="Probe").click()
    there = page.get_by_role("slider", name="Phase", exact=True)
    expect(there).to_be_visible()
    assert ends(there) == pytest.approx((0, 2 * math.pi), abs=0.01)


@pytest.mark.parametrize("activation", ["relu", "selu"])
def test_a_network_of_one_code_for_all_has_its_page(page: Page, activation: str) -> None:
    train(page, "20,3,20", 300, f"&activation={activation}&learning_rate=1")
    expect(page.get_by_text("No probe reads anything of the signals")).to_be_visible()
    expect(page.get_by_text("this is the most different pair with the same code")).to_be_visible()
    expect(page.get_by_role("img", name=re.compile(r"The badly drawn signal \d"))).to_have_count(3)
    expect(page.get_by_test_id("stException")).to_have_count(0)
