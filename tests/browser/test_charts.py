"""Charts in a real browser: under fingers and keys, as saved pictures, and when drawing fails."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Download, Locator, Page, ViewportSize, expect

from tests.browser.pages import loss_chart, press, train
from tests.support.server import App

PHONE: ViewportSize = {"width": 390, "height": 664}
PAGES = {"/": 2, "/latent_space": 4, "/how_many_numbers": 1, "/the_post": 5}
"""How many charts a page shows at least to a first visitor."""

VIEW = """plot => JSON.stringify(Object.entries(plot.layout)
    .filter(([name]) => /axis|scene/.test(name))
    .map(([name, part]) => [name, part.range, part.camera?.eye]),
    (_, value) => (typeof value === 'number' ? Number(value.toFixed(6)) : value))"""

WATCH_SCROLLING = """
addEventListener('scroll', () => { window.scrolls = true; }, true);
addEventListener('scrollend', () => { window.scrolls = false; }, true);
"""

FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex], [contenteditable]"


@pytest.fixture
def phone(browser: Browser, app: App) -> Iterator[Page]:
    """A page on a small screen that is touched."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, base_url=app.url)
    context.add_init_script(WATCH_SCROLLING)
    yield context.new_page()
    context.close()


def drawn(page: Page, path: str) -> list[Locator]:
    """The charts of a page, once all are there."""
    page.goto(path)
    charts = page.locator(".sinae-chart")
    expect(charts.nth(PAGES[path] - 1)).to_be_attached()
    if path == "/latent_space":
        expect(page.get_by_role("heading", name="Which signals are drawn worst")).to_be_visible()
    expect(page.locator(".sinae-chart-tools:not(.ready)")).to_have_count(0)
    return charts.all()


def tool(chart: Locator, name: str) -> Locator:
    return chart.locator("..").get_by_role("button", name=name, exact=True)


def scrolled(page: Page) -> float:
    return float(page.get_by_test_id("stMain").evaluate("main => main.scrollTop"))


def swipe(page: Page, chart: Locator, across: int, up: int) -> None:
    """Move a finger that comes down in the middle of a chart."""
    into_the_middle(chart)
    box = chart.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    session = page.context.new_cdp_session(page)

    def touch(kind: str, *points: dict[str, float]) -> None:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    touch("touchStart", {"x": x, "y": y})
    for i in range(1, 11):
        touch("touchMove", {"x": x - across * i / 10, "y": y - up * i / 10})
    touch("touchEnd")


def into_the_middle(chart: Locator) -> None:
    chart.evaluate("plot => plot.scrollIntoView({ block: 'center', behavior: 'instant' })")


def assert_that_swipes_scroll(page: Page, charts: list[Locator]) -> None:
    for chart in charts:
        into_the_middle(chart)
        before, view = scrolled(page), chart.evaluate(VIEW)
        down = before < 200  # else up: the page may be at its end
        swipe(page, chart, 10, 150 if down else -150)
        page.wait_for_function(
            "before => Math.abs(document.querySelector('[data-testid=stMain]').scrollTop - before)"
            " > 100",
            arg=before,
        )
        page.wait_for_function("!window.scrolls")  # it glides on
        assert chart.evaluate(VIEW) == view


@pytest.mark.parametrize("path", PAGES)
def test_a_swipe_that_starts_on_a_chart_scrolls_the_page(phone: Page, path: str) -> None:
    assert_that_swipes_scroll(phone, drawn(phone, path))


def test_a_swipe_on_a_flat_atlas_scrolls_and_a_tap_chooses(phone: Page) -> None:
    drawn(phone, "/latent_space")
    phone.get_by_role("radio", name="Two at a time").click()
    atlas = phone.get_by_role("img", name=re.compile(r"signals by latent values \d+ and \d+,"))
    expect(atlas.locator(".points .point").first).to_be_visible()
    assert_that_swipes_scroll(phone, [atlas])
    into_the_middle(atlas)
    index, x, y = atlas.evaluate(
        """plot => {
            const points = plot.calcdata[0], { xaxis, yaxis } = plot._fullLayout;
            const i = points.reduce((best, p, i) => (p.x > points[best].x ? i : best), 0);
            const box = plot.getBoundingClientRect();
            return [i, box.x + xaxis._offset + xaxis.l2p(points[i].x),
                box.y + yaxis._offset + yaxis.l2p(points[i].y)];
        }"""
    )
    phone.touchscreen.tap(x, y)
    expect(phone.get_by_text(f"Signal {index}: amplitude")).to_be_visible()


def test_turning_by_hand_takes_a_button_and_lasts(phone: Page) -> None:
    drawn(phone, "/latent_space")
    atlas = phone.get_by_role("img", name=re.compile("signals by latent values 1, 2 and 3"))
    into_the_middle(atlas)
    turn = tool(atlas, "Turn by hand")
    expect(turn).to_have_attribute("aria-pressed", "false")
    turn.tap()
    expect(turn).to_have_attribute("aria-pressed", "true")
    into_the_middle(atlas)
    before, view = scrolled(phone), atlas.evaluate(VIEW)
    swipe(phone, atlas, 60, 60)
    phone.wait_for_function(
        f"([plot, view]) => ({VIEW})(plot) !== view", arg=[atlas.element_handle(), view]
    )
    turned = atlas.evaluate(VIEW)
    assert scrolled(phone) == before
    phone.get_by_role("radio", name="Frequency", exact=True).first.click()
    coloured = phone.get_by_role("img", name=re.compile("coloured by frequency"))
    expect(coloured).to_be_visible()
    phone.wait_for_function("plot => plot.data[0].marker.cmax < 1", arg=coloured.element_handle())
    assert coloured.evaluate(VIEW) == turned
    turn.tap()
    assert_that_swipes_scroll(phone, [coloured])


PROJECT = """plot => {
    const { glplot, dataScale } = plot._fullLayout.scene._scene;
    const { model, view, projection } = glplot.cameraParams;
    const times = (m, v) => [0, 1, 2, 3].map(
        row => v.reduce((sum, value, column) => sum + m[4 * column + row] * value, 0));
    const { x, y, z } = plot._fullData[0];
    const seen = Array.from(x, (_, i) => {
        const [a, b, c, w] = times(projection, times(view, times(model,
            [x[i] * dataScale[0], y[i] * dataScale[1], z[i] * dataScale[2], 1])));
        return { i, a: a / w, b: b / w, depth: c / w };
    });
    const { i, a, b } = seen.reduce((best, p) => (p.depth < best.depth ? p : best));
    const box = plot.querySelector('canvas').getBoundingClientRect();
    return [i, box.x + (0.5 + a / 2) * box.width, box.y + (0.5 - b / 2) * box.height];
}"""


def test_a_tap_on_a_point_in_space_chooses_it(phone: Page) -> None:
    drawn(phone, "/latent_space")
    atlas = phone.get_by_role("img", name=re.compile("signals by latent values 1, 2 and 3"))
    into_the_middle(atlas)
    index, x, y = atlas.evaluate(PROJECT)
    view = atlas.evaluate(VIEW)
    phone.touchscreen.tap(x, y)
    expect(phone.get_by_text(f"Signal {index}: amplitude")).to_be_visible()
    assert atlas.evaluate(VIEW) == view


def test_every_chart_is_one_image_with_its_buttons_beside_it_and_saved_under_a_name_of_its_own(
    page: Page, tmp_path: Any
) -> None:
    names = []
    for path in PAGES:
        for chart in drawn(page, path):
            assert_one_image_with_buttons(page, chart)
            download, picture = saved(page, chart, tmp_path)
            names.append(download.suggested_filename)
            assert picture.getpixel((1, 1)) == (255, 255, 255, 255)
            assert picture.width == 2000
    assert len(set(names)) == len(names)
    assert [name for name in names if not re.fullmatch(r"sinae(-[a-z0-9]+)+\.png", name)] == []


def assert_one_image_with_buttons(page: Page, chart: Locator) -> None:
    assert chart.get_attribute("role") == "img"
    assert chart.locator(FOCUSABLE).count() == 0
    tools = chart.locator("..").get_by_role("group", name="Chart")
    names = tools.locator("button:visible").evaluate_all("all => all.map(one => one.title)")
    static, fixed = chart.evaluate(
        """plot => [plot.layout.meta.config?.staticPlot ?? false,
            !plot.layout.scene && plot.layout.xaxis.fixedrange === true]"""
    )
    zoom = [] if static or fixed else ["Zoom in", "Zoom out", "Reset view"]
    assert names == [*zoom, "Save picture"]
    save = tool(chart, "Save picture")
    box, row = save.bounding_box(), tools.bounding_box()
    frame = chart.bounding_box()
    assert box
    assert row
    assert frame
    assert min(box["width"], box["height"]) >= 24
    assert row["y"] + row["height"] <= frame["y"]  # so that it covers no legend
    save.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(save).to_be_focused()
    assert save.evaluate("button => getComputedStyle(button).outlineStyle") == "solid"


def range_of(chart: Locator) -> list[float]:
    low, high = chart.evaluate("plot => plot.layout.xaxis.range")
    return [low, high]


def test_a_zoom_by_the_buttons_lasts_while_training_until_it_is_reset(page: Page) -> None:
    page.goto("/?steps=1000000&widths=20,3,20")
    press(page, "Train")
    chart = loss_chart(page)
    next_figure(page, chart)
    tool(chart, "Zoom in").click()
    zoomed = range_of(chart)
    assert zoomed[0] > 0
    for _ in range(2):
        next_figure(page, chart)
    assert range_of(chart) == zoomed
    tool(chart, "Zoom out").click()
    assert range_of(chart)[0] < zoomed[0]
    tool(chart, "Reset view").click()
    assert range_of(chart)[0] == 0
    end = range_of(chart)[1]
    while range_of(chart)[1] == end:
        next_figure(page, chart)
    press(page, "Stop")


def next_figure(page: Page, chart: Locator) -> None:
    """Wait until a later step is drawn."""
    drawn = "plot.data?.find(({ name }) => name === 'held-out')?.x.bdata"
    last = chart.evaluate(f"plot => {drawn} ?? null")
    page.wait_for_function(
        f"([plot, last]) => {drawn} && {drawn} !== last", arg=[chart.element_handle(), last]
    )


def saved(page: Page, chart: Locator, folder: Any) -> tuple[Download, Image.Image]:
    with page.expect_download() as started:
        tool(chart, "Save picture").click()
    path = folder / started.value.suggested_filename
    started.value.save_as(path)
    picture = Image.open(path)
    assert picture.format == "PNG"
    return started.value, picture.convert("RGBA")


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_a_saved_picture_is_named_after_its_run_and_fit_for_paper(
    page: Page, tmp_path: Any, scheme: Any
) -> None:
    page.emulate_media(color_scheme=scheme)
    train(page, "widths=20,3,20&steps=100&batch_size=50&seed=7")
    chart = loss_chart(page)
    download, picture = saved(page, chart, tmp_path)
    assert download.suggested_filename == "sinae-20-3-20-selu-seed-7-step-100-mse.png"
    pixels = np.asarray(picture)
    assert (pixels == 255).all(axis=2).mean() > 0.7
    assert (pixels[..., 3] == 255).all()
    title = pixels[:140, :1000, :3]  # dark, above the legend
    assert (title.max(axis=2) < 100).sum() > 1000
    assert (pixels[:12, :, :3] == 255).all()  # and not cut off
    words = chart.evaluate("plot => plot.layout.meta.title")
    assert words.startswith("Mean squared error against training steps\n20-3-20 selu, 100 steps, ")
    assert "batches of 50, seed 7\nstep 100 · held-out MSE " in words


def test_what_goes_wrong_in_drawing_is_told_at_the_chart_and_tried_again(page: Page) -> None:
    page.goto("/?steps=1000000&widths=20,3,20")
    press(page, "Train")
    chart = loss_chart(page)
    next_figure(page, chart)
    page.evaluate(
        """() => {
            window.whole = Plotly.react;
            Plotly.react = () => { throw new Error("a fault of drawing"); };
        }"""
    )
    told = chart.locator("..").get_by_role("alert")
    expect(told).to_have_text("This chart could not be drawn: a fault of drawing")
    words = page.locator(".sinae-live .words")
    expect(words).not_to_have_text(words.inner_text())  # the news go on
    page.evaluate("() => { Plotly.react = whole; }")
    expect(told).to_have_count(0)
    next_figure(page, chart)
    # What goes wrong beside the charts is no lost connection either.
    with page.expect_event("pageerror") as fault:
        page.evaluate("document.querySelector('.sinae-live .held-out').remove()")
    assert "null" in str(fault.value)
    press(page, "Stop")


def test_charts_without_their_program_say_so(page: Page) -> None:
    page.route("**/plotly-*.min.js", lambda route: route.abort())
    page.goto("/the_post")
    told = page.get_by_role("alert").filter(has_text="This chart could not be drawn")
    expect(told).to_have_count(PAGES["/the_post"])
    expect(told.first).to_contain_text("Reload the page to try again.")
