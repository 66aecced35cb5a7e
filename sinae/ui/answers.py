"""What the server answers a page that asks past Streamlit: the other part of `sinae.ui.protocol`.

The browser reads an answer as the JSON of one of these dataclasses, by the names of its fields.
"""

import json
from dataclasses import dataclass

from sinae.figures.encoding import Figure


@dataclass(frozen=True)
class Nothing:
    """For pages that want to know only that there is news."""


@dataclass(frozen=True)
class Charts:
    """For the Train page.

    Attributes:
        loss: the errors of the run against its steps.
        examples: signals with their reconstructions.
        output: (101,), what comes out of the picture of the network, with as many digits as can be
            seen; None before the first chunk, and of a network that has grown without bound.
    """

    loss: Figure
    examples: Figure
    output: list[float] | None


@dataclass(frozen=True)
class Weights:
    """For the probe: the newest weights, float32 little-endian in base64; None before any."""

    weights: str | None


@dataclass(frozen=True)
class Now:
    """What every page is told of a run.

    Attributes:
        version: of its snapshot; -1 for no run.
        newest: whether it is its visitor's current run; another tab may have begun one.
        engine: the status of the engine.
        status: of the run.
        moving: whether it trains or will by itself.
        progress: the part done of the steps asked for, 0 to 1.
        words: the same in words, with its speed and the time left.
        name: of the run; empty for none.
        held_out: its held-out MSE with the standard error, as text.
        worst: the MSE of the worst-drawn held-out signal, as text.
        batch: the MSE of the last batch, as text.
        notes: what there is to say of these errors, a sentence or two each.
        announcement: what a screen reader says of the status.
        warning: what is wrong with the network, in a sentence; empty where nothing is.
        network: how far it is trained, in a few words.
        lost: what would be lost of it with the server, in a sentence.
    """

    version: int
    newest: bool
    engine: str
    status: str
    moving: bool
    progress: float
    words: str
    name: str
    held_out: str
    worst: str
    batch: str
    notes: list[str]
    announcement: str
    warning: str
    network: str
    lost: str


@dataclass(frozen=True)
class News:
    """How a run is now, and what a page shows of it as JSON; ``null`` where nothing is new."""

    now: Now
    shown: str

    def to_json(self) -> str:
        """The answer; what is shown is put in as it is, because many tabs may show the same."""
        return f'{{"now": {json.dumps(vars(self.now))}, "shown": {self.shown}}}'


@dataclass(frozen=True)
class Here:
    """Which server this is, and what would be lost with it of the run that was asked with; None
    where it does not know that run."""

    instance: str
    lost: str | None
