"""`Experiment`: everything a user chooses, declared and validated here and nowhere else.

Each field carries a `Setting`, from which the controls of the Train page, its address and the
command line are made. Where a help text tells of an effect in figures, they are medians of four
seeds of ``python -m tests.benchmarks.recipes``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from sinae.model.activations import ACTIVATION_FUNCTIONS
from sinae.model.setting import (
    Setting,
    choice,
    declare,
    number,
    read_widths,
    switch,
    weight_count,
    whole_number,
    write,
)
from sinae.model.signals import FAMILIES, GROWING
from sinae.model.signals.family import LENGTH, Parameter, SignalFamily

DEFAULT_SIGNALS = next(iter(FAMILIES))
MAX_STEPS = 1_000_000
MAX_SEED = 2**31 - 1


class InvalidExperimentError(ValueError):
    """Settings that cannot be trained.

    Attributes:
        errors: for each setting at fault, by field name, one sentence that says what is allowed.
    """

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)


def refusal_of_more(more: Any, done: int, most: int = MAX_STEPS) -> str:
    """Why a run cannot train ``more`` steps beyond those done, to ``most`` at most in all, in a
    sentence; empty if it can."""
    if done >= most:
        return f"This run has had all of its {most:,} steps."
    try:
        whole_number(more, "The number of further steps", 1, most - done)
    except ValueError as error:
        return str(error)
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """A network and the recipe it is trained by.

    Every field accepts its own type or text, and is checked here: `InvalidExperimentError` has one
    sentence for each setting at fault. Equal experiments give equal losses, bit for bit, on
    machines of one kind.
    """

    signals: str = choice(
        DEFAULT_SIGNALS,
        "Signals",
        "What the network is trained on. "
        + " ".join(f"{name}: {family.about}" for name, family in FAMILIES.items()),
        FAMILIES,
        subject="The family of signals",
    )
    widths: tuple[int, ...] = declare(
        (50, 20, 10, 3, 10, 20, 50),
        "Hidden layer widths",
        "Nodes in each hidden layer, from input to output, such as 50, 20, 3, 20, 50. "
        "The narrowest is the bottleneck. Empty: no hidden layer, a linear network.",
        read_widths,
    )
    activation: str = choice(
        "selu",
        "Activation",
        "The function each hidden node applies to its sum; the output layer is always linear.",
        ACTIVATION_FUNCTIONS,
    )
    bottleneck_linear: bool = switch(
        "Linear bottleneck",
        "Leave the activation out in the narrowest layer, so that latent values can take any "
        "value. The post's network ends at an error of 1.13 with it after 20,000 steps, at "
        "1.42 without.",
        phrase="linear bottleneck",
    )
    steps: int = number(
        20_000,
        "Steps",
        "How many batches to train on, each of fresh random signals.",
        (1, MAX_STEPS, 1000),
        subject="The step count",
        phrase="{:,} steps",
    )
    batch_size: int = number(
        100,
        "Batch size",
        "Signals in each batch.",
        (1, 1000, 10),
        recipe=True,
        phrase="batches of {}",
    )
    learning_rate: float = number(
        0.001,
        "Learning rate",
        "How far Adam moves the weights in a step; at the top of the schedule.",
        (1e-6, 1.0, 0.0005),
        recipe=True,
        phrase="rate {:g}",
    )
    schedule: str = choice(
        "constant",
        "Learning-rate schedule",
        "constant, as in the post; cosine: a short linear warm-up, then down along half a "
        "cosine; linear: a warm-up over a hundredth of the steps, then down in a line. A "
        "schedule lets a larger rate pay: with 0.006, clipping at 1 and cosine the post's "
        "network ends at an error of 0.53 after 20,000 steps, with that rate alone at 1.38; "
        "with its own rate it gains nothing.",
        ("constant", "cosine", "linear"),
        recipe=True,
        phrase="{} schedule",
    )
    clip_norm: float = number(
        0.0,
        "Gradient clipping",
        "Scale a gradient down to this norm where it is longer; 0 leaves it as it is.",
        (0.0, 1000.0, 0.5),
        subject="The gradient clipping norm",
        recipe=True,
        phrase="clipping at {:g}",
    )
    growth: str = choice(
        "off",
        "Grow the family from a patch",
        "both: begin with slow sines whose phases lie in a narrow fan, and open both by and "
        "by: the fan to the whole circle after 6 % of the steps, the frequencies to all after "
        "35 %. So the code is grown from one patch, and no two parts of it must be joined that "
        "were learnt apart. frequency, or phase: one of the two alone. The batches' error is "
        "of the sines let in so far, the held-out error always of all. The page The post shows "
        "what it is worth.",
        ("off", *GROWING, "both"),
        subject="The growth",
        recipe=True,
        phrase="growth: {}",
    )
    scaled: bool = switch(
        "Scale the signals",
        "Divide the signals by 4 on their way in and multiply by 4 on their way out, so that "
        "the layers work with values around 1. Errors stay those of the signals themselves. "
        "The page The post tells what that is worth.",
        recipe=True,
        phrase="scaled signals",
    )
    lattice: bool = switch(
        "Batches from a lattice",
        "Spread the signals of each batch evenly over the family, by a lattice that is shifted "
        "at random, in place of independent draws. The page The post tells what that is worth.",
        recipe=True,
        phrase="lattice batches",
    )
    seed: int = number(
        1,
        "Seed",
        "Decides the initial weights and the training signals: same seed, same result.",
        (0, MAX_SEED, 1),
        recipe=True,
        phrase="seed {}",
    )

    def __post_init__(self) -> None:
        errors = {}
        for name, setting in SETTINGS.items():
            try:
                object.__setattr__(self, name, setting.read(getattr(self, name)))
            except ValueError as error:
                errors[name] = str(error)
        if not errors and self.growth != "off" and not self.growing:
            allowed = ", ".join(["off", *(p.key for p in self.family.growing)])
            errors["growth"] = (
                f"The growth is {allowed} or both for signals of the family {self.signals}, "
                f"which have no {self.growth} to grow by."
            )
        if errors:
            raise InvalidExperimentError(errors)

    @property
    def name(self) -> str:
        """The network in short, such as ``50-10-50 selu``, and its signals, where these are not the
        post's."""
        hidden = "-".join(map(str, self.widths))
        name = f"{hidden} {self.activation}" if hidden else "no hidden layer"
        is_post = self.signals == DEFAULT_SIGNALS
        return name if is_post else f"{name}, {self.family.title.lower()}"

    @property
    def title(self) -> str:
        """The name, the seed, and all other settings that are not the default ones: experiments
        that differ in anything have different titles."""
        other = self.differences(Experiment()).keys() - {"seed"}
        return ", ".join([self.name, *self.phrases([*other, "seed"])])

    def phrases(self, names: Iterable[str]) -> list[str]:
        """Some settings in a few words each, in the order in which they are declared; those that
        `name` holds are left out."""
        wanted = set(names)
        return [
            f"{'' if value is not False else 'no '}{setting.phrase.format(value)}"
            for name, setting in SETTINGS.items()
            if name in wanted and setting.phrase
            for value in [getattr(self, name)]
        ]

    @property
    def family(self) -> SignalFamily:
        """The family of the signals."""
        return FAMILIES[self.signals]

    @property
    def growing(self) -> tuple[Parameter, ...]:
        """The parameters of the family whose range opens in the course of the training."""
        return tuple(p for p in self.family.growing if self.growth in (p.key, "both"))

    @property
    def sizes(self) -> tuple[int, ...]:
        """The widths of all layers, input and output included."""
        return (LENGTH, *self.widths, LENGTH)

    @property
    def weight_count(self) -> int:
        """The number of weights, biases included."""
        return weight_count(self.widths)

    @property
    def bottleneck(self) -> int | None:
        """The narrowest hidden layer, as an index into `widths`; the one nearest to the middle
        where several are. None without hidden layers."""
        middle = (len(self.widths) - 1) / 2
        return min(
            range(len(self.widths)), key=lambda i: (self.widths[i], abs(i - middle)), default=None
        )

    @property
    def bottleneck_layer(self) -> int | None:
        """The same hidden layer as an index into `sizes`; None without hidden layers."""
        return None if self.bottleneck is None else self.bottleneck + 1

    def with_bottleneck(self, size: int) -> "Experiment":
        """The same experiment with so many nodes in its bottleneck; it must have hidden layers."""
        widths = (size if i == self.bottleneck else w for i, w in enumerate(self.widths))
        return replace(self, widths=tuple(widths))

    @property
    def latent_size(self) -> int | None:
        """Nodes in the bottleneck; None without hidden layers."""
        return None if self.bottleneck is None else self.widths[self.bottleneck]

    @property
    def layer_activations(self) -> tuple[str, ...]:
        """The activation of each layer after the input: hidden ones, then the linear output."""
        linear = self.bottleneck if self.bottleneck_linear else None
        hidden = ("linear" if i == linear else self.activation for i in range(len(self.widths)))
        return (*hidden, "linear")

    def with_next_seed(self) -> "Experiment":
        """The same experiment from other initial weights and other batches."""
        return replace(self, seed=(self.seed + 1) % (MAX_SEED + 1))

    def differences(self, other: "Experiment") -> dict[str, str]:
        """The settings in which this experiment differs from another, as text by field name."""
        return {
            name: write(getattr(self, name))
            for name in SETTINGS
            if getattr(self, name) != getattr(other, name)
        }

    def to_query(self) -> dict[str, str]:
        """What an address says of this experiment, by field name: the widths, and what is not the
        default. Default settings say something too, unlike an address that says nothing."""
        return {"widths": write(self.widths), **self.differences(Experiment())}

    def to_dict(self) -> dict[str, Any]:
        """Every setting by name, as JSON can hold it."""
        return {**asdict(self), "widths": list(self.widths)}


SETTINGS: dict[str, Setting] = {f.name: f.metadata["setting"] for f in fields(Experiment)}
"""The settings of an `Experiment` by field name, in the order in which they are shown."""
