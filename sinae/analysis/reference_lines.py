"""The lines to draw across a chart of the MSE: what an error is to be compared with."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from sinae.analysis.linear_code import best_linear, floor, linear_tail
from sinae.model.experiment import Experiment
from sinae.model.signals.family import SignalFamily

FLOOR_OF_NOTE = 1e-3
"""A floor that another layer than the bottleneck sets is shown only where it lies above this
MSE."""


@dataclass(frozen=True, slots=True)
class ReferenceLine:
    """A line to draw across a chart of the MSE.

    Attributes:
        name: a few words.
        value: the MSE; 0 has no place on a log scale.
        kind: what it stands for. "zero" is predicting zero; "best linear" is the best linear code
            of as many numbers as the bottleneck has, which a nonlinear network can beat; "floor"
            is an error that no training of this network goes below; "post" is where the blog post
            ended; and "fit" is what the family's own fit leaves over.
        explanation: a sentence or two.
    """

    name: str
    value: float
    kind: Literal["floor", "best linear", "zero", "post", "fit"]
    explanation: str


def theoretical_lines(experiment: Experiment) -> tuple[ReferenceLine, ...]:
    """The lines that apply to this network by what is known of its family of signals: predicting
    zero, the best linear code and the floor."""
    lines = [
        ReferenceLine(
            "predict zero",
            experiment.family.power,
            "zero",
            "The error of answering every signal with a flat line at zero.",
        )
    ]
    size, curves = experiment.latent_size, linear_tail(experiment)
    if size is not None and size < curves:
        lowest = best_linear(size, experiment.family)
        lines.append(
            ReferenceLine(
                f"best linear code of {_count(size, 'number')}",
                lowest,
                "best linear",
                f"The lowest error that a linear network can reach with {_count(size, 'number')} "
                "in the middle (principal component analysis). "
                + ("A nonlinear one can get below it." if lowest else "No error is below it."),
            )
        )
    if size is None:
        lines.append(
            ReferenceLine(
                "floor",
                0.0,
                "floor",
                "Nothing narrows this network: it can learn to pass every signal on unchanged.",
            )
        )
    elif size == curves or floor(experiment) > FLOOR_OF_NOTE:
        lines.append(
            ReferenceLine(
                f"floor of {_count(curves, 'curve')}",
                floor(experiment),
                "floor",
                f"From a layer of {_count(curves, 'node')} on this network only adds and scales: "
                f"all it draws is a weighted sum of {_count(curves, 'fixed curve')} and an offset. "
                "The best such curves (principal components) leave this error, and no training "
                "gets below it.",
            )
        )
    return tuple(lines)


@cache
def fit_lines(family: SignalFamily) -> tuple[ReferenceLine, ...]:
    """What is left over of the held-out signals by the family's fit; none for one without."""
    if family.fit is None:
        return ()
    left_over = float(family.fit.errors(family.held_out.signals).mean())
    return (ReferenceLine(family.fit.name, left_over, "fit", family.fit.explanation),)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
