"""A first visit over a slow line: ``python -m tests.benchmarks.slow_line [--mbit 1.6] [--json]``.

Starts the real app and a real browser with an empty cache, whose line Chromium narrows, with a
latency of 40 ms. Prints the seconds until the Train button and the chart are there (medians), and
the bytes that had come by then. Goals at 1.6 Mbit/s: 8 s and 12 s. Twice: by a loopback address,
where browsers take Brotli, as over https, and by a name, where they take gzip alone, as over any
plain http. The browser needs a core for itself.
"""

import argparse
import json
import sys
import tempfile
import urllib.request
from collections import Counter
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from sinae.ui.static_files import PLOTLY_PATH
from tests.browser import chromium
from tests.support.server import running_app
from tests.support.student import can_train
from tests.support.waiting import wait_for

LATENCY_MS = 40
GOALS = {"button": 8.0, "chart": 12.0}
"""In seconds, at 1.6 Mbit/s."""
NAME = "sinae.test"
"""A name that the browser takes for loopback, without trusting it as it trusts that."""
KINDS = {
    "plotly": "Plotly.js",
    "/assets/": "the app's modules",
    ".woff2": "fonts",
    "/static/": "Streamlit's code",
}
"""Of what comes, by a part of its address."""

WATCH = """
window.seen = {};
const look = () => {
    const buttons = [...document.querySelectorAll("button")];
    const there = {
        button: buttons.some((button) => button.textContent.endsWith("Train")),
        chart: document.querySelector(".sinae-chart-tools.ready"),
    };
    for (const name in there) if (there[name]) window.seen[name] ??= performance.now() / 1000;
};
new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mbit", type=float, default=1.6, help="of the line, a second")
    parser.add_argument("--visits", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "app.log") as app,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=chromium.find_or_install(),
            args=[*chromium.ARGUMENTS, f"--host-resolver-rules=MAP {NAME} 127.0.0.1"],
        )
        wait_for(lambda: can_train(app.url))
        warm_up(browser, app.url)
        report = {
            scheme: measure(browser, url, options.mbit, options.visits)
            for scheme, url in {
                "https": app.url,
                "http": app.url.replace("127.0.0.1", NAME),
            }.items()
        }
        browser.close()
    if options.json:
        json.dump(report, sys.stdout)
        print()
        return
    for scheme, figures in report.items():
        words = [f"{name} {figures[name]:5.2f} s (goal {goal:g} s)" for name, goal in GOALS.items()]
        words += [f"{kind} {size / 1000:,.0f} kB" for kind, size in figures["bytes"].items()]
        print(f"as over {scheme}: {', '.join(words)}")


def warm_up(browser: Browser, url: str) -> None:
    """Visit the page once, and wait until the server has compressed well what it asks for."""

    def etag() -> str:
        request = urllib.request.Request(  # noqa: S310
            url + PLOTLY_PATH, method="HEAD", headers={"Accept-Encoding": "br"}
        )
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return str(answer.headers["ETag"])

    first = etag()
    page = browser.new_page()
    page.goto(url)
    page.locator(".sinae-chart-tools.ready").first.wait_for()
    page.close()
    wait_for(etag, lambda now: now != first, seconds=300)


def measure(browser: Browser, url: str, mbit: float, visits: int) -> dict[str, Any]:
    """The medians of some visits: seconds by name, and the bytes of each kind."""
    found = [visit(browser, url, mbit) for _ in range(visits)]
    seconds = {name: median(seen[name] for seen, _ in found) for name in GOALS}
    return seconds | {"bytes": dict(found[-1][1].most_common())}


def visit(browser: Browser, url: str, mbit: float) -> tuple[dict[str, float], Any]:
    """Visit the page with an empty cache."""
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(WATCH)
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    rate = {f"{way}Throughput": 1e6 * mbit / 8 for way in ("download", "upload")}
    conditions = {"offline": False, "latency": LATENCY_MS, **rate}
    line.send("Network.emulateNetworkConditions", conditions)
    kinds: dict[str, str] = {}
    sizes: Counter[str] = Counter()

    def asked(event: dict[str, Any]) -> None:
        address = event["request"]["url"]
        kinds[event["requestId"]] = next((KINDS[p] for p in KINDS if p in address), "the rest")

    def arrived(event: dict[str, Any]) -> None:
        sizes[kinds[event["requestId"]]] += event["encodedDataLength"]

    line.on("Network.requestWillBeSent", asked)
    line.on("Network.loadingFinished", arrived)
    page.goto(url, wait_until="commit")
    page.wait_for_function("window.seen?.chart", timeout=300_000)
    seen = page.evaluate("window.seen")
    context.close()
    return seen, sizes


if __name__ == "__main__":
    main()
