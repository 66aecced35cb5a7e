"""What the post's page says."""

from sinae.study.measurements import read
from sinae.ui.text import post as post_text


def test_the_table_of_ablations_has_a_row_for_each_change() -> None:
    runs = read("ablations")["runs"]
    table = post_text.ablations_table(runs)
    assert [row["Recipe"] for row in table] == list(runs)
    assert table[0]["Seeds with a tear"] == "0 of 20"
