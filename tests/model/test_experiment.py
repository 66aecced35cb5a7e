"""Experiment: what is allowed, what is not, and what the user is told."""

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sinae.model.experiment import (
    MAX_STEPS,
    SETTINGS,
    Experiment,
    InvalidExperimentError,
    refusal_of_more,
)

ACTIVATIONS = SETTINGS["activation"].choices


@pytest.mark.parametrize(
    ("name", "value", "part"),
    [
        ("widths", "50, 0, 50", "from 1 to 512; 0 is not"),
        ("widths", "-5", "from 1 to 512; -5 is not"),
        ("widths", "3.5", "whole number"),
        ("widths", "1000000000", "1,000,000,000 is not"),
        ("widths", "a, b", "“a” is not"),
        ("widths", "nan", "whole number"),
        ("widths", "inf", "whole number"),
        ("widths", [3] * 5000, "At most 12 hidden layers are allowed; these are 5000"),
        ("widths", [512] * 12, "At most 1,000,000 weights"),
        ("steps", 0, "from 1 to 1,000,000; 0 is not"),
        ("steps", 10**12, "from 1 to 1,000,000; 1,000,000,000,000 is not"),
        ("steps", "many", "“many” is not"),
        ("steps", None, "nothing is not"),
        ("steps", 2.5, "whole number"),
        ("learning_rate", 0, "from 1e-06 to 1; 0 is not"),
        ("learning_rate", -1, "-1 is not"),
        ("learning_rate", float("nan"), "nan is not"),
        ("learning_rate", 10, "10 is not"),
        ("activation", "softmax", "one of selu, linear"),
        ("schedule", "", "one of constant, cosine"),
        ("bottleneck_linear", "perhaps", "either true or false"),
        ("batch_size", 10**9, "from 1 to 1,000"),
        ("clip_norm", -1, "from 0 to 1,000"),
        ("seed", -1, "from 0 to"),
    ],
)
def test_what_is_not_allowed_is_said_in_one_sentence(name: str, value: Any, part: str) -> None:
    with pytest.raises(InvalidExperimentError) as caught:
        Experiment(**{name: value})
    assert list(caught.value.errors) == [name]
    message = caught.value.errors[name]
    assert part in message
    assert message.endswith(".")
    assert "\n" not in message


@given(st.dictionaries(st.sampled_from(list(SETTINGS)), st.text() | st.floats() | st.none()))
def test_no_value_is_met_with_anything_but_a_sentence(values: dict[str, Any]) -> None:
    try:
        experiment = Experiment(**values)
    except InvalidExperimentError as error:
        errors = error.errors
    else:
        assert Experiment(**experiment.to_dict()) == experiment
        return
    assert errors
    assert set(errors) <= set(values)
    for message in errors.values():
        assert not set(message) & set("<>`*[]\\\n")  # nothing that Markdown or HTML would read


def test_every_fault_is_told_at_once() -> None:
    values: dict[str, Any] = {"widths": "0", "steps": 0, "seed": "x"}
    with pytest.raises(InvalidExperimentError) as caught:
        Experiment(**values)
    assert set(caught.value.errors) == {"widths", "steps", "seed"}


@given(st.lists(st.integers(1, 60), max_size=8))
def test_the_bottleneck_is_the_narrowest_layer_nearest_to_the_middle(widths: list[int]) -> None:
    experiment = Experiment(widths=tuple(widths))
    if not widths:
        assert experiment.bottleneck is None
        assert experiment.latent_size is None
        return
    assert experiment.bottleneck is not None
    assert experiment.latent_size == min(widths)
    distance = abs(experiment.bottleneck - (len(widths) - 1) / 2)
    rivals = [i for i, width in enumerate(widths) if width == min(widths)]
    assert distance == min(abs(i - (len(widths) - 1) / 2) for i in rivals)


@given(st.lists(st.integers(1, 60), max_size=5), st.sampled_from(ACTIVATIONS), st.booleans())
def test_layers_and_weights(widths: list[int], activation: str, linear: bool) -> None:
    experiment = Experiment(widths=tuple(widths), activation=activation, bottleneck_linear=linear)
    sizes = experiment.sizes
    shapes = [(sizes[i], sizes[i + 1]) for i in range(len(sizes) - 1)]
    assert experiment.weight_count == sum(np.prod(shape) + shape[1] for shape in shapes)
    assert len(experiment.layer_activations) == len(shapes)
    assert experiment.layer_activations[-1] == "linear"
    if linear and experiment.bottleneck is not None:
        assert experiment.layer_activations[experiment.bottleneck] == "linear"


def test_more_steps_end_where_a_run_must() -> None:
    assert refusal_of_more(1, MAX_STEPS - 1) == ""
    assert "from 1 to 10" in refusal_of_more(11, MAX_STEPS - 10)
    assert "from 1 to" in refusal_of_more(0, 5)


@pytest.mark.parametrize(
    "typed",
    [
        "<script>alert(1)</script>",
        "[x](javascript:1)",
        "a\nINFO forged line",
        "`rm`",
        "$x$",
        "_x_",
        "www.example.com/x",
        "9" * 100_000 + "x",
    ],
)
def test_what_a_user_types_comes_back_without_what_a_reader_would_run(typed: str) -> None:
    with pytest.raises(InvalidExperimentError) as caught:
        Experiment(widths=typed, activation=typed, steps=typed)  # type: ignore[arg-type]
    for sentence in caught.value.errors.values():
        assert not set(sentence) & set("<>[]()`$\n*_|\\")
        assert not re.search(r"\w\.[a-z]", sentence)  # nor what becomes a link
