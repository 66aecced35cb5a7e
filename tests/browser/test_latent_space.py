"""The latent space page in a real browser: at first, with two latents, without any."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect


def train(page: Page, widths: str, steps: int = 400) -> None:
    page.goto(f"/?steps={steps}&widths={widths}")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_role("button", name="Train more", exact=True)).to_be_visible(timeout=60_000)
    page.goto("/latent_space")


def atlas(page: Page) -> Locator:
    return page.get_by_role("img", name=re.compile("signals by latent value"))


def test_a_first_visitor_finds_a_network_that_comes_with_the_app(page: Page) -> None:
    page.goto("/latent_space")
    expect(page.get_by_role("combobox", name="Network")).to_have_value(
        re.compile("Ours: .* held-out MSE")
    )
    expect(page.get_by_role("img", name=re.compile("signals"))).not_to_have_count(0)
    expect(page.get_by_role("heading", name="How many numbers")).to_be_visible(timeout=60_000)


def test_a_click_on_a_point_shows_its_signal(page: Page) -> None:
    train(page, "20,2,20")
    expect(page.get_by_text("Read from the 2 latent values together")).to_be_visible(timeout=60_000)
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
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    page.goto("/latent_space")
    status = page.get_by_text(re.compile(r"In training: step [\d,]+"))
    expect(status).to_be_visible(timeout=60_000)
    first = status.inner_text()
    expect(status).not_to_have_text(first)
    page.get_by_role("button", name="Read the latent values now").click()
    expect(page.get_by_text(re.compile(r"Read at step [\d,]+\."))).to_be_visible(timeout=60_000)
    page.goto("/")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_role("button", name="Train more", exact=True)).to_be_visible()


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_cut_off(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    train(page, "20,3,20", 200)
    expect(atlas(page).locator(".main-svg").first).to_be_visible()
    expect(page.get_by_role("heading", name="What is lost?")).to_be_visible(timeout=60_000)
    assert (
        page.evaluate(
            """() => [...document.querySelectorAll('[data-testid="stMain"] *')]
            .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
            .map(e => e.outerHTML.slice(0, 80))"""
        )
        == []
    )
