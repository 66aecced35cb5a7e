"""The networks that a visitor may look into: the own runs, and the presets with their weights."""

from collections.abc import Sequence
from dataclasses import dataclass

from sinae.figures import captions
from sinae.model.arrays import Array
from sinae.model.experiment import Experiment
from sinae.model.network import Network
from sinae.service.snapshot import Snapshot
from sinae.study.presets import Preset, presets, reproduction, trained_weights
from sinae.ui import session
from sinae.ui.protocol import Followed, NetworkData
from sinae.ui.updates import encoded_weights, followed


@dataclass(frozen=True, eq=False, slots=True)
class Choice:
    """A network that a page offers to look into."""

    id: str  # tells it from the others; the same as long as it is the same network
    name: str  # as a person reads it, such as ``50-10-50 selu, seed 1``
    experiment: Experiment  # what it is
    step: int  # how long it was trained; with ``id`` it tells the weights
    held_out_mse: float | None  # its error; None before the first steps
    weights: Array | None  # (experiment.weight_count,) float32; None before the first steps
    message: str = ""  # why its training halted, where that was not the visitor's wish
    training: bool = False  # whether it trains just now, or is about to
    warning: str = ""  # what is wrong with it, in a sentence; empty where nothing is
    followed: Followed | None = None  # how to ask for its news; None for one that changes no more
    preset: str = ""  # its name, for one that comes with the app

    @property
    def network(self) -> Network | None:
        """The network; None before the first steps."""
        return None if self.weights is None else Network.from_weights(self.experiment, self.weights)

    def to_data(self, *, shown: bool = True) -> NetworkData:
        """It as the browser's probe takes it, which needs the weights only where it is shown."""
        return NetworkData(
            id=self.id,
            name=self.name,
            status=self.status,
            warning=self.warning,
            family=self.experiment.family.name,
            sizes=self.experiment.sizes,
            activations=self.experiment.layer_activations,
            bottleneck=self.experiment.bottleneck_layer,
            trained=self.weights is not None,
            weights=encoded_weights(self.weights) if shown else None,
        )

    @property
    def label(self) -> str:
        """Its name, steps and error; those of a run in training would be out of date at once."""
        return f"{self.name} · {'training' if self.training else self.status}"

    @property
    def status(self) -> str:
        """Its steps and error as they are now."""
        return captions.trained(self.step, self.held_out_mse)

    @property
    def subject(self) -> captions.Subject:
        """It, as the figures of it name it."""
        if self.preset:
            title = f"{self.name}: {captions.settings(self.experiment)}"
            return captions.Subject(title, self.status, f"{self.preset} step {self.step}")
        return captions.of_run(self.experiment, self.step, self.held_out_mse)


def choices() -> list[Choice]:
    """The visitor's runs, the newest first, then the presets, the most telling first."""
    snapshots = [run.snapshot() for run in session.registry().runs(session.owner())]
    own = [
        Choice(
            id=snapshot.id,
            name=name,
            experiment=snapshot.experiment,
            step=snapshot.step,
            held_out_mse=snapshot.held_out_mse,
            weights=snapshot.state.weights if snapshot.state else None,
            message=snapshot.message,
            training=snapshot.status.moving,
            warning=snapshot.warning,
            followed=followed(snapshot) if snapshot is snapshots[0] else None,
        )
        for snapshot, name in zip(snapshots, names(snapshots), strict=True)
    ]
    ready = [preset for preset in presets().values() if preset.name in reproduction()]
    return own + [of_preset(preset) for preset in reversed(ready)]


def names(runs: Sequence[Snapshot]) -> list[str]:
    """Names that tell some runs apart: by network and seed; where these are alike by the settings
    in which they differ, then by their steps, and in the end by their order, the newest first."""
    short = [f"{run.experiment.name}, seed {run.experiment.seed}" for run in runs]
    found = []
    for i, run in enumerate(runs):
        alike = [other for other, name in zip(runs, short, strict=True) if name == short[i]]
        differing = {s for other in alike for s in run.experiment.differences(other.experiment)}
        same = [other for other in alike if other.experiment == run.experiment]
        parts = [short[i], *run.experiment.phrases(differing)]
        if len(same) > 1:
            parts.append(f"step {run.step:,}")
        if (twins := [other for other in same if other.step == run.step])[0] is not run:
            parts.append(f"{twins.index(run)} before the newest")
        found.append(", ".join(parts))
    return found


def of_preset(preset: Preset) -> Choice:
    """A preset with the weights that it comes with, of its best seed."""
    runs = reproduction()[preset.name].runs
    return Choice(
        id=preset.name,
        name=f"{preset.title}, best of {len(runs)} seeds",
        experiment=preset.experiment,
        step=preset.experiment.steps,
        held_out_mse=min(run["held_out_mse"] for run in runs),
        weights=trained_weights(preset.name),
        preset=preset.name,
    )
