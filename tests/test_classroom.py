"""A small class on the real app, over its real protocol; the benchmark is a large one."""

import base64
from collections.abc import Iterator

import psutil
import pytest

from sinae.model.experiment import Experiment
from tests.benchmarks.classroom import Lesson, weights_alone
from tests.support.loop import run
from tests.support.server import App, running_app
from tests.support.student import Student, engine_is_up

CHOSEN = [
    Experiment(widths=(8 + n, 3, 8 + n), batch_size=10, steps=8_000 + n, seed=n) for n in range(4)
]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with running_app(tmp_path_factory.mktemp("app") / "app.log") as running:
        yield running


def test_a_lost_connection_and_a_reload_cost_nothing(app: App) -> None:
    experiment = Experiment(widths=(8, 3, 8), batch_size=10, steps=60_000, seed=9)

    async def visit() -> bytes:
        await engine_is_up(app.url)
        async with Student(app.url, experiment.to_query()) as student:
            await student.press("Train")
            for come_back in (student.rejoin, student.reload):
                before = student.step
                await student.until(lambda: student.step > before)  # noqa: B023
                await come_back()
                assert "Pause" in student.buttons
            await student.until(lambda: student.finished)
            return await student.fetch_weights()

    assert run(visit) == weights_alone(experiment)


def test_all_workers_killed_cost_nothing(app: App) -> None:
    experiment = Experiment(widths=(8, 3, 8), batch_size=10, steps=30_000, seed=9)

    async def visit() -> bytes:
        await engine_is_up(app.url)
        async with Student(app.url, experiment.to_query()) as student:
            await student.press("Train")
            await student.until(lambda: student.step > 1000)
            for process in psutil.Process(app.process.pid).children(recursive=True):
                if any("spawn_main" in part for part in process.cmdline()):
                    process.kill()
            await student.until(lambda: "engine is away" in student.progress)
            await student.until(lambda: student.finished)
            return await student.fetch_weights()

    assert run(visit) == weights_alone(experiment)


def test_each_student_gets_what_the_experiment_gives_alone_and_nothing_of_another(
    app: App,
) -> None:
    # All of them train, change controls, pause and resume.
    together = Lesson(app.url, CHOSEN, arrival=0.5, action=0.5, keep=True)

    async def visit() -> None:
        await engine_is_up(app.url)
        await together.run()

    run(visit)
    records = together.records
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
