"""Training: held against itself cut differently, and against the post."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sinae.model.experiment import Experiment
from sinae.model.network import Network
from sinae.model.state import Chunk, State
from sinae.model.training import advance, initial_state
from sinae.service.engine import Engine

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
    engine.submit(lambda _request, result: answer.set_result(result), SMALL, None, 400)
    chunk = answer.result()
    assert isinstance(chunk, Chunk)
    assert chunk.losses.tobytes() == uncut.losses.tobytes()
    assert chunk.state.weights.tobytes() == uncut.state.weights.tobytes()


def test_a_seed_decides_the_result(uncut: Chunk) -> None:
    again = advance(SMALL, None, 400)
    other = advance(SMALL.with_next_seed(), None, 400)
    assert again.losses.tobytes() == uncut.losses.tobytes()
    assert other.losses.tobytes() != uncut.losses.tobytes()


def test_initial_weights_are_glorot_uniform_kernels_and_zero_biases() -> None:
    experiment = Experiment(widths=(200, 200))
    network = Network.from_weights(experiment, initial_state(experiment).weights)
    for kernel, bias in zip(network.kernels, network.biases, strict=True):
        limit = np.sqrt(6 / sum(kernel.shape))  # Glorot and Bengio 2010, equation 16
        assert np.abs(kernel).max() <= limit
        assert kernel.std() == pytest.approx(limit / np.sqrt(3), rel=0.02)
        assert not bias.any()
    assert not np.array_equal(network.kernels[1][:200], network.kernels[2][:, :200])


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
