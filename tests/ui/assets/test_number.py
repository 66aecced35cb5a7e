"""Numbers in text, in Python and in the browser: written alike, and read alike."""

import math
from typing import Any

import numpy as np
import pytest

from sinae.figures.encoding import number
from sinae.model.numerals import read_number
from tests.support.javascript import evaluate

WRITTEN = {
    None: "–",
    math.nan: "–",
    math.inf: "–",
    -math.inf: "–",
    0.0: "0",
    5e-324: "4.94e-324",
    5e-5: "5.00e-5",
    9.9949e-5: "9.99e-5",
    9.9951e-5: "0.000100",
    0.005: "0.00500",
    0.25: "0.250",
    0.9996: "1.00",
    1.125: "1.13",  # halves away from zero
    2.4321: "2.43",
    16.834: "16.8",
    100.5: "101",
    999.4: "999",
    999.5: "1,000",
    15_519.0: "15,500",
    99_949.0: "99,900",
    99_950.0: "1.00e+5",
    1e31: "1.00e+31",
    -0.25: "−0.250",
    -1.5e-7: "−1.50e-7",
    -1234.0: "−1,230",
}

READ: dict[str, float | None] = {
    "0,2": 0.2,
    "0,001": 0.001,
    ",5": 0.5,
    "12,5": 12.5,
    "1,2345": 1.2345,
    "0,25e1": 2.5,
    "-0,5": -0.5,
    "1.234": 1.234,
    ".5": 0.5,
    "5.": 5.0,
    "+3": 3.0,
    "1e-3": 0.001,
    "−1": -1.0,
    " 0,2 ": 0.2,
    "\u00a00.2\u202f": 0.2,
    **dict.fromkeys(("1,234", "12,345", "-123,456")),
    **dict.fromkeys(("", " ", ",", ".", "-", "1,2,3", "1.2.3", "0, 2", "0,2,", "5 m", "5%")),
    **dict.fromkeys(("0x10", "1_0", "NaN", "Infinity", "inf", "e5", "1e", "--1", "٣")),
}
"""Of a text the number that it means; None where it means none, or may mean two."""


def in_javascript(expression: str, cases: list[Any]) -> list[Any]:
    """An expression of ``number.js`` for each case, its ``value``."""
    found: list[Any] = evaluate(
        "{ number, readNumber } from ./number.js",
        f"return argument.map((value) => {expression});",
        cases,
    )
    return found


def test_python_and_the_browser_write_every_number_alike() -> None:
    assert {value: number(value) for value in WRITTEN} == WRITTEN
    assert in_javascript("number(value)", list(WRITTEN)) == list(WRITTEN.values())
    generator = np.random.default_rng(0)
    many = (generator.choice([-1, 1], 20000) * 10 ** generator.uniform(-8, 8, 20000)).tolist()
    # Halves too: what a float holds exactly is rounded one way only.
    many += [n / 2**k for n in range(1, 2000) for k in (1, 3, 6)]
    assert in_javascript("number(value)", many) == list(map(number, many))


def test_python_and_the_browser_read_every_number_alike() -> None:
    read = in_javascript('readNumber(value, "It", -1e9, 1e9).value ?? null', list(READ))
    assert dict(zip(READ, read, strict=True)) == READ
    for text, value in READ.items():
        if value is None:
            with pytest.raises(ValueError):  # noqa: PT011
                read_number(text)
        else:
            assert read_number(text) == value
