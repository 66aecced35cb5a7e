"""Takes the README's picture: the real app's Train page, while a first visitor's network learns."""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser import chromium
from tests.support.server import ROOT, running_app


def main() -> None:
    """Start the app, train for some seconds, and write ``tests/screenshot.png``."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_app(Path(folder) / "app.log") as app,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=chromium.find_or_install(), args=chromium.ARGUMENTS
        )
        page = browser.new_page(viewport={"width": 1280, "height": 1200})
        page.goto(app.url)
        page.get_by_role("button", name="Train", exact=True).click()
        page.mouse.move(640, 1190)
        # Its family grows over a third of its steps, which take some seconds.
        page.get_by_text("Growing from a patch").wait_for(timeout=60_000)
        page.wait_for_timeout(700)
        page.screenshot(path=ROOT / "tests" / "screenshot.png")
        browser.close()


if __name__ == "__main__":
    main()
