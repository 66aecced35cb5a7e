"""Edits of a network that the page has not answered yet."""

from tests.support.javascript import evaluate

STEPS = """
    let now = 0;
    const edited = edits(() => now);
    return argument.map(([name, ...rest]) => {
        if (name === "wait") now += rest[0];
        else return edited[name](...rest);
    });"""


def answers(*steps: list[object]) -> list[object]:
    found: list[object] = evaluate("{ edits } from ./edits.js", STEPS, list(steps))
    return found


def test_late_answers_to_earlier_edits_are_not_drawn() -> None:
    start, first, second = [101, 5, 3, 101], [101, 3, 101], [101, 3, 7, 101]
    latest = {"sizes": second, "bottleneck": None}
    assert answers(
        ["add", start, [3]],
        ["add", first, [3, 7]],
        ["pending", start],
        ["pending", first],
        ["pending", second],  # the page is there
        ["pending", first],
    ) == [{"sizes": first, "bottleneck": None}, latest, latest, latest, None, None]


def test_what_the_page_does_not_take_over_is_given_up() -> None:
    start = [101, 5, 3, 101]
    found = answers(["add", start, [3]], ["pending", [101, 8, 101]], ["pending", start])
    assert found[1:] == [None, None]  # it shows something else
    found = answers(["add", start, [3]], ["wait", 3001], ["pending", start])
    assert found[2] is None
