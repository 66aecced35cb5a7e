"""`Registry`: whose run is whose, in one web process, and who is still there."""

import threading
import time
from dataclasses import dataclass, field

from sinae.model.experiment import Experiment
from sinae.service.admission import AdmissionQueue
from sinae.service.engine import Engine
from sinae.service.run import Run
from sinae.service.settings import Settings


@dataclass(eq=False)
class _Visitor:
    seen: float
    runs: list[Run] = field(default_factory=list)


class Registry:
    """The runs of every owner. An owner is one browser, with all its tabs and over all reloads."""

    def __init__(self, engine: Engine, settings: Settings | None = None) -> None:
        self.engine = engine
        self.settings = settings or Settings()
        self.queue = AdmissionQueue(self.settings.max_runs, self.settings.max_waiting)
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
        others = self.queue.training - (own is not None and own.moving)
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
        return run

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
        """Pause the runs of those who left, and in the end let them go; sooner where all that is
        kept takes too much memory. ``now`` is a time on the monotonic clock."""
        now = time.monotonic() if now is None else now
        with self._lock:
            left = [v for v in self._visitors.values() if self._is_away(v, now)]
            runs = [run for visitor in left for run in visitor.runs]
            for visitor in left:
                if now - visitor.seen > self.settings.keep_seconds:
                    for run in list(visitor.runs):
                        self._let_go(visitor, run)
            self._make_room(now)
            self._visitors = {name: v for name, v in self._visitors.items() if v.runs}
        for run in runs:
            if run.moving:
                run.pause("Paused while you were away. Resume goes on.")

    def _is_away(self, visitor: _Visitor, now: float) -> bool:
        return now - visitor.seen > self.settings.grace_seconds

    def _make_room(self, now: float) -> None:
        """Let go of what was looked at longest ago, but of no run that a page shows as the current
        one, until the rest fits."""
        too_much = sum(run.nbytes for visitor in self._visitors.values() for run in visitor.runs)
        too_much -= self.settings.max_kept_mb * 1_000_000
        for visitor in sorted(self._visitors.values(), key=lambda visitor: visitor.seen):
            for run in visitor.runs[: None if self._is_away(visitor, now) else 0 : -1]:
                if too_much <= 0:
                    return
                too_much -= run.nbytes
                self._let_go(visitor, run)

    def _let_go(self, visitor: _Visitor, run: Run) -> None:
        run.retire()
        visitor.runs.remove(run)
        del self._owners[run.key]
