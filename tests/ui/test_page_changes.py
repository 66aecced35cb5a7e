"""A change of the page, and requests for parts of pages beside it."""

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from sinae.ui.page_changes import SETTLING_SECONDS, RequestedPage, SentPage


@pytest.mark.parametrize(
    ("asked", "passed"),
    [
        ("/ a/1", "/ a/1"),  # the first page, which the browser does not know yet
        ("/ a/1 b/ a/1 b/1", "/ a/1 b/ b/1"),  # a part of a page that was left
        ("/ b/ a/1 b/1", "/ b/ b/1"),  # also of one that was never asked for a part
        ("/ b/ a/1 a/ a/1", "/ b/ a/ a/1"),  # and back again
        ("/ b/ b/ a/1 a/ a/1", "/ b/ b/ a/1 a/ a/1"),  # the server itself changed the page
        ("/ b/ b/ a/1 b/ a/1", "/ b/ b/ a/1 b/"),  # whereupon the browser went back
    ],
)
def test_no_part_is_asked_for_of_a_page_that_was_left(asked: str, passed: str) -> None:
    page = RequestedPage()
    requests = [name.partition("/") for name in asked.split()]
    heard = [
        f"{hash}/{part}"
        for hash, _, part in requests
        if page.expects(ClientState(page_script_hash=hash, fragment_id=part))
    ]
    assert heard == passed.split()


def announced(page: str, *parts: str) -> ForwardMsg:
    message = ForwardMsg()
    message.new_session.page_script_hash = page
    message.metadata.run.fragment_ids.extend(parts)
    return message


def test_a_browser_is_sent_no_part_together_with_a_page() -> None:
    page = SentPage()
    assert page.seconds_before(announced("a"), 10) == 0
    assert page.seconds_before(ForwardMsg(heartbeat_ack=True), 10) == 0
    assert page.seconds_before(announced("a", "1"), 10.1) == pytest.approx(SETTLING_SECONDS - 0.1)
    assert page.seconds_before(announced("a", "1"), 11) == 0
    assert page.seconds_before(announced("a"), 12) == 0  # drawn anew
    assert page.seconds_before(announced("a", "1"), 12) == 0
    assert page.seconds_before(announced("b"), 13) == 0
    assert page.seconds_before(announced("a"), 13.01) == 0  # and back at once
    assert page.seconds_before(announced("a", "1"), 13.01) == pytest.approx(SETTLING_SECONDS)
