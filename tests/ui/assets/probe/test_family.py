"""What the probe asks about a family, with Python's own family as the oracle."""

from dataclasses import asdict

import pytest

from sinae.ui.components import FAMILY_DATA
from tests.support.javascript import evaluate


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("phase", 1.5, "1.50 radians at x = 50, 0.24 turns"),
        ("frequency", 0.15, "0.150 radians per point, a wave is 42 points long"),
        ("amplitude", 5, "5.00"),
    ],
)
def test_a_value_is_said_with_its_unit_and_what_it_means(key: str, value: float, said: str) -> None:
    family = FAMILY_DATA["sine"]
    (parameter,) = (asdict(p) for p in family.parameters if p.key == key)
    imports = "{ spoken } from ./probe/family.js"
    arguments = [asdict(family), parameter, value]
    assert evaluate(imports, "return spoken(...argument);", arguments) == said
