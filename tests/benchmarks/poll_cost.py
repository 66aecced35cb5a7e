"""What watching a run costs: CPU of the web process and bytes on the wire, a poll.

``python -m tests.benchmarks.poll_cost [--json]`` starts the real app and a real browser, trains a
small network for 1,000,000 steps, and compares the web process's CPU time while the Train page
polls with that while the same visitor reads another page. Goal: 10 ms and 40 kB a poll, however
long the run.
"""

import argparse
import json
import math
import re
import tempfile
from pathlib import Path

import psutil
from playwright.sync_api import Page, WebSocket, sync_playwright

from tests.browser import chromium
from tests.server import running_app

SECONDS = 8
ROUNDS = 3


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "app.log") as app,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=chromium.find_or_install(), args=chromium.ARGUMENTS
        )
        page = browser.new_page()
        report = measure(page, app.url, psutil.Process(app.process.pid))
        browser.close()
    if options.json:
        print(json.dumps(report))
        return
    for row in report:
        print("step {step:>9,}: {cpu_ms:5.1f} ms CPU and {kilobytes:5.1f} kB a poll".format(**row))


def measure(page: Page, url: str, web: psutil.Process) -> list[dict[str, float]]:
    """For each round, in turn polled and not, the step reached and what a poll cost."""
    frames: list[int] = []

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda data: frames.append(len(data)))

    page.on("websocket", listen)
    page.goto(f"{url}/?widths=10,3,10&batch_size=30&steps=1000000")
    page.get_by_role("button", name="Train", exact=True).click()
    chart = page.get_by_role("img", name=re.compile("After [0-9,]+ steps"))
    chart.wait_for(timeout=60_000)
    report = []
    for _ in range(ROUNDS):
        page.get_by_role("link", name="Train").click()
        chart.wait_for()
        page.wait_for_timeout(1000)
        frames.clear()
        polled = cpu_seconds(page, web)
        polls = [size for size in frames if size > 2000]
        label = chart.get_attribute("aria-label") or ""
        page.get_by_role("link", name="The post").click()
        page.wait_for_timeout(4000)
        other = cpu_seconds(page, web)
        step = re.search(r"After ([\d,]+) steps", label)
        # A poll's two charts come in frames of their own; the rest is small.
        count = len(polls) / 2
        report.append(
            {
                "step": int(step[1].replace(",", "")) if step else 0,
                "cpu_ms": 1000 * (polled - other) / count,
                "kilobytes": sum(frames) / count / 1000 if count else math.nan,
            }
        )
    return report


def cpu_seconds(page: Page, process: psutil.Process) -> float:
    """CPU time of the process over the next seconds."""
    before = sum(process.cpu_times()[:2])
    page.wait_for_timeout(SECONDS * 1000)
    return float(sum(process.cpu_times()[:2]) - before)


if __name__ == "__main__":
    main()
