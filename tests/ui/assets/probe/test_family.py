"""What the probe asks about a family, with Python's own family as the oracle."""

from dataclasses import asdict

import numpy as np
import pytest

from sinae.model.signals import FAMILIES
from sinae.model.signals.family import low_discrepancy
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


@pytest.mark.parametrize("name", ["phase", "sine"])  # of one parameter and of three
def test_typical_values_follow_the_sequence_of_python(name: str) -> None:
    family = FAMILY_DATA[name]
    imports = "{ spread } from ./probe/family.js"
    body = "return argument[1].map((n) => spread(argument[0], n));"
    found = evaluate(imports, body, [asdict(family), list(range(48))])
    values = [[each[p.key] for p in family.parameters] for each in found]
    points = low_discrepancy(1, 48, len(family.parameters), shift=0.5)
    np.testing.assert_allclose(values, FAMILIES[name].values_at(points), rtol=1e-12)
