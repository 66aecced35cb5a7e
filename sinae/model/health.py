"""Whether a network still answers to its signals, and what to say where it does not."""

from functools import cache

import numpy as np

from sinae.model.arrays import Array
from sinae.model.experiment import Experiment
from sinae.model.held_out import HeldOutErrors
from sinae.model.network import Network
from sinae.model.signals.family import SignalFamily

# A node is silent if its values spread over the signals by no more than this share of the largest
# one, which is rounding.
SAME = 1e-6
# So many signals are looked at first; only where a node is silent on these, all held-out ones are.
FIRST_LOOK = 512
# After this many steps a network that scores no better than a flat line has learnt nothing.
PATIENCE = 1000
# Errors that differ from that of predicting zero by no more than this share count as the same.
BARELY = 0.02


def silent_nodes(network: Network) -> tuple[int, ...]:
    """How many nodes of each hidden layer give the same value for every held-out signal. It takes
    less than a millisecond to see that there are none, and some milliseconds else."""
    signals = network.family.held_out.signals
    few = _silent(network, signals[:FIRST_LOOK])
    return _silent(network, signals) if any(few) else few


def _silent(network: Network, signals: Array) -> tuple[int, ...]:
    counts = []
    with np.errstate(over="ignore", invalid="ignore"):
        for values in network.hidden_layers(signals):
            spread, largest = np.ptp(values, axis=0), np.abs(values).max(axis=0)
            counts.append(int((spread <= SAME * largest).sum()))
    return tuple(counts)


@cache
def predict_zero_held_out(family: SignalFamily) -> float:
    """The MSE of a flat line at zero on the held-out set of a family."""
    return float(np.mean(np.square(family.held_out.signals, dtype=float)))


def warning(experiment: Experiment, silent: tuple[int, ...], errors: HeldOutErrors) -> str:
    """What is wrong with a trained network, given its silent nodes and its errors, and what to try,
    in a sentence or two; empty where nothing is, or where it is too early to tell."""
    if not errors.step:
        return ""
    zero = predict_zero_held_out(experiment.family)
    flat = f"{zero:.3g}, what a flat line at zero scores"
    widths = experiment.widths
    found = []
    deaf = next((i for i, n in enumerate(silent) if n == widths[i]), None)
    if deaf is not None:
        assert experiment.bottleneck is not None
        found.append(
            "Every signal gets the same code, so the network draws one curve for all."
            if deaf <= experiment.bottleneck
            else f"No node of hidden layer {deaf + 1} answers to the signal, so the network draws "
            "one curve for all."
        )
    # While a curriculum lets signals in, those still out may be drawn as badly as they like.
    complete = errors.let_in == errors.mean
    settled = complete and errors.step >= min(PATIENCE, experiment.steps)
    if settled and errors.mean > (1 + BARELY) * zero:
        mean = f"{errors.mean:,.0f}" if errors.mean >= 100 else f"{errors.mean:.3g}"
        found.append(f"Its error of {mean} is worse than {flat}.")
    if found:
        return f"{' '.join(found)} {_advice(experiment)}"
    if settled and errors.mean > (1 - BARELY) * zero and errors.step >= PATIENCE:
        return f"So far it scores no better than {flat}. {_advice(experiment)}"
    if experiment.bottleneck is not None and (n := silent[experiment.bottleneck]):
        size = widths[experiment.bottleneck]
        give = "gives" if n == 1 else "give"
        return (
            f"{n} of the {size} latent nodes {give} the same value for every held-out signal, so "
            f"no more than {size - n} of the {size} numbers carry anything. {_advice(experiment)}"
        )
    worst = max(range(len(widths)), key=lambda i: silent[i] / widths[i], default=None)
    if worst is not None and 2 * silent[worst] >= widths[worst]:
        return (
            f"{silent[worst]} of the {widths[worst]} nodes of hidden layer {worst + 1} give "
            f"the same value for every held-out signal. {_advice(experiment)}"
        )
    return ""


def _advice(experiment: Experiment) -> str:
    ways = []
    if experiment.learning_rate > 0.001:
        ways.append("a smaller learning rate")
    if experiment.activation == "relu":
        ways.append("another activation, as relu nodes may fall silent for good")
    ways.append("other initial weights")
    return f"Try {', or '.join(ways)}."
