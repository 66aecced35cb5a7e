"""`Setting`: how one field of an `Experiment` is shown, read and checked."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from sinae.model.numerals import AmbiguousNumberError, read_number
from sinae.model.signals.family import LENGTH

MAX_LAYERS = 12

MAX_WIDTH = 512

MAX_WEIGHTS = 1_000_000

MAX_TEXT = 200  # characters


@dataclass(frozen=True, slots=True)
class Setting:
    """How one field of `Experiment` is shown, read and checked.

    Attributes:
        label: its name on a control.
        help: what it does, for a tooltip.
        read: turns typed text or a value into the field's type and checks it by itself; raises
            ValueError with the sentence to show.
        choices: the values allowed, where they can be listed.
        step: one notch of its control, for numbers.
        recipe: whether it belongs to how a network is trained, not to what it is.
        phrase: how a value stands in a run's name, such as ``batches of {}``; empty for those that
            `Experiment.name` holds.
    """

    label: str
    help: str
    read: Callable[[Any], Any]
    choices: tuple[str, ...] = ()
    step: float | None = None
    recipe: bool = False
    phrase: str = ""


def read_widths(value: Any) -> tuple[int, ...]:
    """Layer widths from a sequence of numbers or from text.

    Text may be ``50, 20, 3, 20, 50`` or, as people write networks, ``50-20-3-20-50``; in the
    latter the 101 points of input and output may stand at its ends. Empty text or an empty
    sequence is the network without hidden layers.
    """
    if not isinstance(value, list | tuple):
        text = str(value if value is not None else "").strip(" []()")
        if len(text) > MAX_TEXT:
            raise ValueError(f"Widths are at most {MAX_TEXT} characters; these are {len(text):,}.")
        if re.fullmatch(r"\d+(\s*[-–x×]\s*\d+)+", text):
            value = re.split(r"\s*[-–x×]\s*", text)
            if value[0] == value[-1] == str(LENGTH):
                value = value[1:-1]
        else:
            value = re.split(r"[\s,;]+", text.strip(" ,;")) if text.strip(" ,;") else []
    if len(value) > MAX_LAYERS:
        raise ValueError(f"At most {MAX_LAYERS} hidden layers are allowed; these are {len(value)}.")
    widths = tuple(whole_number(item, "Each width", 1, MAX_WIDTH) for item in value)
    if (weights := weight_count(widths)) > MAX_WEIGHTS:
        raise ValueError(
            f"At most {MAX_WEIGHTS:,} weights are allowed; these widths need {weights:,}."
        )
    return widths


def weight_count(widths: tuple[int, ...]) -> int:
    """The number of weights, biases included, of the network with these hidden widths."""
    sizes = (LENGTH, *widths, LENGTH)
    return sum((inputs + 1) * outputs for inputs, outputs in pairwise(sizes))


def _number(
    value: Any, subject: str, low: float, high: float, kind: str = "number", *, whole: bool = False
) -> float:
    allowed = f"{subject} is a {kind} from {plain(low)} to {plain(high)}"
    try:
        number = read_number(value, whole=whole) if isinstance(value, str) else float(value)
    except AmbiguousNumberError as error:
        raise ValueError(f"{subject} is not certain: {error}") from None
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{allowed}; {quoted(value)} is not.") from None
    if not low <= number <= high:  # false for NaN too
        raise ValueError(f"{allowed}; {plain(number)} is not.")
    return number


def whole_number(value: Any, subject: str, low: int, high: int) -> int:
    """A whole number in a range, of a number or of text.

    Raises:
        ValueError: it is none, with a sentence that begins with the subject and says what is.
    """
    number = _number(value, subject, low, high, "whole number", whole=True)
    if not number.is_integer():
        raise ValueError(
            f"{subject} is a whole number from {plain(low)} to {plain(high)}; "
            f"{plain(number)} is not."
        )
    return int(number)


def quoted(value: Any) -> str:
    """What a user typed, shortened, without a character that Markdown, HTML or a log would read,
    nor a point that could make it a link."""
    text = re.sub(r"[^\w ,.+-]|_|\.(?!\d)", "?", str(value)[:20]).strip()
    return f"“{text}”" if value is not None and text else "nothing"


def plain(number: float) -> str:
    if math.isfinite(number) and number == int(number) and abs(number) < 1e15:
        return f"{int(number):,}"
    return f"{number:g}"


def write(value: Any) -> str:
    """A setting's value as a person types it, and as an address holds it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)


def read_switch(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    try:
        return {"true": True, "false": False}[str(value).lower()]
    except KeyError:
        raise ValueError("This switch is either true or false.") from None


def whole_setting(label: str, subject: str, help: str, low: int, high: int, step: int) -> Setting:
    return Setting(label, help, lambda value: whole_number(value, subject, low, high), step=step)


def real_setting(
    label: str, subject: str, help: str, low: float, high: float, step: float
) -> Setting:
    return Setting(label, help, lambda value: _number(value, subject, low, high), step=step)


def choice_setting(label: str, subject: str, help: str, choices: tuple[str, ...]) -> Setting:
    def read(value: Any) -> str:
        if value not in choices:
            raise ValueError(f"{subject} is one of {', '.join(choices)}; {quoted(value)} is not.")
        return str(value)

    return Setting(label, help, read, choices)


def declare(default: Any, setting: Setting, *, recipe: bool = False, phrase: str = "") -> Any:
    declared = replace(setting, recipe=recipe, phrase=phrase)
    return field(default=default, metadata={"setting": declared})
