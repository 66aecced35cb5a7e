"""The widgets of a page, kept in the session."""

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
