"""The post's claims, each with what our own measurements say of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sinae.baselines import best_linear, floor, predict_zero
from sinae.latent import collisions
from sinae.presets import presets, reproduction, trained_network
from sinae.reproduce import row


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of the post, and the evidence.

    Attributes:
        quote: the post's words.
        verdict: ours, in a few words.
        evidence: sentences with figures that were measured or are exact.
    """

    quote: str
    verdict: str
    evidence: str


@cache
def claims() -> tuple[Claim, ...]:
    """The post's claims in its order; needs `reproduction` and the shipped weights."""
    rows = {name: row(presets()[name], kept.runs) for name, kept in reproduction().items()}
    return (_more_training(rows), _three_are_enough(rows), _two_are_not_bad(rows))


def _more_training(rows: Mapping[str, Any]) -> Claim:
    short, long = rows["sigmoid-10"], rows["sigmoid-10-longer"]
    lowest = floor(presets()["sigmoid-10"].experiment)
    return Claim(
        "it definitely will do better with more training",
        f"A little, and never below {lowest:.3g}.",
        f"The decoder of the ten sigmoid nodes is a single linear layer, so its pictures are sums "
        f"of ten fixed curves. The best ten such curves leave an error of {lowest:.4g}, exactly. "
        f"Over {short['seeds']} seeds the network scores {short['median']:.3g} after "
        f"{short['steps']:,} steps and {long['median']:.3g} after {long['steps']:,}.",
    )


def _three_are_enough(rows: Mapping[str, Any]) -> Claim:
    deep, best, solved = (
        rows[name] for name in ("selu-50-20-10-3-10-20-50", "deep-three-best", "three-nodes-solved")
    )
    return Claim(
        "three nodes should be enough",
        "They are.",
        f"The post's deepest network with three nodes scores {deep['median']:.3g} with the post's "
        f"recipe. The very same widths with a better recipe score {best['median']:.3g}; wider "
        f"layers around the same three nodes, with slow sines first, {solved['median']:.3g}, "
        f"{predict_zero() / solved['median']:,.0f} times less than predicting zero and "
        f"{best_linear(3) / solved['median']:,.0f} times less than the best linear code of three "
        "numbers. What held the networks of the post back was not the waist, but the layers "
        "around it and the recipe.",
    )


def _two_are_not_bad(rows: Mapping[str, Any]) -> Claim:
    name = "selu-50-20-10-2-10-20-50"
    two, three = rows[name], rows["selu-50-20-10-3-10-20-50"]
    network = trained_network(name)
    worst = collisions(network, 1)[0] if network else None
    lost = ""
    if worst is not None:
        lost = (
            " Three parameters cannot be one-to-one with two numbers: in this network two signals "
            f"that differ by a mean square of {worst.signal_mse:.3g} get nearly the same code, so "
            "that at least one of them is drawn wrongly. The Latent space page shows such pairs."
        )
    return Claim(
        "two is not nearly as bad as expected",
        "On average; and some signals are lost.",
        f"Two nodes score {two['median']:.3g} where three score {three['median']:.3g} with the "
        f"same recipe; the best linear code of two numbers scores {best_linear(2):.4g}.{lost}",
    )
