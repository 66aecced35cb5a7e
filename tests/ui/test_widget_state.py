"""The widgets of a page, kept in the session."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.waiting import stretched


def relabelled() -> None:
    import streamlit as st

    from sinae.ui.widget_state import WidgetState, one_of

    labels = {"run": st.session_state["label"]}
    state = WidgetState("page", ["network"])
    st.selectbox(
        "Network",
        labels,
        format_func=labels.__getitem__,
        **state.widget("network", "run", one_of(labels), labels),
    )


def test_the_browser_is_told_each_time_that_an_option_reads_otherwise() -> None:
    page = AppTest.from_function(relabelled, default_timeout=stretched(30))
    told = []
    for label in ("training", "step 5", "step 5", "training", "training"):
        page.session_state["label"] = label
        page.run()
        assert page.selectbox[0].value == "run"
        told.append(page.selectbox[0].proto.set_value)
    assert told == [True, True, False, True, False]


def one_box() -> None:
    import streamlit as st

    from sinae.ui import query
    from sinae.ui.widget_state import WidgetState, within

    state = WidgetState("page", ["size"])
    query.note_page("page")
    state.enter(lambda: {"size": "3"})
    if st.session_state.get("on_page", True):
        st.number_input("Size", **state.widget("size", 1.0, within(0, 9)))
        st.button("Five", on_click=state.put, args=({"size": "5"},))
    for refusal in state.refusals:
        st.markdown(refusal)


@pytest.mark.parametrize(
    ("asked", "shown"), [(None, 3), ("4", 4), ("4,5", 4.5), ("10", 1), ("many", 1)]
)
def test_a_page_is_entered_with_what_its_address_says(asked: str | None, shown: float) -> None:
    page = AppTest.from_function(one_box, default_timeout=stretched(30))
    if asked:
        page.query_params["size"] = asked
    page.run()
    assert page.number_input[0].value == shown
    refused = shown == 1
    assert [f"“{asked}”" in part.value for part in page.markdown] == [True] * refused
    page.number_input[0].set_value(2).run()
    assert not page.markdown


def test_a_value_is_there_again_after_another_page_and_can_be_put_by_a_button() -> None:
    page = AppTest.from_function(one_box, default_timeout=stretched(30)).run()
    page.number_input[0].set_value(7).run()
    for on_page in (False, True):
        page.session_state["on_page"] = on_page
        page.run()
    assert page.number_input[0].value == 7
    page.button[0].click().run()
    assert page.number_input[0].value == 5


def few_options() -> None:
    import streamlit as st

    from sinae.ui import query
    from sinae.ui.widget_state import WidgetState, one_of

    state = WidgetState("page", ["colour"])
    query.note_page("page")
    state.enter()
    options = st.session_state.get("options", ["red", "green"])
    if st.session_state.get("on_page", True):
        st.selectbox("Colour", options, **state.widget("colour", options[0], one_of(options)))
    for refusal in state.refusals:
        st.markdown(refusal)


def test_a_choice_that_is_gone_is_not_laid_to_the_address() -> None:
    page = AppTest.from_function(few_options, default_timeout=stretched(30)).run()
    page.selectbox[0].set_value("green").run()
    for options, on_page in ((["red"], True), (["red"], False), (["red"], True)):
        page.session_state["options"], page.session_state["on_page"] = options, on_page
        page.run()
        assert not page.markdown
    assert page.selectbox[0].value == "red"
