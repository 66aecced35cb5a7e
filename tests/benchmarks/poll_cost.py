"""What watching a run costs: CPU of the web process and bytes on the wire, a poll.

``python -m tests.benchmarks.poll_cost [--json]`` starts the real app and a real browser, trains a
small network for 1,000,000 steps, and compares the web process's CPU time while the Train page
follows the run with that while the same visitor reads another page. Goal: 10 ms and 40 kB a poll,
however long the run.
"""

import argparse
import json
import re
import tempfile
from pathlib import Path
from statistics import median

import psutil
from playwright.sync_api import Page, Response, sync_playwright

from tests.browser import chromium
from tests.support.server import running_app

STEPS = 1_000_000
SECONDS, SETTLE_SECONDS = 5, 2
PARTS = 3


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
        print(
            "step {step:>9,.0f}: {cpu_ms:5.1f} ms CPU and {kilobytes:5.1f} kB a poll, "
            "{polls:.0f} polls in 5 s".format(**row)
        )


def measure(page: Page, url: str, web: psutil.Process) -> list[dict[str, float]]:
    """For each part of the run, the step in its middle and the medians of what a poll cost."""
    answers: list[Response] = []
    page.on("response", lambda r: answers.append(r) if "/news?" in r.url else None)
    page.goto(f"{url}/?widths=20,3,20&steps={STEPS}")
    page.get_by_role("button", name="Train", exact=True).click()
    chart = page.get_by_role("img", name=re.compile("After [0-9,]+ steps"))
    chart.wait_for(timeout=60_000)
    rounds = []
    while True:
        page.get_by_role("link", name="Train").click()
        chart.wait_for()
        page.wait_for_timeout(SETTLE_SECONDS * 1000)
        answers.clear()
        polled = cpu_seconds(page, web)
        sizes = [size(answer) for answer in answers]
        step = re.search(r"After ([\d,]+) steps", chart.get_attribute("aria-label") or "")
        page.get_by_role("link", name="The post").click()
        page.wait_for_timeout(SETTLE_SECONDS * 1000)
        other = cpu_seconds(page, web)
        done = int(step[1].replace(",", "")) if step else 0
        if done == STEPS:
            break
        rounds.append(
            {
                "step": done,
                "polls": len(sizes),
                "cpu_ms": 1000 * (polled - other) / len(sizes),
                "kilobytes": median(sizes) / 1000,
            }
        )
    parts = [
        rounds[n * len(rounds) // PARTS : (n + 1) * len(rounds) // PARTS] for n in range(PARTS)
    ]
    return [{key: median(row[key] for row in part) for key in part[0]} for part in parts]


def size(answer: Response) -> int:
    """Bytes of a question and its answer."""
    sizes = answer.request.sizes()
    return sizes["requestHeadersSize"] + sizes["responseHeadersSize"] + sizes["responseBodySize"]


def cpu_seconds(page: Page, process: psutil.Process) -> float:
    """CPU time of the process over the next seconds."""
    before = sum(process.cpu_times()[:2])
    page.wait_for_timeout(SECONDS * 1000)
    return float(sum(process.cpu_times()[:2]) - before)


if __name__ == "__main__":
    main()
