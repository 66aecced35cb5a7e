"""`Registry`: whose run is whose, in one web process."""

import threading

from sinae.experiment import Experiment
from sinae.runs import Run, Submits

RUNS_KEPT = 4
"""Runs kept for each owner, the newest first."""


class Registry:
    """The runs of every owner: whoever comes with one browser, over all its tabs and reloads."""

    def __init__(self, engine: Submits) -> None:
        self.engine = engine
        self._runs: dict[str, list[Run]] = {}
        self._lock = threading.Lock()

    def runs(self, owner: str) -> list[Run]:
        """An owner's runs, the newest first."""
        with self._lock:
            return list(self._runs.get(owner, ()))

    def current(self, owner: str) -> Run | None:
        """An owner's newest run."""
        return next(iter(self.runs(owner)), None)

    def create(self, owner: str, experiment: Experiment) -> Run:
        """A new run, not yet training, that becomes the owner's current one; the last one stops."""
        run = Run(experiment, self.engine)
        with self._lock:
            runs = self._runs.setdefault(owner, [])
            if runs:
                runs[0].stop()
            runs.insert(0, run)
            del runs[RUNS_KEPT:]
        return run
