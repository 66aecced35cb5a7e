"""Paths of the pages' scripts and of the server's own routes."""

import os
from pathlib import Path

import streamlit as st

PAGES = Path(__file__).parents[2] / "pages"
_BASE = st.get_option("server.baseUrlPath").strip("/")


def address(path: str) -> str:
    """Return the URL path of one of the server's own routes, under its base path."""
    return f"{'/' + _BASE if _BASE else ''}/{path}"


def page(name: str) -> str:
    """Return the path of a page's script, as ``st.page_link`` and ``st.switch_page`` take it."""
    return os.path.relpath(PAGES / f"{name}.py", Path(__file__).parent)
