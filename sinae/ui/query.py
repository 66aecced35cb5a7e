"""The query string of a page's address: read when a visitor enters the page, rewritten as the
page's widgets change.

Streamlit can bind widgets to the query by itself, but it removes their part from the history entry
that a visitor leaves, so that Back finds defaults, and it cannot switch pages while any is bound.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from urllib.parse import parse_qsl

import streamlit as st

from sinae.ui import components
from sinae.ui.protocol import ControlsData

PAGE, ENTERED, TIMES_DRAWN = "page", "entered", "times_drawn"
"""Keys of the session: the page that is shown; whether it was entered and has not read its query
yet; how often a page was drawn."""

MAX_CHARACTERS = 1000
"""Longer values in a query are cut off here."""


def note_page(name: str) -> None:
    """Note which page Streamlit is about to run."""
    if st.session_state.get(PAGE) != name:
        st.session_state.update({PAGE: name, ENTERED: True})


def take_entry(names: Iterable[str]) -> dict[str, str] | None:
    """Return the query of a page that was just entered, without parameters that the page does not
    know by these names; None if the page was already open."""
    if not st.session_state.pop(ENTERED, False):
        return None
    return _known(names, st.query_params.to_dict())


def write(
    query: Mapping[str, str],
    names: Iterable[str],
    on_visit: Callable[[dict[str, str]], None],
    number_boxes: Sequence[str] = (),
) -> None:
    """Write the page's parameters into its address, and leave all others as they are.

    Args:
        query: the new values.
        names: all parameters of the page; those not in ``query`` are removed.
        on_visit: called with the parameters of another history entry of this same page, when the
            visitor goes there.
        number_boxes: the labels of text boxes for which a phone should show digits.
    """
    known = list(names)
    st.session_state[TIMES_DRAWN] = st.session_state.get(TIMES_DRAWN, 0) + 1
    components.controls(
        "_".join(["controls", *known]),
        # The count makes the data differ, as the address may have changed while the values did not.
        ControlsData(dict(query), known, list(number_boxes), st.session_state[TIMES_DRAWN]),
        lambda search: on_visit(_known(known, dict(parse_qsl(search.removeprefix("?"))))),
    )


def _known(names: Iterable[str], query: Mapping[str, str]) -> dict[str, str]:
    return {name: query[name][:MAX_CHARACTERS] for name in names if name in query}
