"""Numbers as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinae.model.experiment import Experiment, InvalidExperimentError
from sinae.model.numerals import AmbiguousNumberError, read_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.001", 0.001),
        ("0,001", 0.001),
        (" 0,2 ", 0.2),
        (",5", 0.5),
        ("−,5", -0.5),
        ("12,5", 12.5),
        ("1,5e-3", 0.0015),
        ("1E-3", 0.001),
        ("2.000", 2.0),
        ("1,234.5", 1234.5),
        ("1.234,5", 1234.5),
        ("1 000,5", 1000.5),
    ],
)
def test_a_decimal_comma_is_read_as_meant(text: str, number: float) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("20000", 20_000),
        ("20,000", 20_000),
        ("20 000", 20_000),
        ("20\u202f000", 20_000),
        ("20'000", 20_000),
        ("1.000.000", 1_000_000),
        ("3000.0", 3000),
        ("1e3", 1000),
    ],
)
def test_thousands_are_read_as_meant(text: str, number: int) -> None:
    assert read_number(text, whole=True) == number


@pytest.mark.parametrize(("text", "whole"), [("2.000", True), ("2.500", True), ("1,000", False)])
def test_what_may_be_two_numbers_is_refused_and_both_are_named(text: str, whole: bool) -> None:
    with pytest.raises(AmbiguousNumberError, match=f"“{text}” may mean .* or .*,.*: please write"):
        read_number(text, whole=whole)


@pytest.mark.parametrize(
    "text", ["", " ", "x", "1,2,3", "1,234,5", "nan", "inf", "1_0", "0x1", "٣"]
)
@pytest.mark.parametrize("whole", [True, False])
def test_what_is_no_number_is_refused(text: str, whole: bool) -> None:
    with pytest.raises(ValueError, match="is no number"):
        read_number(text, whole=whole)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_python_writes_is_read_back(number: float) -> None:
    assert read_number(repr(number)) == number


@given(st.integers(0, 2**31))
def test_whole_numbers_are_read_back_however_thousands_are_marked(number: int) -> None:
    for mark in ("", ",", " ", "'"):
        assert read_number(f"{number:,}".replace(",", mark), whole=True) == number


def test_settings_take_a_comma_as_it_was_meant() -> None:
    assert Experiment(learning_rate="0,001").learning_rate == 0.001  # type: ignore[arg-type]
    assert Experiment(steps="20,000").steps == 20_000  # type: ignore[arg-type]
    with pytest.raises(InvalidExperimentError, match=r"“2\.000” may mean 2 or 2,000") as refusal:
        Experiment(steps="2.000", clip_norm="1,000")  # type: ignore[arg-type]
    assert set(refusal.value.errors) == {"steps", "clip_norm"}
