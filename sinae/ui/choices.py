"""The networks that a visitor may look into: the own runs, and the presets with their weights."""

from dataclasses import dataclass

from sinae.experiment import Experiment
from sinae.figures import Array
from sinae.network import Network
from sinae.presets import Preset, presets, reproduction, trained_weights
from sinae.runs import Run
from sinae.ui import session, words
from sinae.ui.live import Followed, followed


@dataclass(frozen=True, eq=False, slots=True)
class Choice:
    """A network that a page offers to look into.

    Attributes:
        id: tells it from the others; the same as long as it is the same network.
        name: as a person reads it, such as ``50-10-50 selu, seed 1``.
        experiment: what it is.
        step: how long it was trained; with ``id`` it tells the weights.
        held_out_mse: its error; None before the first steps.
        weights: (experiment.weight_count,) float32; None before the first steps.
        message: why its training halted, where that was not the visitor's wish.
        followed: how to ask for its news, where it trains just now or is about to.
    """

    id: str
    name: str
    experiment: Experiment
    step: int
    held_out_mse: float | None
    weights: Array | None
    message: str = ""
    followed: Followed | None = None

    @property
    def training(self) -> bool:
        """Whether it trains just now, or is about to."""
        return self.followed is not None

    @property
    def network(self) -> Network | None:
        """The network; None before the first steps."""
        return None if self.weights is None else Network.from_weights(self.experiment, self.weights)

    @property
    def label(self) -> str:
        """Its name, steps and error; those of a run in training would be out of date at once."""
        return f"{self.name} · {'training' if self.training else self.status}"

    @property
    def status(self) -> str:
        """Its steps and error as they are now."""
        return words.trained(self.step, self.held_out_mse)


def choices() -> list[Choice]:
    """The visitor's runs, the newest first, then the presets, the most telling first."""
    runs = [_run(run) for run in session.registry().runs(session.owner())]
    ready = [preset for preset in presets().values() if preset.name in reproduction()]
    return runs + [_preset(preset) for preset in reversed(ready)]


def _run(run: Run) -> Choice:
    snapshot = run.snapshot()
    return Choice(
        id=snapshot.id,
        name=f"{snapshot.experiment.name}, seed {snapshot.experiment.seed}",
        experiment=snapshot.experiment,
        step=snapshot.step,
        held_out_mse=snapshot.held_out_mse,
        weights=snapshot.state.weights if snapshot.state else None,
        message=snapshot.message,
        followed=followed(run, snapshot),
    )


def _preset(preset: Preset) -> Choice:
    runs = reproduction()[preset.name].runs
    return Choice(
        id=preset.name,
        name=f"{preset.title}, best of {len(runs)} seeds",
        experiment=preset.experiment,
        step=preset.experiment.steps,
        held_out_mse=min(run["held_out_mse"] for run in runs),
        weights=trained_weights(preset.name),
    )
