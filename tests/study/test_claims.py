"""The post's claims, each with its evidence."""

from sinae.study.claims import claims, tears
from sinae.study.reproduction import over_seeds
from tests.support.seeds import SOME_LOST, of_seed


def test_tears_are_counted_in_a_clause() -> None:
    assert tears(over_seeds(SOME_LOST)) == "of 4 seeds 2 have a tear"
    assert tears(over_seeds([of_seed(26, 50)] * 3)) == "each of 3 seeds has a tear"
    assert tears(over_seeds([of_seed(1, 50)] * 3)) == "none of 3 seeds has a tear"


def test_claims_are_whole_and_have_evidence() -> None:
    more, three, two = claims()
    for claim in (more, three, two):
        assert any(character.isdigit() for character in claim.evidence)
    assert "0.82" in three.evidence  # where the post's network ended, beside where ours does
    assert "worst signal" in three.evidence
    assert "seeds" in three.verdict
    assert "definitely worse" in two.claim
    assert "not nearly as bad" in two.claim
    assert "continuous" in two.evidence
