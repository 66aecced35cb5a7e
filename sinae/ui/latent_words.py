"""What the latent space page says beside its pictures."""

from collections.abc import Sequence

from sinae import baselines, latent, latent_figures
from sinae.figures import number
from sinae.latent import Collision
from sinae.signals import AMPLITUDE, HELD_OUT_SIZE, PHASE, Parameter

R_SQUARED = (
    "R² tells how much of a quantity's variation can be read from the latent values: 1 is all of "
    "it, exactly; 0 is no better than always answering with the mean. A *linear probe* is a "
    "weighted sum of the latent values; a *nonlinear probe* may follow curves (it lays small "
    "planes through neighbouring points). Both are fitted on one half of the held-out signals and "
    "scored on the other. A is the amplitude, φ the phase at x = 50. The phase itself is an angle: "
    "it jumps from 2π back to 0, so no straight scale fits it; A cos φ and A sin φ hold the same "
    "without a jump."
)
COMPARISON = (
    "In grey, for comparison: the best linear code of as many numbers (principal component "
    "analysis), which needs no training. A sine's value at x = 50 is A sin φ up to its sign, so "
    "linear codes may well do well on that one."
)


def latent_value(i: int) -> str:
    """A latent value as the page counts it."""
    return f"latent value {i + 1}"


def atlas(count: int, drawn: int, size: int, phase: bool) -> str:
    """What the atlas shows."""
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
        words += "Drag to turn it. "
    if phase:
        words += (
            "The phase is an angle, read in the middle of the window, at x = 50; its colours go "
            "round in a circle, as 0 and 2π are the same phase."
        )
    return words


def code(latents: Sequence[float]) -> str:
    """The latent values of one signal, where they are few."""
    if len(latents) > 6:
        return ""
    return f"Its code: {', '.join(map(number, latents))}."


def orbit(swept: Parameter, size: int, drawn: int) -> str:
    """What to look for in a path."""
    if swept is PHASE:
        words = (
            "The phase goes once round, and the signal comes back to where it began: this path "
            "closes in every network. "
        )
        words += (
            "But on a line, who comes back must pass every place between there and back: one "
            "latent value cannot give each phase a place of its own."
            if size == 1
            else "A network that tells the phases apart keeps the loop open: each phase has a "
            "place of its own. Where the loop shrinks to a point or runs through itself, "
            "different phases share a code."
        )
    elif swept is AMPLITUDE:
        words = (
            "From faint (ring) to loud (square). The faintest signals are all nearly zero, "
            "whatever their phase and frequency, so all these paths begin close together."
        )
    else:
        words = (
            "From slow waves (ring) to fast ones (square), with the phase held in the middle of "
            "the window. Where the path runs through itself or stands still, different "
            "frequencies share a code."
        )
    if 1 < drawn < size:
        words += (
            f" (Seen in two of {size} latent values, a path may only seem to cross itself or to "
            "stand still.)"
        )
    return words


def lost(pairs: Sequence[Collision]) -> str:
    """What pairs of signals that share a code mean; the worst comes first."""
    if not pairs:
        return (
            f"Among {latent.SEARCHED:,} random signals there is no pair whose codes lie within "
            f"{latent.CLOSE:.0%} of the spread of all codes and for which the decoder draws the "
            "same, or nearly."
        )
    return (
        f"Among {latent.SEARCHED:,} random signals, these are the most different pairs with nearly "
        f"the same code (within {latent.CLOSE:.0%} of the spread of all codes). The decoder sees "
        "only the code, so it draws nearly the same curve for both, and what told the two apart "
        f"is lost. The first two differ by an MSE of {number(pairs[0].signal_mse)}; two signals "
        f"drawn at random differ by {number(baselines.two_at_random())} on average."
    )


def pair(collision: Collision) -> str:
    """One such pair in figures."""
    one, other = map(latent_figures.describe, collision.parameters)
    return (
        f"One: {one}. Another: {other}. MSE between the two {number(collision.signal_mse)}, "
        f"between their reconstructions {number(collision.reconstruction_mse)}."
    )
