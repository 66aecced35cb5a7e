"""A small class on the real app, over its real protocol; the benchmark is a large one."""

import asyncio
import base64
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sinae.experiment import Experiment
from tests.benchmarks.classroom import Lesson, weights_alone
from tests.server import running_app
from tests.student import engine_is_up

CHOSEN = [
    Experiment(widths=(8 + n, 3, 8 + n), batch_size=10, steps=8_000 + n, seed=n) for n in range(4)
]


def lesson(url: str) -> Lesson:
    """All of them train, change controls, pause and resume."""
    together = Lesson(url, CHOSEN, arrival=0.5, action=0.5, keep=True)

    async def run() -> None:
        await engine_is_up(url)
        await together.run()

    # In a thread: Playwright keeps an event loop in this one once a browser test has run.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, run()).result()
    return together


def test_each_student_gets_what_the_experiment_gives_alone_and_nothing_of_another(
    tmp_path: Path,
) -> None:
    with running_app(tmp_path / "app.log") as app:
        records = lesson(app.url).records
    assert [record.failure for record in records] == [""] * len(records)
    for record in records:
        assert record.weights == weights_alone(record.experiment)
        name = f"{record.experiment.name}, seed {record.experiment.seed}"
        assert list(record.runs.values()) == [name]
        for other in records:
            weights = base64.b64encode(other.weights)
            texts = [*other.runs, *other.runs.values(), weights.decode()]
            heard = [text.encode() in record.heard for text in texts]
            assert heard == [other is record] * len(texts)
    done = {action for record in records for action, _ in record.answers}
    assert {"train", "control", "pause", "resume"} >= done > {"train"}
