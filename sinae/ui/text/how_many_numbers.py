"""The sentences of the page that asks how many numbers a sine needs."""

from collections.abc import Mapping
from typing import Any

from sinae.figures.encoding import number
from sinae.study.claims import tears
from sinae.study.presets import SOLVED
from sinae.study.reproduction import SIGNALS, over_seeds

INTRODUCTION = (
    "Find the smallest bottleneck with which a network draws all sines well. Each dot is the mean "
    "error of a network that was trained with so many nodes in the middle, each cross the error of "
    "the sine that it draws worst; the dashed line is what a code without bends can do at best."
)
THREE_NUMBERS = (
    "The best linear code needs many numbers, because the sines do not lie on a plane. The code of "
    "a network may bend, but it is continuous: a small change of the signal changes it little. A "
    "continuous code of three numbers is A cos φ, A sin φ and the frequency, with A the amplitude "
    "and φ the phase at x = 50; and the signal is a continuous function of the three. (The "
    "frequency is one of the signal because no amplitude is below 0.1: of a flat line there is "
    "none to tell.) So with three numbers the error can go as far down as layers and training take "
    "it. With two, no continuous code tells all sines apart."
)


def measured(stored: Mapping[str, Any]) -> str:
    """What the dots of the figure are, and how many networks of three nodes tear."""
    three = next(over_seeds(kept["runs"]) for kept in stored["sizes"] if kept["size"] == 3)
    return (
        f"{SOLVED.name} with another middle width, {SOLVED.steps:,} steps: `{stored['command']}`. "
        f"Each dot is the mean of one seed over {SIGNALS:,} signals, each cross the worst signal "
        f"that a search finds in it. With three nodes the means are {number(three['lowest'])} to "
        f"{number(three['highest'])}, the worst signals {number(three['least_worst'])} to "
        f"{number(three['most_worst'])}: {tears(three)}, where two parts of the code meet that do "
        "not fit together."
    )
