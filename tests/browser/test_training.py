"""The main way through the app, in a real browser."""

import re

from playwright.sync_api import Page, expect


def test_a_visitor_trains_pauses_goes_on_and_stops(page: Page) -> None:
    page.goto("/?steps=1000000")
    page.get_by_role("button", name="Train", exact=True).click()
    chart = page.get_by_role("img", name=re.compile("Mean squared error against"))
    expect(chart).to_have_attribute("aria-label", re.compile(r"After [\d,]+ steps"), timeout=60_000)
