"""Where the pages are, for the navigation and for links between them."""

import os
from pathlib import Path

import streamlit as st

ICON = Path(__file__).parent / "assets" / "icon.svg"
PAGES = Path(__file__).parents[2] / "pages"
_BASE = st.get_option("server.baseUrlPath").strip("/")


def address(path: str) -> str:
    """Where the server offers something of its own, as a browser asks for it."""
    return f"{'/' + _BASE if _BASE else ''}/{path}"


def page(name: str) -> str:
    """The path of a page's script, as ``st.page_link`` and ``st.switch_page`` take it."""
    return os.path.relpath(PAGES / f"{name}.py", Path(__file__).parent)
