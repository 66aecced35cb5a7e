"""The sentences of the latent space page."""

from collections.abc import Sequence

import numpy as np

from sinae.analysis import latent_space, linear_code
from sinae.analysis.latent_space import Collision
from sinae.analysis.worst_signals import FIRST, WorstSignals
from sinae.figures.encoding import number
from sinae.model.signals.family import HELD_OUT_SIZE, Parameter, SignalFamily

LATER = (
    "What the latent values carry, which signals share a code and which are drawn worst is worked "
    "out when the training halts, by itself."
)

NO_STEP_YET = {
    True: "The first steps of this network are on their way.",
    False: "This network has not been trained for a single step yet.",
}
"""The sentence for a network without a step, by whether it trains."""


def r_squared(family: SignalFamily) -> str:
    """A tooltip that explains the bars of the probes."""
    return (
        "R² tells how much of a quantity's variation can be read from the latent values: 1 is all "
        "of it, exactly; 0 is no better than always answering with the mean. A *linear probe* is a "
        "weighted sum of the latent values; a *nonlinear probe* may follow curves (it lays small "
        "planes through neighbouring points). Both are fitted on one half of the held-out signals "
        f"and scored on the other. {family.targets_explained}"
    )


def latent_value(i: int) -> str:
    """A latent value as the page counts it."""
    return f"latent value {i + 1}"


def atlas(count: int, drawn: int, size: int, coloured: Parameter) -> str:
    """A caption that says what the atlas shows."""
    words = f"{count:,} of the {HELD_OUT_SIZE:,} held-out signals, which are never trained on. "
    if drawn == 1:
        words += (
            "One latent value is a place on a line; upwards is the quantity that the colour "
            "tells too. Where points of one place lie far apart in height, this latent value "
            "does not tell that quantity. "
        )
    elif drawn < size:
        words += (
            f"Two of {size} latent values are drawn: points that lie together here may lie apart "
            "in the others. "
        )
    elif drawn == 3:
        words += "Drag to turn it; with a finger, press **Turn by hand** first. "
    if coloured.periodic:
        words += (
            f"The {coloured.key} is an angle, read in the middle of the window, {coloured.where}; "
            f"its colours go round in a circle, as 0 and 2π are the same {coloured.key}."
        )
    return words


def code(latents: Sequence[float]) -> str:
    """The latent values of one signal, where they are few."""
    if len(latents) > 6:
        return ""
    return f"Its code: {', '.join(map(number, latents))}."


def traversal(swept: Parameter, size: int, drawn: int) -> str:
    """A caption that says what to look for in the traversal of a parameter."""
    words = swept.when_swept
    if swept.periodic:
        each = swept.key
        words = (
            f"The {each} goes once round, and the signal comes back to where it began: this path "
            "closes in every network. "
        )
        words += (
            "But the code of a network is continuous, and on a line, who comes back must pass "
            f"every place between there and back: one latent value cannot give each {each} a place "
            "of its own."
            if size == 1
            else f"A network that tells the {swept.plural} apart keeps the loop open: each has a "
            "place of its own. Where the loop shrinks to a point or runs through itself, different "
            f"{swept.plural} share a code."
        )
    if 1 < drawn < size:
        words += (
            f" (Seen in two of {size} latent values, a path may only seem to cross itself or to "
            "stand still.)"
        )
    return words


def lost(pairs: Sequence[Collision], held_out_mse: float, family: SignalFamily) -> str:
    """A sentence on pairs of signals that share a network's code, the worst first, as
    `sinae.analysis.latent_space.collisions` finds them; or on that there are none."""
    near = f"nearly the same code (within {latent_space.CLOSE:.0%} of the spread of all codes)"
    if not np.isfinite(held_out_mse):
        return "That cannot be told: not all that this network draws are finite numbers."
    if not pairs:
        return (
            f"Among {latent_space.SEARCHED:,} random signals there are no two with {near} that "
            "differ by more than the network's own error explains: two signals that are drawn "
            "alike have, on average, an MSE of at least a quarter of that between them, and for no "
            f"such pair is this above the network's held-out MSE, {number(held_out_mse)}."
        )
    if all(pair.code_distance == 0 for pair in pairs):  # all codes are one: there is no spread
        near = "the same code"
    one = len(pairs) == 1
    these = "this is the most different pair" if one else "these are the most different pairs"
    return (
        f"Among {latent_space.SEARCHED:,} random signals, {these} with {near}"
        f"{'' if one else ', each from another region'}. The decoder sees only the code, so it "
        "draws nearly the same curve for both, and what told the two apart is lost. "
        f"{'They differ' if one else 'The first two differ'} by an MSE of "
        f"{number(pairs[0].signal_mse)}; two signals drawn at random differ by "
        f"{number(linear_code.two_at_random(family))} on average. Drawn so much alike, they have "
        f"an MSE of {number(pairs[0].unavoidable_mse)} on average or more. The network's error on "
        f"held-out signals is smaller, {number(held_out_mse)}: so this comes of the code that "
        "both share, not of a network that draws all signals badly."
    )


def pair(collision: Collision, family: SignalFamily) -> str:
    """One such pair in figures."""
    one, other = map(family.describe, collision.values)
    return (
        f"First: {one}. Second: {other}. MSE between the two {number(collision.signal_mse)}, "
        f"between their reconstructions {number(collision.reconstruction_mse)}."
    )


def worst(found: WorstSignals, held_out_mse: float, family: SignalFamily) -> str:
    """How much worse than the mean a network's worst-drawn signals are."""
    if not np.isfinite(found.mse).all():
        return "There are signals for which this network draws no finite curve: it has diverged."
    words = (
        f"The mean hides them: found by a search through all {family.members}, from the worst of "
        f"{FIRST:,} uphill. The worst has an MSE of {number(found.mse[0])}, where the held-out "
        f"mean is {number(held_out_mse)}. There may be worse ones that the search has missed. "
    )
    worse = int((found.mse > found.power).sum())
    if not worse:
        return words
    which = "this one" if len(found.mse) == 1 else f"{worse} of these {len(found.mse)}"
    if worse == len(found.mse) > 1:
        which = "each of them"
    return f"{words}For {which} a flat line at zero would do better."


def badly_drawn(i: int) -> str:
    """The name of one of the worst-drawn signals, the worst first."""
    return f"badly drawn signal {i + 1}"


def drawn(found: WorstSignals, i: int, family: SignalFamily) -> str:
    """One of the worst-drawn signals in figures."""
    if not np.isfinite(found.mse[i]):
        return f"No finite curve: {family.describe(found.values[i])}."
    return (
        f"MSE {number(found.mse[i])}: {family.describe(found.values[i])}. A flat line "
        f"at zero would have {number(found.power[i])}, the mean square of the signal."
    )
