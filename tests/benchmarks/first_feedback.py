"""From the click on Train to the first loss, and to the first steps, on the page of a warm app.

``python -m tests.benchmarks.first_feedback [--json]`` starts the real app and a real browser and
trains networks that the app has not met before, then each again with another seed. The first loss
is that of the initial weights. Goals: 1.5 s for a network that is new to the app, 0.5 s for one
that it has compiled.
"""

import argparse
import asyncio
import json
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests.browser import chromium
from tests.support.server import running_app
from tests.support.student import engine_is_up

NETWORKS = (
    "50,10,50",
    "40,20,3,20,40",
    "60,30,10,2,10,30,60",
    "256,128,64,3,64,128,256",
    "90,70,50,30,10,3,10,30,50,70,90",
)
TIMES = 3
CLICK = """() => {
    const page = document.querySelector("[data-testid=stMain]");
    const started = performance.now();
    const seen = (pattern) => new Promise((resolve) => {
        // Not at every frame: that takes a good part of a core from the training.
        new MutationObserver((_, observer) => {
            if (!pattern.test(page.textContent)) return;
            observer.disconnect();
            requestAnimationFrame(() => resolve((performance.now() - started) / 1000));
        }).observe(page, { subtree: true, childList: true, characterData: true });
    });
    window.seconds = Promise.all([seen(/MSE [0-9.]+ on held-out/), seen(/step [1-9]/)]);
    [...document.querySelectorAll("button")].find((b) => b.textContent.endsWith("Train")).click();
}"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running_app(Path(folder) / "app.log") as app:
        asyncio.run(engine_is_up(app.url))
        report = measure(app.url)
    if options.json:
        print(json.dumps(report))
        return
    for row in report:
        print(
            "{widths:32} first loss: new {new[0]:5.2f} s, compiled {known[0]:5.2f} s; "
            "first steps: new {new[1]:5.2f} s, compiled {known[1]:5.2f} s".format(**row)
        )


def measure(url: str) -> list[dict[str, Any]]:
    """For each network the seconds of its first training, and the medians of the next ones."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find_or_install(), args=chromium.ARGUMENTS
        )
        report = []
        for widths in NETWORKS:
            new = seconds(browser, f"{url}/?widths={widths}&seed=1")
            known = [seconds(browser, f"{url}/?widths={widths}&seed={2 + i}") for i in range(TIMES)]
            report.append(
                {"widths": widths, "new": new, "known": [*map(median, zip(*known, strict=True))]}
            )
        browser.close()
    return report


def seconds(browser: Browser, address: str) -> list[float]:
    """From a new visitor's click to the first loss and the first steps; the run is then stopped."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}&steps=100000")
    page.get_by_role("img", name="Mean squared error").wait_for()
    page.wait_for_timeout(2000)  # what a look at the page takes at the least
    page.evaluate(CLICK)
    taken: list[float] = page.evaluate("window.seconds")
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("button", name="Train more", exact=True).wait_for()
    context.close()
    return taken


if __name__ == "__main__":
    main()
