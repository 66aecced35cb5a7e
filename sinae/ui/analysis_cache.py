"""The analysis of a network's latent space, which takes seconds and is cached for all visitors."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import streamlit as st

from sinae.analysis import latent_space, probes
from sinae.analysis.latent_space import Collision
from sinae.analysis.probes import CarriedTable
from sinae.analysis.worst_signals import WorstSignals, worst_signals
from sinae.model.network import Network


@dataclass(frozen=True, eq=False, slots=True)
class LatentAnalysis:
    """What takes a second or two to find out about a network's latent space."""

    carried: CarriedTable  # how well the signals' parameters can be read from the latent values
    # pairs of signals with nearly the same code, as far as the network's error does not explain
    # them
    collisions: list[Collision]
    worst: WorstSignals  # the signals that the network reconstructs worst
    held_out_mse: float  # its mean squared error on the held-out signals, to compare with


# One at a time: a class that opens the page at once would otherwise take 60 MB for each visitor,
# and be served no sooner. In one thread, not only by a lock: the C library keeps what a thread
# has freed.
_executor = ThreadPoolExecutor(1, "analysis")


@st.cache_data(max_entries=64, show_spinner="Reading the latent values …")
def cached_analysis(id: str, step: int, _network: Network) -> LatentAnalysis:
    """Return the analysis of a network that ``id`` and ``step`` identify, whoever asks for it."""
    return _executor.submit(analyse, _network).result()


def analyse(network: Network) -> LatentAnalysis:
    """Analyse a network; raises NoLatentsError if it has no latent values."""
    return LatentAnalysis(
        probes.carried(network),
        latent_space.collisions(network),
        worst_signals(network),
        network.mean_squared_error(network.family.held_out.signals),
    )
