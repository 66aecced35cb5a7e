"""The Probe page in a real browser: in the app after real training, and the component by itself."""

import base64
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, StorageState, expect

from sinae.experiment import Experiment
from sinae.network import Network
from sinae.signals import AMPLITUDE, FREQUENCY, PARAMETERS, PHASE, evaluate
from sinae.ui.components import ASSETS_PATH, ProbeNetwork
from tests.server import App, running_app

# The component by itself, with weights of our own choice.


def network(experiment: Experiment, seed: int = 0, scale: float = 0.2) -> ProbeNetwork:
    """A network with random weights."""
    generator = np.random.default_rng(seed)
    weights = generator.normal(0, scale, experiment.weight_count).astype(np.float32)
    return ProbeNetwork(f"run{seed}", f"network {seed}", "", experiment, True, weights)


Mount = Callable[..., Page]


@pytest.fixture
def mount(page: Page, app: App) -> Mount:
    """Places the probe's module into an empty page of the app's, or gives it newer data."""
    page.goto(f"{app.url}{ASSETS_PATH}/words.js")
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.evaluate("document.body.innerHTML = '<div id=place></div>'; window.views = []")

    def place(*networks: ProbeNetwork, view: str = "") -> Page:
        data = {
            "parameters": [
                {"key": p.name.lower(), **{k: getattr(p, k) for k in p.__slots__}}
                for p in PARAMETERS
            ],
            "networks": [n.to_data() for n in networks],
            "view": view,
        }
        page.evaluate(
            """async ([path, data]) => {
                const { default: probe } = await import(path);
                const parentElement = document.querySelector("#place");
                const setStateValue = (_, view) => window.views.push(view);
                probe({ data, parentElement, setStateValue });
            }""",
            [f"{ASSETS_PATH}/probe.js", data],
        )
        return page

    return place


def bars(page: Page) -> Locator:
    return page.get_by_role("list", name="Latent values").get_by_role("listitem")


def numbers(locator: Locator) -> list[float]:
    return [float(text.replace("−", "-")) for text in locator.locator(".number").all_inner_texts()]


def test_error_and_latents_agree_with_numpy(mount: Mount) -> None:
    shown = network(Experiment(widths=(30, 4, 30)))
    page = mount(shown, view="phase=2&frequency=0.2&amplitude=7")
    assert shown.weights is not None
    oracle = Network.from_weights(shown.experiment, shown.weights)
    signal = evaluate(np.array([[2, 0.2, 7]], np.float32))
    expect(page.locator(".mse")).to_have_text(f"{oracle.mean_squared_error(signal):#.3g}")
    np.testing.assert_allclose(numbers(bars(page)), oracle.encode(signal)[0], atol=0.006)


def test_new_weights_change_the_picture_and_nothing_else(mount: Mount) -> None:
    experiment = Experiment(widths=(30, 3, 30))
    page = mount(network(experiment))
    slider = page.get_by_role("slider", name="Frequency", exact=True)
    slider.fill("0.3")
    slider.focus()
    handle = slider.element_handle()
    before = page.locator(".mse").inner_text()
    newer = network(experiment, seed=1)
    mount(ProbeNetwork("run0", "network 0", "", experiment, True, newer.weights))
    expect(page.locator(".mse")).not_to_have_text(before)
    expect(slider).to_be_focused()
    expect(slider).to_have_value("0.3")
    assert handle.evaluate("(element) => element.isConnected")


def test_no_network_draws_the_input(mount: Mount) -> None:
    page = mount()
    expect(page.get_by_text("Nothing is trained yet")).to_be_visible()
    page.get_by_role("slider", name="Amplitude", exact=True).fill("8")
    expect(page.get_by_role("img", name=re.compile("amplitude 8.00"))).to_be_visible()


def test_untrained_run(mount: Mount) -> None:
    page = mount(ProbeNetwork("run", "network", "", Experiment(), False, None))
    expect(page.get_by_text("This network has not been trained yet")).to_be_visible()


def test_no_hidden_layer(mount: Mount) -> None:
    page = mount(network(Experiment(widths=())))
    expect(page.locator(".mse")).to_have_text(re.compile(r"\d"))
    expect(page.get_by_text("there are no latent values")).to_be_visible()
    expect(page.get_by_text("no decoder of its own")).to_be_visible()


def test_weights_that_are_no_numbers(mount: Mount) -> None:
    experiment = Experiment(widths=(20, 3, 20))
    weights = np.full(experiment.weight_count, np.nan, np.float32)
    page = mount(ProbeNetwork("run", "network", "", experiment, True, weights))
    expect(page.get_by_text("is not a finite number, so there is nothing to draw")).to_be_visible()
    expect(page.locator(".mse")).to_have_text("–")
    expect(bars(page)).to_have_count(3)
    page.get_by_role("button", name="Send to latents").click()
    page.get_by_role("slider", name="Phase", exact=True).fill("3")
    expect(page.get_by_role("slider", name="Phase", exact=True)).to_have_value("3")


@pytest.mark.parametrize(("size", "rows"), [(1, 1), (2, 2), (64, 64), (512, 64)])
def test_any_number_of_latents(mount: Mount, size: int, rows: int) -> None:
    page = mount(network(Experiment(widths=(size,))))
    expect(bars(page)).to_have_count(rows)
    expect(page.get_by_role("slider", name=re.compile(r"^Latent \d+$"))).to_have_count(rows)
    if rows < size:
        expect(page.get_by_text(f"The first {rows} of {size} are shown")).to_be_visible()


def test_keyboard_and_typing(mount: Mount) -> None:
    page = mount(network(Experiment(widths=(3,))))
    slider = page.get_by_role("slider", name="Frequency", exact=True)
    box = page.get_by_role("spinbutton", name="Frequency value")
    for key, value in [
        ("End", FREQUENCY.high),
        ("ArrowLeft", FREQUENCY.high - FREQUENCY.step),
        ("Home", FREQUENCY.low),
        ("ArrowUp", FREQUENCY.low + FREQUENCY.step),
    ]:
        slider.press(key)
        assert float(slider.input_value()) == pytest.approx(value)
        assert float(box.input_value()) == pytest.approx(value)
    for key, direction in [("PageUp", 1), ("PageDown", -1)]:
        before = float(slider.input_value())
        slider.press(key)
        assert direction * (float(slider.input_value()) - before) > 2 * FREQUENCY.step
    expect(slider).to_have_attribute(
        "aria-valuetext", re.compile(r"radians per point.*points long")
    )
    box.fill("0.23456")
    box.press("Tab")
    page.wait_for_timeout(1000)
    assert "frequency=0.23456" in page.evaluate("window.views").pop()
    box.fill("0.7")
    expect(page.get_by_text("Frequency goes from 0.03 to 0.5.")).to_be_visible()
    expect(slider).to_have_value(str(FREQUENCY.high))
    box.fill("")
    expect(page.get_by_text("Frequency is a number from 0.03 to 0.5.")).to_be_visible()


def test_beyond_the_training_range(mount: Mount) -> None:
    page = mount(network(Experiment(widths=(3,))))
    switch = page.get_by_role("switch", name="Beyond the training range")
    switch.check()
    for parameter in PARAMETERS:
        slider = page.get_by_role("slider", name=parameter.name, exact=True)
        slider.press("End")
        assert float(slider.input_value()) == parameter.widest
    expect(page.get_by_text("outside the training range")).to_be_visible()
    switch.uncheck()
    for parameter in PARAMETERS:
        slider = page.get_by_role("slider", name=parameter.name, exact=True)
        assert float(slider.input_value()) == parameter.high


def test_send_to_latents_draws_the_reconstruction(mount: Mount) -> None:
    page = mount(network(Experiment(widths=(20, 3, 20))), view="phase=2&amplitude=7")
    page.get_by_role("button", name="Send to latents").click()
    boxes = page.get_by_role("spinbutton", name=re.compile(r"^Latent \d value$"))
    sent = [float(box.input_value()) for box in boxes.all()]
    np.testing.assert_allclose(sent, numbers(bars(page)), atol=0.01)


def test_fit_a_sine_and_use_it(mount: Mount) -> None:
    page = mount(network(Experiment(widths=(20, 3, 20)), scale=0.5), view="latents=1 2 3")
    take = page.get_by_role("button", name="Use this sine")
    expect(take).to_be_disabled()
    page.get_by_role("switch", name="Fit a sine to it").check()
    fitted = page.locator(".fitted")
    expect(fitted).to_have_text(re.compile(r"Closest true sine: .* MSE of"))
    take.click()
    said = re.findall(r"(phase|frequency|amplitude) (\d+\.\d+)", fitted.inner_text())
    assert len(said) == 3
    for name, value in said:
        box = page.get_by_role("spinbutton", name=f"{name.capitalize()} value")
        # The probe offers amplitudes from 0.1 to 20.
        wanted = np.clip(float(value), 0.1, 20) if name == "amplitude" else float(value)
        assert float(box.input_value()) == pytest.approx(wanted, abs=0.01)


def test_fitted_sine_is_the_closest(mount: Mount) -> None:
    generator = np.random.default_rng(0)
    parameters = generator.uniform([0, 0.03, 0.1], [6.28, 1, 20], (30, 3))
    found = mount().evaluate(
        """async ([path, all]) => {
            const { fitSine, sine } = await import(path);
            return all.map(([phase, frequency, amplitude]) => {
                const fit = fitSine(sine({ phase, frequency, amplitude }), 0.03, 1);
                return [fit.phase, fit.frequency, fit.amplitude, fit.mse];
            });
        }""",
        [f"{ASSETS_PATH}/sine.js", parameters.tolist()],
    )
    for true, (phase, frequency, amplitude, mse) in zip(parameters, found, strict=True):
        x = np.arange(101.0)
        drawn = amplitude * np.sin(x * frequency - phase)
        np.testing.assert_allclose(drawn, true[2] * np.sin(x * true[1] - true[0]), atol=1e-3)
        assert mse < 1e-6


def test_noise_and_a_second_network(mount: Mount) -> None:
    first, second = (network(Experiment(widths=(20, 3, 20)), seed) for seed in (0, 1))
    page = mount(first, second)
    page.get_by_role("slider", name="Noise", exact=True).fill("1")
    expect(page.get_by_text("Against the clean sine: noisy input")).to_be_visible()
    page.get_by_label("Compare with").select_option("network 1")
    expect(page.locator(".legend .other")).to_have_text(re.compile(r"MSE\s*\d"))


def test_play_moves_and_tells_nobody(mount: Mount) -> None:
    page = mount(network(Experiment(widths=(20, 3, 20))))
    slider = page.get_by_role("slider", name="Phase", exact=True)
    before = slider.input_value()
    play = page.get_by_role("button", name="Play phase")
    play.click()
    expect(play).to_have_attribute("aria-pressed", "true")
    expect(slider).not_to_have_value(before)
    page.wait_for_timeout(1000)
    assert page.evaluate("window.views") == []
    play.click()
    expect(play).to_have_attribute("aria-pressed", "false")
    page.wait_for_timeout(800)
    assert "phase=" in page.evaluate("window.views").pop()


def test_reduced_motion_gives_single_steps(mount: Mount, page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    mount(network(Experiment(widths=(3,))))
    slider = page.get_by_role("slider", name="Phase", exact=True)
    expect(page.get_by_role("button", name="Play phase")).to_have_count(0)
    page.get_by_role("button", name="Step phase").click()
    # To a notch of the slider: one of 24 steps of a turn.
    assert float(slider.input_value()) == pytest.approx(PHASE.start + 2 * np.pi / 24, abs=0.03)
    stands = slider.input_value()
    page.wait_for_timeout(500)
    assert slider.input_value() == stands


@pytest.mark.parametrize(
    "query",
    ["phase=1e999&frequency=x&amplitude=-5", "pinned=1+2&latents=a&noise=NaN", "beyond=maybe&fit="],
)
def test_an_address_that_says_nonsense_is_the_start(mount: Mount, query: str) -> None:
    page = mount(network(Experiment(widths=(3,))), view=query)
    expect(page.get_by_role("slider", name="Phase", exact=True)).to_have_value(str(PHASE.start)[0])
    amplitude = float(page.get_by_role("slider", name="Amplitude", exact=True).input_value())
    assert AMPLITUDE.low <= amplitude <= AMPLITUDE.high


# In the app.


@pytest.fixture(scope="module")
def visitor(browser: Browser, app: App) -> StorageState:
    """A visitor who has trained two networks."""
    context = browser.new_context(base_url=app.url)
    page = context.new_page()
    for widths in ("20, 2, 20", "50, 20, 10, 3, 10, 20, 50"):
        page.goto(f"/?steps=200&widths={widths}")
        page.get_by_role("button", name="Train", exact=True).click()
        page.get_by_text("200 of 200").wait_for(timeout=120_000)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def known(browser: Browser, app: App, visitor: StorageState) -> Iterator[BrowserContext]:
    """A browser of that visitor's."""
    context = browser.new_context(base_url=app.url, storage_state=visitor)
    yield context
    context.close()


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
    sent: list[Any] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.goto("/probe")
    expect(page.locator(".mse")).to_have_text(re.compile(r"\d"))
    page.wait_for_timeout(1500)
    sent.clear()
    error = page.locator(".mse").inner_text()
    drag(page, "Amplitude")
    page.wait_for_timeout(1000)  # the hand holds still, but has not let go
    assert page.locator(".mse").inner_text() != error
    assert sent == []
    page.mouse.up()
    page.wait_for_timeout(1500)
    assert len(sent) == 1


def picture(page: Page) -> list[str]:
    return [
        *page.locator("canvas").evaluate_all("(all) => all.map((one) => one.toDataURL())"),
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
    page.get_by_role("button", name="Send to latents").click()
    page.get_by_role("switch", name="Fit a sine to it").check()
    expect(page.locator(".legend .other")).to_have_text(re.compile(r"MSE\s*\d"))
    page.wait_for_timeout(1000)
    assert "widths=20" in page.url  # what is not the probe's stays
    assert "amplitude=12.5" in page.url
    other = open_probe(known, page.url)
    expect(other.locator(".legend .other")).to_have_text(re.compile(r"MSE\s*\d"))
    other.wait_for_timeout(500)
    # A trail shows the way to here, which a link does not tell: the orbit's plot is left out.
    first, second = picture(page), picture(other)
    assert [*first[:1], *first[2:]] == [*second[:1], *second[2:]]


def test_coming_back_to_the_page_finds_it_as_it_was(known: BrowserContext) -> None:
    page = open_probe(known)
    page.get_by_role("slider", name="Frequency", exact=True).fill("0.31")
    page.wait_for_timeout(1000)
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
    ).to_be_visible(timeout=120_000)
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
    page.wait_for_timeout(1000)
    page.get_by_role("link", name="Train").click()
    page.get_by_role("button", name="Step", exact=True).click()
    page.get_by_text("step 1 of").wait_for()
    page.get_by_role("link", name="Probe").click()
    expect(page.locator(".mse")).to_have_text(re.compile(r"\d"))
    assert picker.input_value() != preset


def test_with_the_server_gone_it_works_on(browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context()
    page = context.new_page()
    with running_app(tmp_path / "app.log") as app:
        page.goto(f"{app.url}/?steps=100")
        page.get_by_role("button", name="Train", exact=True).click()
        page.get_by_text("100 of 100").wait_for(timeout=120_000)
        page.get_by_role("link", name="Probe").click()
        expect(page.locator(".mse")).to_have_text(re.compile(r"\d"))
        expect(page.get_by_text("Not connected")).to_have_count(0)
    expect(page.get_by_text("Not connected to the server")).to_be_visible()
    error = page.locator(".mse").inner_text()
    drag(page, "Amplitude")
    page.mouse.up()
    expect(page.locator(".mse")).not_to_have_text(error)
    page.wait_for_timeout(1000)
    assert "amplitude=" in page.url
    context.close()


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
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_looks(browser: Browser, app: App, visitor: StorageState, width: int, scheme: Any) -> None:
    context = browser.new_context(
        base_url=app.url,
        storage_state=visitor,
        color_scheme=scheme,
        viewport={"width": width, "height": 900},
    )
    page = open_probe(context, "/probe?frequency=0.6&beyond=true&noise=0.5&fit=true")
    page.get_by_label("Compare with").select_option(index=1)
    page.get_by_role("button", name="Pin this input").click()
    page.wait_for_timeout(1000)
    assert page.evaluate(LOOK) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page).response["violations"]
    serious = [
        (violation["id"], [node["target"] for node in violation["nodes"]])
        for violation in found
        if violation["impact"] in ("serious", "critical")
    ]
    assert serious == []
    context.close()


def test_weights_travel_as_float32() -> None:
    sent = network(Experiment(widths=(3,)))
    data = sent.to_data()
    assert sent.weights is not None
    received = np.frombuffer(base64.b64decode(data["weights"]), "<f4")
    np.testing.assert_array_equal(received, sent.weights)
