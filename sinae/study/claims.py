"""The post's claims in our words, each with what our own measurements say about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sinae.analysis.latent_space import collisions
from sinae.analysis.linear_code import best_linear, floor
from sinae.model.signals.sine import SINE
from sinae.study.post import LAST_PRINTS
from sinae.study.presets import presets, reproduction, trained_network
from sinae.study.reproduction import SIGNALS, row

DEEP_THREE, DEEP_TWO = "selu-50-20-10-3-10-20-50", "selu-50-20-10-2-10-20-50"


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of the post, with the evidence for or against it."""

    claim: str  # what the post says, in our words
    verdict: str  # what we find, in a few words
    evidence: str  # sentences with figures that are measured or exact


@cache
def claims() -> tuple[Claim, ...]:
    """Return the post's claims in its order; needs the stored `reproduction` and weights."""
    rows = {name: row(presets()[name], kept.runs) for name, kept in reproduction().items()}
    return (_more_training(rows), _three_are_enough(rows), _two_are_worse(rows))


def tears(numbers: Mapping[str, Any]) -> str:
    """Say in a clause how many seeds of a network have a tear, from what `over_seeds` returns."""
    seeds, torn = numbers["seeds"], numbers["lost"]
    if torn in (0, seeds):
        return f"{'none' if torn == 0 else 'each'} of {seeds} seeds has a tear"
    return f"of {seeds} seeds {torn} {'has' if torn == 1 else 'have'} a tear"


def _more_training(rows: Mapping[str, Any]) -> Claim:
    short, long = rows["sigmoid-10"], rows["sigmoid-10-longer"]
    lowest = floor(presets()["sigmoid-10"].experiment)
    return Claim(
        "The ten sigmoid nodes would do better with more training.",
        f"A little, and never below {lowest:.3g}.",
        f"The decoder of the ten sigmoid nodes is a single linear layer, so its pictures are sums "
        f"of ten fixed curves. The best ten such curves leave an error of {lowest:.4g}, exactly. "
        f"The median over {short['seeds']} seeds is {short['median']:.3g} after "
        f"{short['steps']:,} steps and {long['median']:.3g} after {long['steps']:,}.",
    )


def _three_are_enough(rows: Mapping[str, Any]) -> Claim:
    deep, same, wider = (
        rows[name] for name in (DEEP_THREE, "post-network-solved", "three-nodes-solved")
    )
    return Claim(
        "It should be possible to recreate the signals with as few as three nodes in the middle.",
        "It is, also with the post's own layers, where the code is grown from a patch: "
        f"{tears(same)}, and with wider layers {tears(wider)}.",
        "Three numbers can hold a sine: A cos φ, A sin φ and the frequency make a continuous code, "
        "and no amplitude is so small that the other two would be lost. How near training comes "
        f"to it, over {SIGNALS:,} signals, as the median of some seeds: the post's deepest network "
        "with three nodes, whose error the post saw level out around 1 (its last "
        f"{LAST_PRINTS} prints average {deep['post']:.2f}), comes by the same recipe to a "
        f"mean of {deep['median']:.3g} ({deep['seeds']} seeds), but the worst signal that a search "
        f"finds to {deep['worst']:.3g}. Our recipe takes the mean of the very same widths to "
        f"{same['median']:.3g} ({same['lowest']:.3g} to {same['highest']:.3g}, {same['seeds']} "
        f"seeds), and their worst signal to {same['worst']:.3g} ({same['least_worst']:.3g} to "
        f"{same['most_worst']:.3g}).\n\nWider layers around the same three nodes come to "
        f"{wider['median']:.3g} within {wider['steps']:,} steps, "
        f"{SINE.power / wider['median']:,.0f} times less than predicting zero and "
        f"{best_linear(3, SINE) / wider['median']:,.0f} times less than the best linear code of "
        f"three numbers; 99.9 % of the signals stay below "
        f"{wider['p999']:.3g}, and the worst of a seed has {wider['least_worst']:.3g} to "
        f"{wider['most_worst']:.3g} ({wider['seeds']} seeds).",
    )


def _two_are_worse(rows: Mapping[str, Any]) -> Claim:
    two, three = rows[DEEP_TWO], rows[DEEP_THREE]
    network = trained_network(DEEP_TWO)
    pairs = collisions(network, 1) if network else []
    lost = "".join(
        f" In this network two signals with an MSE of {pair.signal_mse:.3g} between them "
        "get nearly the same code, so that at least one of them is drawn wrongly."
        for pair in pairs
    )
    return Claim(
        "Two nodes are definitely worse than three, though not nearly as bad as expected.",
        "Both are true of the mean; but some signals are lost.",
        f"Two nodes come to a mean of {two['median']:.3g} where three come to "
        f"{three['median']:.3g} by the same recipe ({two['seeds']} seeds each); the best linear "
        f"code of two numbers to {best_linear(2, SINE):.4g}. But no continuous code of two numbers "
        "is one-to-one on signals with three parameters: some quite different ones must share a "
        f"code. The worst-drawn signal has {two['worst']:.3g}.{lost} "
        "The Latent space page looks for such pairs.",
    )
