"""The probe's number boxes: what is typed is taken as it was meant, or refused in a sentence."""

import re
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import expect

from sinae.model.experiment import Experiment
from sinae.model.signals.sinusoid import FREQUENCY
from tests.browser.probe import Mount, network, picture, told
from tests.support.waiting import wait_for


def test_keyboard(mount: Mount) -> None:
    page = mount(network(Experiment(widths=(3,))))
    slider = page.get_by_role("slider", name="Frequency", exact=True)
    box = page.get_by_role("spinbutton", name="Frequency value")
    low, high, step = FREQUENCY.low, FREQUENCY.high, FREQUENCY.step
    for hand, key, value in [
        (slider, "End", high),
        (slider, "ArrowLeft", high - step),
        (slider, "Home", low),
        (slider, "ArrowUp", low + step),
        (box, "ArrowUp", low + 2 * step),
        (box, "PageUp", low + 12 * step),
        (box, "ArrowDown", low + 11 * step),
        (box, "PageDown", low + step),
        (box, "PageDown", low),
    ]:
        hand.press(key)
        expect(box).to_have_value(f"{value:.3f}")
        expect(box).to_have_attribute("aria-valuenow", f"{value:.5g}")
        expect(slider).to_have_value(f"{value:.5g}")
    expect(box).to_have_attribute("aria-valuemin", str(low))
    expect(box).to_have_attribute("aria-valuemax", str(high))
    slider.press("PageUp")
    assert float(slider.input_value()) > low + 2 * step
    expect(slider).to_have_attribute(
        "aria-valuetext", re.compile(r"radians per point.*points long")
    )


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("Frequency", "0,2", "0.200"),
        ("Frequency", " ,25 ", "0.250"),
        ("Frequency", "0.23456", "0.23456"),
        ("Amplitude", "2,5e0", "2.50"),
        ("Phase", "6.28319", "6.28319"),  # 2 pi, as boxes and addresses show it
        ("Noise", "0,05", "0.05"),
        ("Latent 1", "−0,001", "-0.001"),
        ("Latent 1", "+1", "1.00"),
    ],
)
def test_a_typed_number_is_what_was_meant(mount: Mount, name: str, typed: str, value: str) -> None:
    page = mount(network(Experiment(widths=(20, 3, 20))), view="latents=1.5 1 2")
    box = page.get_by_role("spinbutton", name=f"{name} value")
    box.fill(typed)
    box.press("Enter")
    expect(box).to_have_value(value)
    expect(page.locator(".refused").filter(has_text=re.compile("."))).to_have_count(0)
    used = dict(parse_qsl(told(page))).get(name.lower(), "")
    if name.startswith("Latent"):
        used = dict(parse_qsl(told(page)))["latents"].split()[0]
    assert float(used) == float(value)


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("Phase", "7", "Phase goes from 0 to 6.28319."),
        ("Frequency", "0.7", "Frequency goes from 0.03 to 0.5."),
        ("Frequency", "2", "Frequency goes from 0.03 to 0.5."),
        ("Frequency", "0,01", "Frequency goes from 0.03 to 0.5."),
        ("Frequency", "", "Frequency is a number from 0.03 to 0.5."),
        ("Frequency", "0,2,1", "Frequency is a number from 0.03 to 0.5."),
        ("Amplitude", "0x5", "Amplitude is a number from 0.1 to 10."),
        ("Amplitude", "5 m", "Amplitude is a number from 0.1 to 10."),
        ("Amplitude", "1,234", "Amplitude may mean 1.234 or 1234 here: write it without a comma."),
        ("Noise", "-1", "Noise goes from 0 to 3."),
        ("Latent 2", "1e9", "Latent 2 goes from −20 to 20."),
        ("Latent 2", "NaN", "Latent 2 is a number from −20 to 20."),
    ],
)
def test_what_is_refused_changes_nothing(
    mount: Mount, name: str, typed: str, sentence: str
) -> None:
    page = mount(network(Experiment(widths=(20, 3, 20))), view="latents=1 1 2")
    box = page.get_by_role("spinbutton", name=f"{name} value")
    slider = page.get_by_role("slider", name=name, exact=True)
    stood = box.input_value(), slider.input_value(), box.get_attribute("aria-valuenow")
    expect(page.locator(".mse")).to_have_text(re.compile(r"\d"))
    drawn = picture(page)
    # Key by key: what stands there on the way is taken, and must not stay.
    box.select_text()
    box.press("Delete")
    box.press_sequentially(typed)
    refused = page.get_by_role("status").get_by_text(sentence)
    expect(refused).to_be_visible()
    expect(refused).to_have_text(f"{sentence} It stays at {float(stood[0]):g}.")
    expect(box).to_have_value(typed)
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(slider).to_have_value(stood[1])
    box.press("Tab")
    expect(box).to_have_value(stood[0])
    expect(box).to_have_attribute("aria-invalid", "false")
    expect(box).to_have_attribute("aria-valuenow", str(stood[2]))
    expect(slider).to_have_value(stood[1])
    expect(refused).to_be_visible()
    wait_for(lambda: picture(page), drawn.__eq__)
    slider.press("End")
    expect(refused).to_have_count(0)


def test_a_box_shows_every_digit_that_the_curve_uses(mount: Mount) -> None:
    page = mount(network(Experiment(widths=(20, 3, 20))), view="phase=1.23456&amplitude=2.5")
    expect(page.get_by_role("spinbutton", name="Phase value")).to_have_value("1.23456")
    expect(page.get_by_role("spinbutton", name="Amplitude value")).to_have_value("2.50")


def test_a_refused_text_moves_nothing(mount: Mount) -> None:
    page = mount(network(Experiment(widths=(20, 3, 20))))
    path = page.locator("figcaption")
    expect(path).to_have_text(re.compile("as phase makes one turn"))
    box = page.get_by_role("spinbutton", name="Amplitude value")
    box.fill("x")
    expect(page.get_by_text("Amplitude is a number from 0.1 to 10.")).to_be_visible()
    box.fill("6")
    expect(path).to_have_text(re.compile("as amplitude goes through its range"))
    page.get_by_role("spinbutton", name="Frequency value").fill("x")
    expect(page.get_by_text("Frequency is a number from 0.03 to 0.5.")).to_be_visible()
    page.get_by_role("slider", name="Noise", exact=True).fill("1")
    expect(page.get_by_text("Against the clean sine")).to_be_visible()  # drawn anew since
    expect(path).to_have_text(re.compile("as amplitude goes through its range"))
