"""`measure`: the slow figures of the latent space, worked out for one visitor at a time."""

from concurrent.futures import ThreadPoolExecutor

import streamlit as st

from sinae import latent, readout
from sinae.latent import Collision
from sinae.network import Network
from sinae.readout import CarriedTable

Measured = tuple[CarriedTable, list[Collision]]
"""What a network's latent values carry, and pairs of signals that they do not tell apart."""

# A class that opens the page at once would otherwise take 60 MB each, and be served no sooner. In
# one thread, not only by a lock: the C library keeps what each thread has freed.
_measuring = ThreadPoolExecutor(1, "measuring")


@st.cache_data(max_entries=64, show_spinner="Reading the latent values …")
def measure(id: str, step: int, _network: Network) -> Measured:
    """The slow figures; of the same run and step they are the same, whoever asks."""
    return _measuring.submit(_measure, _network).result()


def _measure(network: Network) -> Measured:
    return readout.carried(network), latent.collisions(network)
