"""How fast the probe answers the hand: ``python -m tests.benchmarks.probe_latency [--json]``.

Starts the app and a headless Chromium (software rendering), trains the deep three-node network
for a moment, then drags a slider with the mouse. A sample is the time from an input event, as the
browser stamps it when the mouse moves, to the end of the frame that shows it: the first task
after that frame's rendering. Then times the forward pass by itself.
"""

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright

from sinae.model.experiment import Experiment
from sinae.ui.static_files import ASSETS_PATH
from tests.browser import chromium
from tests.support.server import running_app

DEEP = Experiment()
WIDE = Experiment(widths=(512, 512, 512, 512), activation="gelu")
MOVES = 300

WATCH = """() => {
    window.samples = [];
    const channel = new MessageChannel();
    const waiting = [];
    channel.port1.onmessage = () => {
        const now = performance.now();
        while (waiting.length) window.samples.push(now - waiting.shift());
    };
    // Capturing at the window, ahead of the probe itself.
    window.addEventListener("input", (event) => {
        waiting.push(event.timeStamp);
        requestAnimationFrame(() => channel.port2.postMessage(0));
    }, true);
}"""

FORWARD = """async ([path, sizes, activations, count, runs]) => {
    const { forward, layersOf } = await import(location.origin + path);
    const weights = Float32Array.from({ length: count }, (_, i) => Math.sin(i * 12.9898) / 10);
    const layers = layersOf(sizes, activations, weights);
    const signal = Float64Array.from({ length: 101 }, (_, x) => 5 * Math.sin(0.15 * x));
    const times = [];
    for (let i = 0; i < runs; i++) {
        const started = performance.now();
        for (let k = 0; k < 10; k++) forward(layers, signal);
        times.push((performance.now() - started) / 10);
    }
    return times.slice(runs / 5);
}"""


def figures(samples: list[float]) -> dict[str, Any]:
    """Median and 95th percentile, in milliseconds."""
    return {
        "median_ms": round(statistics.median(samples), 3),
        "p95_ms": round(statistics.quantiles(samples, n=20)[-1], 3),
        "samples": len(samples),
    }


def train_and_open_probe(page: Page, url: str) -> None:
    """Leave the page on the probe, with a trained network that trains no more."""
    page.goto(f"{url}/?steps=300")
    page.get_by_role("button", name="Train", exact=True).click()
    page.get_by_text("300 of 300").wait_for(timeout=120_000)
    page.get_by_role("link", name="Probe").click()
    expect(page.get_by_role("list", name="Latent values").get_by_role("listitem")).to_have_count(3)


def drag(page: Page, name: str) -> list[float]:
    """Move a slider by hand; what `WATCH` saw."""
    box = page.get_by_role("slider", name=name, exact=True).bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.evaluate("window.samples = []")
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    for i in range(MOVES):
        share = 0.5 + 0.45 * (1 if i % 100 < 50 else -1) * (i % 50) / 50
        page.mouse.move(box["x"] + share * box["width"], middle)
    page.mouse.up()
    page.wait_for_timeout(300)
    return list(page.evaluate("window.samples"))


def measure(page: Page, url: str) -> dict[str, Any]:
    """All figures, by name."""
    train_and_open_probe(page, url)
    page.evaluate(WATCH)
    drag(page, "Frequency")  # not counted: the browser compiles
    samples = [time for name in ("Phase", "Frequency", "Amplitude") for time in drag(page, name)]
    found = {"input to frame": figures(samples)}
    for name, experiment in (("forward, deep", DEEP), ("forward, 512 wide", WIDE)):
        arguments = [experiment.sizes, experiment.layer_activations, experiment.weight_count, 100]
        found[name] = figures(page.evaluate(FORWARD, [f"{ASSETS_PATH}/forward.js", *arguments]))
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "app.log") as app,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=chromium.find_or_install(), args=chromium.ARGUMENTS
        )
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        found = measure(page, app.url)
        browser.close()
    if options.json:
        json.dump(found, sys.stdout)
        print()
        return
    for name, numbers in found.items():
        print(f"{name}: median {numbers['median_ms']} ms, p95 {numbers['p95_ms']} ms")


if __name__ == "__main__":
    main()
