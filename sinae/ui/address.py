"""The query of a page's address: read when a visitor enters the page, written as controls change.

Streamlit can bind widgets to the address by itself, but takes their part out of the history entry
that a visitor leaves, so that Back finds defaults, and cannot switch pages while any is bound.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from urllib.parse import parse_qsl

import streamlit as st

from sinae.ui import components

PAGE, ENTERED, RUNS = "page", "entered", "page_runs"
"""In the session: the page that is shown; whether it was entered and has not looked at its address;
how often a page was run."""

MOST_CHARACTERS = 1000
"""Of each part of an address that is read."""


def note_page(name: str) -> None:
    """Note which page is run, before it is."""
    if st.session_state.get(PAGE) != name:
        st.session_state.update({PAGE: name, ENTERED: True})


def take_entry(names: Iterable[str]) -> dict[str, str] | None:
    """What the address says to a page that was just entered; None where the page was there before.

    Args:
        names: the parts that the page knows; others are left out.
    """
    if not st.session_state.pop(ENTERED, False):
        return None
    return _known(names, st.query_params.to_dict())


def show(
    query: Mapping[str, str],
    names: Iterable[str],
    on_visit: Callable[[dict[str, str]], None],
    number_boxes: Sequence[str] = (),
) -> None:
    """Write the page's part of its address, and leave the rest of it as it is.

    Args:
        query: what the address is to say.
        names: all parts that are the page's; those not in ``query`` are taken out.
        on_visit: called with what another entry of the browser's history for this very page says,
            once the visitor goes there.
        number_boxes: the labels of text boxes for which a phone is to show digits.
    """
    known = list(names)
    st.session_state[RUNS] = st.session_state.get(RUNS, 0) + 1
    components.controls(
        "_".join(["controls", *known]),
        # Counted, as the address may have changed while the controls have not.
        {"said": query, "names": known, "numbers": number_boxes, "run": st.session_state[RUNS]},
        lambda search: on_visit(_known(known, dict(parse_qsl(search.removeprefix("?"))))),
    )


def _known(names: Iterable[str], said: Mapping[str, str]) -> dict[str, str]:
    return {name: said[name][:MOST_CHARACTERS] for name in names if name in said}
