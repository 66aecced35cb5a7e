"""`measure`: the slow figures of the latent space, worked out for one visitor at a time."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import streamlit as st

from sinae.analysis import latent_space, probes
from sinae.analysis.latent_space import Collision
from sinae.analysis.probes import CarriedTable
from sinae.analysis.worst_signals import WorstSignals, worst_signals
from sinae.model.network import Network


@dataclass(frozen=True, eq=False, slots=True)
class Measured:
    """What takes a second or two to find out about a network.

    Attributes:
        carried: what its latent values carry.
        collisions: pairs of signals that they do not tell apart, as far as its error does not
            explain it.
        worst: the signals that it draws worst.
        held_out_mse: its mean error, to compare with.
    """

    carried: CarriedTable
    collisions: list[Collision]
    worst: WorstSignals
    held_out_mse: float


# A class that opens the page at once would otherwise take 60 MB each, and be served no sooner. In
# one thread, not only by a lock: the C library keeps what each thread has freed.
_measuring = ThreadPoolExecutor(1, "measuring")


@st.cache_data(max_entries=64, show_spinner="Reading the latent values …")
def measure(id: str, step: int, _network: Network) -> Measured:
    """The slow figures; of the same run and step they are the same, whoever asks."""
    return _measuring.submit(look_at, _network).result()


def look_at(network: Network) -> Measured:
    """All of it at once, for a network with latent values."""
    return Measured(
        probes.carried(network),
        latent_space.collisions(network),
        worst_signals(network),
        network.mean_squared_error(network.family.held_out.signals),
    )
