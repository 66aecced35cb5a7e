"""How Streamlit hands values to a component, with that of a page's address."""

from playwright.sync_api import Page

from sinae.ui.static_files import ASSETS_PATH
from tests.support.server import App

GIVE = """async ([path, values, overtaken]) => {
    const { default: component } = await import(path);
    const parentElement = document.body;
    for (const value of values) {
        const data = { said: { widths: value }, names: ["widths"], numbers: [] };
        const cleanUp = component({ data, parentElement });
        // As Streamlit does: at once, if a newer value came while the module was loading.
        if (value === overtaken) Promise.resolve(cleanUp).then((now) => now());
    }
    await new Promise((shown) => setTimeout(shown));
    return location.search;
}"""


def test_a_value_that_a_newer_one_overtook_is_not_shown(page: Page, app: App) -> None:
    page.goto(f"{app.url}{ASSETS_PATH}/dom.js")
    path = f"{ASSETS_PATH}/controls.js"
    assert page.evaluate(GIVE, [path, ["old", "new"], "old"]) == "?widths=new"
    assert page.evaluate(GIVE, [path, ["newer", "new"], "new"]) == "?widths=newer"
    assert page.evaluate(GIVE, [path, ["newest"], None]) == "?widths=newest"
