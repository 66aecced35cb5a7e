"""The probe's component in a real browser, by itself: with weights of our own choice."""

import base64
import re
from dataclasses import replace
from urllib.parse import parse_qsl

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from sinae.figures.encoding import number
from sinae.model.experiment import Experiment
from sinae.model.network import Network
from sinae.model.signals.family import TURN
from sinae.model.signals.sinusoid import AMPLITUDE, FREQUENCY, PHASE, from_hand, sines
from sinae.ui.networks import Choice
from tests.browser.probe import Mount, network, told


def bars(page: Page) -> Locator:
    return page.get_by_role("list", name="Latent values").get_by_role("listitem")


def numbers(locator: Locator) -> list[float]:
    return [float(text.replace("−", "-")) for text in locator.locator(".number").all_inner_texts()]


def test_error_and_latents_agree_with_numpy(mount: Mount) -> None:
    shown = network(Experiment(widths=(30, 4, 30)))
    page = mount(shown, view="phase=2&frequency=0.2&amplitude=7")
    assert shown.weights is not None
    oracle = Network.from_weights(shown.experiment, shown.weights)
    signal = sines(from_hand(np.array([[2, 0.2, 7]])))
    expect(page.locator(".mse")).to_have_text(number(oracle.mean_squared_error(signal)))
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
    mount(Choice("run0", "network 0", experiment, 1, None, newer.weights))
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
    page = mount(Choice("run", "network", Experiment(), 0, None, None))
    expect(page.get_by_text("This network has not been trained yet")).to_be_visible()


def test_no_hidden_layer(mount: Mount) -> None:
    page = mount(network(Experiment(widths=())))
    expect(page.locator(".mse")).to_have_text(re.compile(r"\d"))
    expect(page.get_by_text("there are no latent values")).to_be_visible()
    expect(page.get_by_text("no decoder of its own")).to_be_visible()


def test_weights_that_are_no_numbers(mount: Mount) -> None:
    experiment = Experiment(widths=(20, 3, 20))
    weights = np.full(experiment.weight_count, np.nan, np.float32)
    page = mount(Choice("run", "network", experiment, 1, None, weights))
    expect(page.get_by_text("is not a finite number, so there is nothing to draw")).to_be_visible()
    expect(page.locator(".mse")).to_have_text("–")
    expect(bars(page)).to_have_count(3)
    page.get_by_role("button", name="Copy from your signal").click()
    page.get_by_role("slider", name="Phase", exact=True).fill("3")
    expect(page.get_by_role("slider", name="Phase", exact=True)).to_have_value("3")


@pytest.mark.parametrize(("size", "rows"), [(1, 1), (2, 2), (64, 64), (512, 64)])
def test_any_number_of_latents(mount: Mount, size: int, rows: int) -> None:
    page = mount(network(Experiment(widths=(size,))))
    expect(bars(page)).to_have_count(rows)
    expect(page.get_by_role("slider", name=re.compile(r"^Latent \d+$"))).to_have_count(rows)
    if rows < size:
        expect(page.get_by_text(f"The first {rows} of {size} are shown")).to_be_visible()


@pytest.mark.parametrize(("phase", "shown"), [(100, 100 % TURN), (-1, TURN - 1), (6.28319, TURN)])
def test_the_phase_of_an_old_link_is_taken_once_round(
    mount: Mount, phase: float, shown: float
) -> None:
    page = mount(network(Experiment(widths=(3,))), view=f"phase={phase}&pinned={phase} 0.2 5 0 1")
    box = page.get_by_role("spinbutton", name="Phase value")
    assert float(box.input_value()) == pytest.approx(shown, abs=1e-5)
    page.get_by_role("slider", name="Amplitude", exact=True).press("ArrowUp")
    pinned = float(dict(parse_qsl(told(page)))["pinned"].split()[0])
    assert pinned == pytest.approx(shown, abs=1e-5)


def test_the_phase_is_explained_beside_its_slider(mount: Mount) -> None:
    page = mount(network(Experiment(widths=(3,))))
    explained = page.get_by_text("read at x = 50")
    expect(explained).to_be_hidden()
    page.get_by_role("button", name="About the phase").press("Enter")
    expect(explained).to_be_visible()
    expect(explained).to_have_text(re.compile("x = 0, from 0 to 100 radians: about 16 turns"))
    page.keyboard.press("Escape")
    expect(explained).to_be_hidden()


def test_a_network_whose_training_went_wrong_says_so(mount: Mount) -> None:
    first, second = (network(Experiment(widths=(3,)), seed) for seed in (0, 1))
    warning = page_warning(mount(first, second))
    expect(warning).to_have_text("")
    dead = replace(first, warning="Every signal gets the same code.")
    warning = page_warning(mount(dead, second))
    expect(warning).to_have_text("Every signal gets the same code.")
    expect(warning).to_be_visible()
    worse = replace(second, warning="Worse than predicting zero.")
    page = mount(first, worse, view="")
    page.get_by_label("Compare with").select_option("network 1")
    expect(page_warning(page)).to_have_text(
        "The network to compare with: Worse than predicting zero."
    )


def page_warning(page: Page) -> Locator:
    return page.get_by_role("status").and_(page.locator(".warning"))


def test_beyond_the_training_range(mount: Mount) -> None:
    page = mount(network(Experiment(widths=(3,))))
    switch = page.get_by_role("switch", name="Beyond the training range")
    switch.check()
    # A full turn is all there is of the phase.
    for parameter, end in [(PHASE, "6.28"), (FREQUENCY, "1"), (AMPLITUDE, "20")]:
        slider = page.get_by_role("slider", name=parameter.name, exact=True)
        slider.press("End")
        expect(slider).to_have_value(end)
    expect(page.get_by_text("outside the training range")).to_be_visible()
    switch.uncheck()
    for parameter, end in [(PHASE, "6.28"), (FREQUENCY, "0.5"), (AMPLITUDE, "10")]:
        expect(page.get_by_role("slider", name=parameter.name, exact=True)).to_have_value(end)
    expect(page.get_by_text("outside the training range")).to_have_count(0)


def test_send_to_latents_draws_the_reconstruction(mount: Mount) -> None:
    page = mount(network(Experiment(widths=(20, 3, 20))), view="phase=2&amplitude=7")
    page.get_by_role("button", name="Copy from your signal").click()
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


def test_noise_and_a_second_network(mount: Mount) -> None:
    first, second = (network(Experiment(widths=(20, 3, 20)), seed) for seed in (0, 1))
    page = mount(first, second)
    page.get_by_role("slider", name="Noise", exact=True).fill("1")
    expect(page.get_by_text("Against the clean sine: noisy input")).to_be_visible()
    page.get_by_label("Compare with").select_option("network 1")
    expect(page.locator(".legend .other")).to_have_text(re.compile(r"MSE\s*\d"))


def test_a_network_of_another_family_has_sliders_of_its_own(mount: Mount) -> None:
    first = network(Experiment(widths=(20, 3, 20)))
    second = network(Experiment(widths=(20, 2, 20), signals="phase"), seed=1)
    start = "phase=2&frequency=0.2&amplitude=7&pinned=3 0.1 4 0 1"
    page = mount(first, second, view=start)
    sliders = page.locator(".parameters").get_by_role("slider")
    expect(sliders).to_have_count(3)
    page.get_by_label("Network", exact=True).select_option("network 1")
    expect(sliders).to_have_count(1)
    expect(sliders).to_have_value("2")
    expect(page.locator("figcaption")).to_have_text(re.compile("as phase makes one turn"))
    assert dict(parse_qsl(told(page))) == {"phase": "2", "pinned": "3 0 1", "network": "run1"}
    mse = page.locator(".mse")
    oracle = Network.from_weights(second.experiment, np.asarray(second.weights))
    signal = second.experiment.family.evaluate(np.array([[2.0]]))
    expect(mse).to_have_text(number(oracle.mean_squared_error(signal)))
    # Any network takes any signal.
    page.get_by_label("Compare with").select_option("network 0")
    expect(page.locator(".legend .other")).to_have_text(re.compile(r"MSE\s*\d"))
    page.get_by_label("Network", exact=True).select_option("network 0")
    expect(sliders).to_have_count(3)
    for name, value in (("Phase", "2"), ("Frequency", "0.2"), ("Amplitude", "7")):
        expect(page.get_by_role("slider", name=name, exact=True)).to_have_value(value)
    assert dict(parse_qsl(told(page)))["pinned"] == "3 0.1 4 0 1"


def test_play_moves_and_tells_nobody(mount: Mount, page: Page) -> None:
    page.clock.install()  # so that the page's time is ours
    mount(network(Experiment(widths=(20, 3, 20))))
    slider = page.get_by_role("slider", name="Phase", exact=True)
    before = slider.input_value()
    play = page.get_by_role("button", name="Play phase")
    play.click()
    expect(play).to_have_attribute("aria-pressed", "true")
    page.clock.run_for(4000)
    expect(slider).not_to_have_value(before)
    assert page.evaluate("window.views") == []
    page.clock.run_for(4000)  # more than once round
    assert 0 <= float(slider.input_value()) <= TURN
    assert page.evaluate("window.views") == []
    play.click()
    expect(play).to_have_attribute("aria-pressed", "false")
    assert "phase=" in told(page)


def test_reduced_motion_gives_single_steps(mount: Mount, page: Page) -> None:
    page.clock.install()
    page.emulate_media(reduced_motion="reduce")
    mount(network(Experiment(widths=(3,))))
    box = page.get_by_role("spinbutton", name="Phase value")
    expect(page.get_by_role("button", name="Play phase")).to_have_count(0)
    step = page.get_by_role("button", name="Step phase")
    step.click()
    stands = box.input_value()
    # One of 24 steps of a turn.
    assert float(stands) == pytest.approx(PHASE.start + TURN / 24, abs=0.001)
    page.clock.run_for(5000)
    expect(box).to_have_value(stands)
    for _ in range(24):
        step.click()
    assert float(box.input_value()) == pytest.approx(float(stands), abs=0.02)  # once round


@pytest.mark.parametrize(
    "query",
    ["phase=1e999&frequency=x&amplitude=-5", "pinned=1+2&latents=a&noise=NaN", "beyond=maybe&fit="],
)
def test_an_address_that_says_nonsense_is_the_start(mount: Mount, query: str) -> None:
    page = mount(network(Experiment(widths=(3,))), view=query)
    expect(page.get_by_role("slider", name="Phase", exact=True)).to_have_value(f"{PHASE.start:g}")
    amplitude = float(page.get_by_role("slider", name="Amplitude", exact=True).input_value())
    assert AMPLITUDE.low <= amplitude <= AMPLITUDE.high


def test_weights_travel_as_float32() -> None:
    sent = network(Experiment(widths=(3,)))
    data = sent.to_data()
    assert sent.weights is not None
    assert data.weights is not None
    received = np.frombuffer(base64.b64decode(data.weights), "<f4")
    np.testing.assert_array_equal(received, sent.weights)
