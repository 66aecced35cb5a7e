"""The probe's component by itself, for tests: with weights of our own choice, in an empty page."""

from collections.abc import Callable
from dataclasses import asdict

import numpy as np
from playwright.sync_api import Page

from sinae.model.experiment import Experiment
from sinae.ui.components import FAMILY_DATA
from sinae.ui.networks import Choice
from sinae.ui.protocol import ProbeData
from sinae.ui.static_files import ASSETS_PATH

Mount = Callable[..., Page]
"""Takes networks, and a ``view`` to begin with; gives the page that the probe is in."""


def network(experiment: Experiment, seed: int = 0, scale: float = 0.2) -> Choice:
    """A network with random weights."""
    generator = np.random.default_rng(seed)
    weights = generator.normal(0, scale, experiment.weight_count).astype(np.float32)
    return Choice(f"run{seed}", f"network {seed}", experiment, 1, None, weights)


def mount(page: Page, *networks: Choice, view: str = "") -> Page:
    """Place the probe into a page of the app's own address, or give newer data to the one there."""
    sent = [network.to_data() for network in networks]
    data = ProbeData(FAMILY_DATA, sent, None, view)
    page.evaluate(
        """async ([path, data]) => {
            const { default: probe } = await import(path);
            const parentElement = document.querySelector("#place");
            const setStateValue = (_, view) => window.views.push(view);
            probe({ data, parentElement, setStateValue });
            await new Promise((shown) => setTimeout(shown));
        }""",
        [f"{ASSETS_PATH}/probe.js", asdict(data)],
    )
    return page


def told(page: Page) -> str:
    """What the component told last, once it has told something."""
    page.wait_for_function("window.views.length")
    return str(page.evaluate("window.views.at(-1)"))


def picture(page: Page) -> list[str]:
    """What is drawn of the signals: pixels, and the error."""
    return [
        *page.locator(".plot canvas").evaluate_all("(all) => all.map((one) => one.toDataURL())"),
        page.locator(".mse").inner_text(),
    ]
