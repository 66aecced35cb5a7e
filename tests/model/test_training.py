"""Training: held against eager Keras, against itself cut differently, and against the post."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinae.model import runtime
from sinae.model.experiment import ACTIVATIONS, GROWTHS, SCHEDULES, Experiment
from sinae.model.network import Network
from sinae.model.runtime import PROGRAMS_VARIABLE
from sinae.model.signals import held_out
from sinae.model.state import Chunk, State
from sinae.model.training import advance, build_model, initial_state
from sinae.service.engine import Engine
from tests.support.oracle import eager_training
from tests.support.server import ROOT

SMALL = Experiment(
    widths=(12, 3, 12),
    batch_size=7,
    steps=400,
    schedule="cosine",
    clip_norm=1.0,
    growth="both",
    scaled=True,
    lattice=True,
)


@pytest.mark.parametrize(
    ("activation", "schedule"),
    [
        (activation, schedule)
        for number, activation in enumerate(ACTIVATIONS)
        for schedule in (SCHEDULES[0], SCHEDULES[1 + number % (len(SCHEDULES) - 1)])
    ],
)
def test_the_compiled_loop_agrees_with_eager_keras(activation: str, schedule: str) -> None:
    experiment = Experiment(
        widths=(20, 3, 20),
        activation=activation,
        schedule=schedule,
        bottleneck_linear=activation == "tanh",
        clip_norm=2.0 if activation == "elu" else 0.0,
        growth=GROWTHS[ACTIVATIONS.index(activation) % 4],
        scaled=activation in ("elu", "silu"),
        lattice=activation in ("relu", "silu"),
        batch_size=20,
        steps=60,
    )
    losses, weights = eager_training(experiment, 50)
    chunk = advance(experiment, None, 50)
    np.testing.assert_allclose(chunk.losses, losses, rtol=2e-4)
    np.testing.assert_allclose(chunk.state.weights, weights, rtol=1e-3, atol=1e-4)


@pytest.fixture(scope="module")
def uncut() -> Chunk:
    return advance(SMALL, None, 400)


@settings(max_examples=20)
@given(cuts=st.lists(st.integers(0, 400), max_size=12))
def test_a_run_cut_anywhere_gives_the_same_bits(uncut: Chunk, cuts: list[int]) -> None:
    state: State | None = None
    losses = []
    for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), 400], strict=True):
        chunk = advance(SMALL, state, end - start)
        state = chunk.state
        losses.append(chunk.losses)
    assert state is not None
    assert state.step == 400
    assert np.concatenate(losses).tobytes() == uncut.losses.tobytes()
    assert state.weights.tobytes() == uncut.state.weights.tobytes()


@pytest.mark.parametrize("experiment", [SMALL, Experiment(widths=(256, 256, 256), batch_size=500)])
def test_a_chunk_ends_when_its_time_is_over_wherever_that_is(experiment: Experiment) -> None:
    advance(experiment, None, 1)  # compiles
    state: State | None = None
    losses, steps = [], []
    for limit in (0.0, *[0.04] * 20):
        chunk = advance(experiment, state, 10**6, limit)
        state = chunk.state
        losses.append(chunk.losses)
        steps.append(len(chunk.losses))
    assert steps[0] == 1  # at least one
    assert max(steps) < 10**6
    assert (
        np.concatenate(losses).tobytes() == advance(experiment, None, sum(steps)).losses.tobytes()
    )


def test_a_worker_gives_the_same_bits_as_this_process(engine: Engine, uncut: Chunk) -> None:
    from concurrent.futures import Future

    answer: Future[Chunk | BaseException] = Future()
    engine.submit(answer.set_result, SMALL, None, 400)
    chunk = answer.result()
    assert isinstance(chunk, Chunk)
    assert chunk.losses.tobytes() == uncut.losses.tobytes()
    assert chunk.state.weights.tobytes() == uncut.state.weights.tobytes()


def test_a_seed_decides_the_result(uncut: Chunk) -> None:
    again = advance(SMALL, None, 400)
    other = advance(SMALL.with_next_seed(), None, 400)
    assert again.losses.tobytes() == uncut.losses.tobytes()
    assert other.losses.tobytes() != uncut.losses.tobytes()


def in_another_process(directory: Path) -> str:
    """What training a small network gives there, with compiled loops kept in the directory."""
    code = (
        "from sinae.model.experiment import Experiment; from sinae.model.training import advance;"
        "print(advance(Experiment(widths=(4,), batch_size=5), None, 150).losses.tobytes().hex())"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        # Without the flags that TensorFlow was given in this process.
        env={k: v for k, v in os.environ.items() if not k.endswith("XLA_FLAGS")}
        | {PROGRAMS_VARIABLE: str(directory)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_a_process_uses_what_another_has_compiled_unless_it_is_broken(tmp_path: Path) -> None:
    directory = tmp_path / "programs"
    expected = advance(Experiment(widths=(4,), batch_size=5), None, 150).losses.tobytes().hex()
    assert in_another_process(directory).strip() == expected
    (file,) = directory.glob("xla*")
    written = file.stat()
    assert in_another_process(directory).strip() == expected
    (again,) = directory.glob("xla*")
    assert (again.name, again.stat().st_mtime_ns) == (file.name, written.st_mtime_ns)
    again.write_bytes(again.read_bytes()[: written.st_size // 2])
    assert in_another_process(directory).strip() == expected
    (whole,) = directory.glob("xla*")
    assert whole.stat().st_size == pytest.approx(written.st_size, rel=0.01)


def test_of_a_directory_for_programs_only_programs_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PROGRAMS_VARIABLE, str(tmp_path))
    for name in ("other", "xla_compile_cache__1.pb", "xla_compile_cache__2.pb"):
        (tmp_path / name).write_text(name)
    os.utime(tmp_path / "xla_compile_cache__1.pb", (1, 1))
    runtime._keep_files(1)
    assert {file.name for file in tmp_path.iterdir()} == {"other", "xla_compile_cache__2.pb"}


def test_initial_weights_are_glorot_uniform_kernels_and_zero_biases() -> None:
    experiment = Experiment(widths=(200, 200))
    network = Network.from_weights(experiment, initial_state(experiment).weights)
    for kernel, bias in zip(network.kernels, network.biases, strict=True):
        limit = np.sqrt(6 / sum(kernel.shape))  # Glorot and Bengio 2010, equation 16
        assert np.abs(kernel).max() <= limit
        assert kernel.std() == pytest.approx(limit / np.sqrt(3), rel=0.02)
        assert not bias.any()
    assert not np.array_equal(network.kernels[1][:200], network.kernels[2][:, :200])


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("bottleneck_linear", [False, True])
def test_numpy_agrees_with_keras(activation: str, bottleneck_linear: bool) -> None:
    import keras

    experiment = Experiment(
        widths=(30, 4, 30), activation=activation, bottleneck_linear=bottleneck_linear
    )
    model = build_model(experiment.sizes, experiment.layer_activations, seed=3)
    generator = np.random.default_rng(4)
    values = [generator.normal(0, 0.4, w.shape).astype(np.float32) for w in model.get_weights()]
    model.set_weights(values)
    network = Network.from_weights(experiment, np.concatenate([v.ravel() for v in values]))
    signals = held_out()[:200]
    encoder = keras.Model(model.inputs, model.layers[1].output)
    for ours, theirs in (
        (network.reconstruct(signals), model.predict(signals, verbose=0)),
        (network.encode(signals), encoder.predict(signals, verbose=0)),
        (network.decode(network.encode(signals)), network.reconstruct(signals)),
    ):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5 * np.abs(theirs).max())


def test_a_diverging_run_ends_on_its_last_finite_weights() -> None:
    experiment = Experiment(widths=(50,) * 12, activation="linear", learning_rate=1.0)
    chunk = advance(experiment, None, 500)
    assert chunk.diverged
    assert 0 < chunk.state.step < 500
    assert len(chunk.losses) == chunk.state.step
    assert np.isfinite(chunk.losses).all()
    assert np.isfinite(chunk.state.weights).all()
    # The next step, and no earlier one, is where it breaks.
    again = advance(experiment, chunk.state, 1)
    assert again.diverged
    assert again.state.step == chunk.state.step


def test_the_posts_linear_network() -> None:
    chunk = advance(Experiment(widths=(), activation="linear", steps=2000), None, 2000)
    assert chunk.held_out_mse < 0.02


def test_the_posts_network_with_ten_nodes() -> None:
    chunk = advance(Experiment(widths=(50, 10, 50), activation="selu"), None, 20_000)
    assert chunk.held_out_mse < 0.25
