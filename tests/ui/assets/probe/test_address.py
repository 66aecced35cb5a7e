"""The probe's view in an address."""

from dataclasses import asdict
from typing import Any
from urllib.parse import parse_qsl

import pytest

from sinae.ui.components import FAMILY_DATA
from tests.support.javascript import evaluate

FAMILIES = [asdict(family) for family in FAMILY_DATA.values()]
SINE, PHASE = FAMILIES

WHOLE = (
    "steps=8000&phase=1.5&frequency=0.2&amplitude=12.5&beyond=true&noise=0.25&noise_seed=7"
    "&pinned=0.5+0.1+3+0+2&network=run1&compare=post&latents=1+-2.5&fit=true"
)


def call(expression: str, argument: Any) -> Any:
    imports = "{ readView, writeView, describesView } from ./probe/address.js"
    return evaluate(imports, f"return {expression};", argument)


def read(family: dict[str, Any], query: str) -> dict[str, Any]:
    view: dict[str, Any] = call("readView(...argument)", [family, query])
    return view


def written(family: dict[str, Any], view: dict[str, Any], query: str = "") -> dict[str, str]:
    return dict(parse_qsl(call("writeView(...argument)", [FAMILIES, family, view, query])))


def test_a_view_is_read_as_it_was_written() -> None:
    view = read(SINE, WHOLE)
    assert view["values"] == {"phase": 1.5, "frequency": 0.2, "amplitude": 12.5}
    assert view["pinned"]["values"] == {"phase": 0.5, "frequency": 0.1, "amplitude": 3}
    assert written(SINE, view, "steps=8000") == dict(parse_qsl(WHOLE))


def test_what_stands_at_its_start_is_not_written() -> None:
    assert written(SINE, read(SINE, "")) == {}
    assert written(SINE, read(SINE, ""), WHOLE) == {"steps": "8000"}


def test_another_family_has_parts_of_its_own() -> None:
    view = read(PHASE, "phase=2&frequency=0.2&pinned=1+0.5+3")
    assert view["values"] == {"phase": 2}
    assert view["pinned"] == {"values": {"phase": 1}, "noise": 0.5, "noise_seed": 3}
    # What the last family left in the address goes.
    assert written(PHASE, view, "frequency=0.2&amplitude=3&phase=1") == {
        "phase": "2",
        "pinned": "1 0.5 3",
    }
    for query in ("amplitude=2", "phase=1", "fit=true"):
        assert call("describesView(...argument)", [FAMILIES, query])
    assert not call("describesView(...argument)", [FAMILIES, "steps=8000"])


@pytest.mark.parametrize(
    ("text", "value"), [("100", 5.752220), ("-1", 5.283185), ("6.28319", 6.283185), ("x", 1.0)]
)
def test_what_goes_round_is_taken_once_round(text: str, value: float) -> None:
    assert read(SINE, f"phase={text}")["values"]["phase"] == pytest.approx(value, abs=1e-5)


def test_another_family_keeps_values_that_it_has_in_range() -> None:
    def adopted(family: dict[str, Any], values: dict[str, float], beyond: bool = False) -> Any:
        imports = "{ adopted } from ./probe/family.js"
        return evaluate(imports, "return adopted(...argument);", [family, values, beyond])

    # What it does not have is kept for the way back.
    assert adopted(PHASE, {"phase": 2, "frequency": 0.2}) == {"phase": 2, "frequency": 0.2}
    assert adopted(PHASE, {"frequency": 0.2}) == {"phase": 1, "frequency": 0.2}
    assert adopted(SINE, {"phase": 2}) == {"phase": 2, "frequency": 0.15, "amplitude": 5}
    over = {"phase": 2, "frequency": 0.2, "amplitude": 15}
    assert adopted(SINE, over) == over | {"amplitude": 5}
    assert adopted(SINE, over, beyond=True) == over
