"""What an open page costs the web process in file descriptors.

``python -m tests.benchmarks.descriptors [--json]`` starts the real app and a real browser, and has
some visitors open a page each and follow a run of their own. It counts what the process holds at
the start, at most while one page loads, for each page that rests or follows a run, and once all are
closed; from that, how many pages a limit allows (``ulimit -Hn``) beside what is kept in reserve.
Goals: at most 20 for a page that loads and 6 for one that is open, and 10 more at the end than at
the start.
"""

import argparse
import json
import tempfile
import threading
from pathlib import Path

import psutil
from playwright.sync_api import Page, expect, sync_playwright

from sinae.ui.descriptors import FEW
from tests.browser import chromium
from tests.support.server import running_app
from tests.support.student import can_train
from tests.support.waiting import wait_for

VISITORS = 5
SETTLE_SECONDS = 7  # the server keeps a connection for 5 s after its last answer
GONE_SECONDS = 40  # and what a page had for 30 s, looking every 5 s
LIMITS = 1024, 4096, 524_288


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "app.log", SINAE_WORKERS="1") as app,
        sync_playwright() as playwright,
    ):
        wait_for(lambda: can_train(app.url))
        browser = playwright.chromium.launch(
            executable_path=chromium.find_or_install(), args=chromium.ARGUMENTS
        )
        web = psutil.Process(app.process.pid)
        pages = [browser.new_context(base_url=app.url).new_page() for _ in range(VISITORS)]
        report = measure(web, pages)
        browser.close()
        pause(GONE_SECONDS)
        report["closed"] = web.num_fds()
    if options.json:
        print(json.dumps(report))
        return
    print(
        "{start:.0f} at the start; a page takes {loading:.0f} at most while it loads, "
        "{resting:.1f} at rest, {following:.1f} while it follows a run; "
        "{closed:.0f} once all are closed".format(**report)
    )
    for limit in LIMITS:
        pages_held = (limit - FEW - report["start"]) / report["following"]
        print(f"a limit of {limit:,}: {pages_held:,.0f} pages")


def measure(web: psutil.Process, pages: list[Page]) -> dict[str, float]:
    """The descriptors of a process, before and while pages are open."""
    start, most = web.num_fds(), 0
    loaded = threading.Event()

    def watch() -> None:
        nonlocal most
        while not loaded.wait(0.002):
            most = max(most, web.num_fds())

    watching = threading.Thread(target=watch)
    watching.start()
    show(pages[0])
    loaded.set()
    watching.join()
    for page in pages[1:]:
        show(page)
    pause(SETTLE_SECONDS)
    resting = web.num_fds()
    for page in pages:
        page.get_by_role("button", name="Train", exact=True).click()
        expect(page.locator(".sinae-live .words")).to_contain_text("step", timeout=60_000)
    pause(SETTLE_SECONDS)
    return {
        "start": start,
        "loading": most - start,
        "resting": (resting - start) / len(pages),
        "following": (web.num_fds() - start) / len(pages),
    }


def show(page: Page) -> None:
    """Open the Train page with a run that lasts."""
    page.goto("/?widths=20,3,20&steps=1000000")
    page.get_by_role("button", name="Train", exact=True).wait_for(timeout=60_000)


def pause(seconds: float) -> None:
    """Let connections end that are not used any more."""
    threading.Event().wait(seconds)


if __name__ == "__main__":
    main()
