"""How numbers are written."""

import pytest

from sinae.figures import encoding


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (2.4321, "2.43"), (107.4, "107"), (0.005, "0.00500"), (1e31, "1.00e+31")],
)
def test_numbers(value: float | None, text: str) -> None:
    assert encoding.number(value) == text
