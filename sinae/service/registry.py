"""`Registry`: whose run is whose, in one web process, and who is still there."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from cachetools import TTLCache

from sinae.model.experiment import Experiment
from sinae.service.admission import AdmissionQueue
from sinae.service.engine import Engine
from sinae.service.memory import MemoryBudget
from sinae.service.run import Run
from sinae.service.settings import Settings

NOTICES = 10_000
"""The visitors who are told what became of their runs."""


@dataclass(eq=False)
class _Visitor:
    seen: float
    runs: list[Run] = field(default_factory=list)


class Registry:
    """The runs of every owner. An owner is one browser, with all its tabs and over all reloads."""

    def __init__(self, engine: Engine, settings: Settings | None = None) -> None:
        self.engine = engine
        self.settings = settings or Settings()
        limits = self.settings
        self.queue = AdmissionQueue(limits.max_runs, limits.max_waiting, engine.defer)
        self.budget = MemoryBudget(
            limits.run_bytes, lambda run: engine.defer(partial(self._evict, run))
        )
        self._notices: TTLCache[str, str] = TTLCache(NOTICES, limits.keep_seconds)
        self._visitors: dict[str, _Visitor] = {}
        self._owners: dict[str, str] = {}  # by the keys of their runs
        self._lock = threading.Lock()

    def runs(self, owner: str) -> list[Run]:
        """An owner's runs, the newest first."""
        with self._lock:
            return list(visitor.runs) if (visitor := self._visitors.get(owner)) else []

    def current(self, owner: str) -> Run | None:
        """An owner's newest run."""
        return next(iter(self.runs(owner)), None)

    def is_newest(self, run: Run) -> bool:
        """Whether a run is its owner's current one."""
        return self.current(self._owners.get(run.key, "")) is run

    def leaving(self, owner: str) -> list[Run]:
        """The runs that go when this owner trains another network: the oldest trained ones beyond
        what is kept for each."""
        return [run for run in self.runs(owner) if run.trained][self.settings.max_kept - 1 :]

    def seconds_ahead(self, experiment: Experiment, own: Run | None = None) -> float | None:
        """About how long an experiment would take here now, from its start, beside those that
        train, in the place of ``own``; None while this machine's pace is not known."""
        alone = self.engine.pace.seconds(experiment, experiment.steps)
        line = self.queue
        others = line.training + line.waiting - (own is not None and own.moving)
        return alone and alone * max(1.0, (others + 1) / self.engine.workers)

    def create(self, owner: str, experiment: Experiment) -> Run:
        """A new run, not yet training, that becomes the owner's current one.

        The last one stops, and is let go of where it was never trained; so are those that
        `leaving` tells.
        """
        run = Run(
            experiment,
            self.engine,
            self.queue,
            budget=self.budget,
            visitor=owner,
            max_steps=self.settings.max_steps,
            max_seconds=self.settings.max_seconds,
        )
        with self._lock:
            visitor = self._visitors.setdefault(owner, _Visitor(time.monotonic()))
            for other in visitor.runs[:1]:
                other.retire()
            trained = [other for other in visitor.runs if other.trained]
            for other in {*visitor.runs} - {*trained[: self.settings.max_kept - 1]}:
                self._let_go(visitor, other)
            visitor.runs.insert(0, run)
            self._owners[run.key] = owner
            self._notices.pop(owner, None)
        return run

    def steer(self, key: str, act: Callable[..., None], *arguments: object) -> None:
        """Have the run with this secret key do something that its visitor asks for, where it is
        still there."""
        if run := self.visit(key):
            self.budget.steered(run)
            act(run, *arguments)

    def notice(self, owner: str) -> str:
        """What an owner has to be told of runs that went without their doing; empty for nothing."""
        with self._lock:
            return str(self._notices.get(owner, ""))

    def visit(self, key: str) -> Run | None:
        """The run with this secret key, of an owner who is there; None where there is no such one.

        Without a visit for a while, `sweep` pauses what an owner trains.
        """
        with self._lock:
            visitor = self._visitors.get(self._owners.get(key, ""))
            if visitor is None:
                return None
            visitor.seen = time.monotonic()
            return next(run for run in visitor.runs if run.key == key)

    def sweep(self, now: float | None = None) -> None:
        """Pause the runs of those who left, and in the end let them go. ``now`` is a time on the
        monotonic clock."""
        now = time.monotonic() if now is None else now
        with self._lock:
            grace = self.settings.grace_seconds
            left = [v for v in self._visitors.values() if now - v.seen > grace]
            runs = [run for visitor in left for run in visitor.runs]
            for visitor in left:
                if now - visitor.seen > self.settings.keep_seconds:
                    for run in list(visitor.runs):
                        self._let_go(visitor, run)
            self._visitors = {name: v for name, v in self._visitors.items() if v.runs}
        for run in runs:
            if run.moving:
                run.pause("Paused while you were away. Resume goes on.")

    def _evict(self, run: Run) -> None:
        """Let go of a run for which there is no memory any more, and leave its owner a word."""
        with self._lock:
            owner = self._owners.get(run.key)
            if owner is None or self.budget.holds(run):  # it was steered again meanwhile
                return
            if run.trained or run.moving:
                self._notices[owner] = (
                    f"Your run {run.experiment.title} had to go: this server keeps "
                    f"{self.settings.max_kept_mb:,} MB of networks, and others trained theirs "
                    "since. Trained again with the same settings, it comes out the very same."
                )
            self._let_go(self._visitors[owner], run)

    def _let_go(self, visitor: _Visitor, run: Run) -> None:
        run.retire()
        self.budget.release(run)
        visitor.runs.remove(run)
        del self._owners[run.key]
