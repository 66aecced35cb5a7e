"""How the text of a setting is read."""

import pytest

from sinae.model.setting import read_widths


@pytest.mark.parametrize(
    ("text", "widths"),
    [
        ("50, 20, 3, 20, 50", (50, 20, 3, 20, 50)),
        ("50 20;3", (50, 20, 3)),
        ("50-20-3-20-50", (50, 20, 3, 20, 50)),
        ("101-50-3-50-101", (50, 3, 50)),
        ("[7]", (7,)),
        ("101", (101,)),
        ("", ()),
        (" , ", ()),
    ],
)
def test_widths_are_read_as_people_write_them(text: str, widths: tuple[int, ...]) -> None:
    assert read_widths(text) == widths
