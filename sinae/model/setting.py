"""`Setting`: how one field of an `Experiment` is shown, read and checked."""

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
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


def _number(value: Any, subject: str, low: float, high: float, *, whole: bool = False) -> float:
    kind = "whole number" if whole else "number"
    allowed = f"{subject} is a {kind} from {_plain(low)} to {_plain(high)}"
    try:
        number = read_number(value, whole=whole) if isinstance(value, str) else float(value)
    except AmbiguousNumberError as error:
        raise ValueError(f"{subject} is not certain: {error}") from None
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{allowed}; {quoted(value)} is not.") from None
    if not low <= number <= high or (whole and not number.is_integer()):  # NaN is in no range
        raise ValueError(f"{allowed}; {_plain(number)} is not.")
    return number


def whole_number(value: Any, subject: str, low: int, high: int) -> int:
    """A whole number in a range, of a number or of text; raises ValueError where it is none, with a
    sentence that begins with the subject and says what is."""
    return int(_number(value, subject, low, high, whole=True))


def quoted(value: Any) -> str:
    """What a user typed, shortened, without a character that Markdown, HTML or a log would read,
    nor a point that could make it a link."""
    text = re.sub(r"[^\w ,.+-]|_|\.(?!\d)", "?", str(value)[:20]).strip()
    return f"“{text}”" if value is not None and text else "nothing"


def _plain(number: float) -> str:
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


def _read_switch(value: Any) -> bool:
    try:
        return {"true": True, "false": False}[str(value).lower()]
    except KeyError:
        raise ValueError("This switch is either true or false.") from None


def declare(default: Any, label: str, help: str, read: Callable[[Any], Any], **options: Any) -> Any:
    """A field of `Experiment` with its setting; ``options`` are further attributes of `Setting`."""
    return field(default=default, metadata={"setting": Setting(label, help, read, **options)})


def switch(label: str, help: str, **options: Any) -> Any:
    """A field that is true or false, and false by default; see `declare`."""
    return declare(False, label, help, _read_switch, **options)


def number(
    default: float,
    label: str,
    help: str,
    limits: tuple[float, float, float],
    *,
    subject: str = "",
    **options: Any,
) -> Any:
    """A field that holds a number, a whole one where the default is one; see `declare`. The limits
    are the lowest and the highest value, and one notch of the control; the subject is what a
    refusal calls it, "The" and the label by default."""
    low, high, step = limits
    subject = subject or f"The {label.lower()}"

    def read(value: Any) -> float:
        if isinstance(default, int):
            return whole_number(value, subject, int(low), int(high))
        return _number(value, subject, low, high)

    return declare(default, label, help, read, step=step, **options)


def choice(
    default: str,
    label: str,
    help: str,
    choices: Iterable[str],
    *,
    subject: str = "",
    **options: Any,
) -> Any:
    """A field that holds one of some values; see `declare` and `number`."""
    subject, allowed = subject or f"The {label.lower()}", tuple(choices)

    def read(value: Any) -> str:
        if value not in allowed:
            raise ValueError(f"{subject} is one of {', '.join(allowed)}; {quoted(value)} is not.")
        return str(value)

    return declare(default, label, help, read, choices=allowed, **options)
