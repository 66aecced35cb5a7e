"""The title and the file name of a figure whose picture is saved."""

import re
from dataclasses import dataclass

from sinae.figures.encoding import number
from sinae.model.experiment import Experiment


@dataclass(frozen=True, slots=True)
class Subject:
    """The network, or the networks, that a figure is of."""

    title: str  # its name and the settings that are not the default ones
    state: str  # how far it is trained, in words; see `trained`
    # what tells it from others in the name of a file, such as ``50-10-50 selu seed 1 step 2300``
    short: str


def trained(step: int, held_out_mse: float | None) -> str:
    """How far a network is trained, in words, such as ``step 2,300 · held-out MSE 2.43``."""
    return f"step {step:,} · held-out MSE {number(held_out_mse)}"


def of_run(experiment: Experiment, step: int, held_out_mse: float | None) -> Subject:
    """A run as it is after some steps."""
    name = f"{experiment.name} seed {experiment.seed}"
    if not step:
        return Subject(experiment.title, "not trained yet", f"{name} untrained")
    return Subject(experiment.title, trained(step, held_out_mse), f"{name} step {step}")


def settings(experiment: Experiment) -> str:
    """A network and the settings that are not the default ones, whatever its seed."""
    other = experiment.differences(Experiment()).keys() - {"seed"}
    return ", ".join([experiment.name, *experiment.phrases(other)])


def meta(alt: str, shows: str, of: Subject, kind: str) -> dict[str, str]:
    """The ``layout.meta`` of a figure.

    Args:
        alt: the text alternative, with the figure's current numbers.
        shows: what is drawn, in a few words: the first line of the title.
        of: the network.
        kind: of figure, in a word or two, for the name of the file.

    Returns:
        "alt"; "title", a few lines; "filename", without an ending and safe on every system.
    """
    name = re.sub(r"[^a-z0-9]+", "-", f"sinae {of.short} {kind}".lower()).strip("-")
    return {"alt": alt, "title": f"{shows}\n{of.title}\n{of.state}", "filename": name}
