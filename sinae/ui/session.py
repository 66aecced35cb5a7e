"""What a page knows of its visitor: the runs that belong to the browser it is shown in."""

import secrets
from dataclasses import dataclass

import streamlit as st

from sinae.experiment import Experiment
from sinae.figures import number
from sinae.network import Network
from sinae.registry import Registry
from sinae.runs import Run, Snapshot, Status

COOKIE = "sinae_owner"

_registry: Registry | None = None


def use(registry: Registry) -> None:
    """Set the registry of this process: the server does so once, when it starts."""
    global _registry
    _registry = registry


def registry() -> Registry:
    """The registry of this process."""
    if _registry is None:
        raise RuntimeError("The app is started with: streamlit run app.py")
    return _registry


def owner() -> str:
    """The visitor's secret name: a cookie, or one for this session where cookies are refused."""
    if cookie := st.context.cookies.get(COOKIE):
        return cookie
    name: str = st.session_state.setdefault(COOKIE, secrets.token_urlsafe(24))
    return name


def current_run() -> Run | None:
    """The visitor's newest run."""
    return registry().current(owner())


def new_run(experiment: Experiment) -> Run:
    """A new run of the visitor's, which becomes the current one."""
    return registry().create(owner(), experiment)


def run_for(experiment: Experiment) -> Run:
    """The current run where it can go on under these settings, otherwise a new one."""
    run = current_run()
    if run is not None:
        status = run.snapshot().status
        if status.in_progress or (run.experiment == experiment and status is not Status.DIVERGED):
            return run
    return new_run(experiment)


@dataclass(frozen=True, eq=False, slots=True)
class Choice:
    """A network that a page offers to look into.

    Attributes:
        id: tells it from the others; the same as long as it is the same network.
        name: as a person reads it, such as ``50-10-50 selu, seed 1``.
        experiment: what it is.
        step: how long it was trained; with ``id`` it tells the weights.
        held_out_mse: its error; None before the first steps.
        network: None before the first steps.
        training: whether it trains just now.
        message: why its training ended, where it did not end well.
    """

    id: str
    name: str
    experiment: Experiment
    step: int
    held_out_mse: float | None
    network: Network | None
    training: bool = False
    message: str = ""

    @property
    def label(self) -> str:
        """Its name, steps and error; those of a run in training would be out of date at once."""
        if self.training:
            return f"{self.name} · training"
        return f"{self.name} · {self.status}"

    @property
    def status(self) -> str:
        """Its steps and error as they are now."""
        return f"step {self.step:,} · held-out MSE {number(self.held_out_mse)}"


def choices() -> list[Choice]:
    """The networks that the visitor may look into: the own runs, the newest first."""
    return [_choice(run.snapshot()) for run in registry().runs(owner())]


def _choice(snapshot: Snapshot) -> Choice:
    experiment = snapshot.experiment
    layers = "no hidden layer"
    if experiment.widths:
        layers = f"{'-'.join(map(str, experiment.widths))} {experiment.activation}"
    return Choice(
        id=snapshot.id,
        name=f"{layers}, seed {experiment.seed}",
        experiment=experiment,
        step=snapshot.step,
        held_out_mse=snapshot.held_out_mse,
        network=snapshot.network,
        training=snapshot.status is Status.TRAINING,
        message=snapshot.message,
    )
