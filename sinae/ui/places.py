"""Where the pages are, for the navigation and for links between them."""

import os
from pathlib import Path

ICON = Path(__file__).parent / "assets" / "icon.svg"
PAGES = Path(__file__).parents[2] / "pages"


def page(name: str) -> str:
    """The path of a page's script, as ``st.page_link`` and ``st.switch_page`` take it."""
    return os.path.relpath(PAGES / f"{name}.py", Path(__file__).parent)
