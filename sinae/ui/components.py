"""The browser components: each a JavaScript module in ``assets`` and a function that places it."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import plotly
import streamlit as st

from sinae.experiment import MAX_LAYERS, MAX_WIDTH, Experiment
from sinae.figures import Array, Figure, to_json

ASSETS = Path(__file__).parent / "assets"
_DIGEST = hashlib.sha256(b"".join(p.read_bytes() for p in sorted(ASSETS.iterdir()))).hexdigest()
_BASE = st.get_option("server.baseUrlPath").strip("/")
ASSETS_PATH = f"{'/' + _BASE if _BASE else ''}/assets/{_DIGEST[:12]}"
"""Where the server offers ``assets``; the digest lets browsers keep them for good."""
PLOTLY_PATH = f"{ASSETS_PATH}/plotly-{plotly.__version__}.min.js"
"""Where the server offers the Plotly.js that the plotly package carries."""


def _component(name: str, *, isolate_styles: bool = True) -> Any:
    """The component of ``assets/NAME.js``, with ``assets/NAME.css`` where there is one.

    Streamlit gets two lines of JavaScript that import the module from the app's own address, so
    that modules can import each other.
    """
    css = ASSETS / f"{name}.css"
    return st.components.v2.component(
        f"sinae_{name}",
        js=f'const module = await import(location.origin + "{ASSETS_PATH}/{name}.js");\n'
        "export default module.default;",
        css=css.read_text() if css.exists() else None,
        isolate_styles=isolate_styles,
    )


# Not isolated: Plotly puts its styles into the page's head.
_chart = _component("chart", isolate_styles=False)
_network = _component("network")


def chart(figure: Figure, key: str) -> None:
    """Draw a figure, or move the one that is already there under this key to new values."""
    _chart(key=key, data={"figure": to_json(figure), "plotly": PLOTLY_PATH})


def network_editor(
    experiment: Experiment,
    key: str,
    signal: Array,
    output: Array | None,
    on_widths: Callable[[list[int]], None],
) -> None:
    """Draw the network with its widths to change.

    Args:
        experiment: whose network it is.
        key: of the component.
        signal, output: (101,): what is drawn on the two sides.
        on_widths: called with the new widths, unchecked, when one is changed.
    """

    def changed() -> None:
        on_widths(st.session_state[key]["widths"])

    _network(
        key=key,
        data={
            "sizes": experiment.sizes,
            "bottleneck": None if experiment.bottleneck is None else experiment.bottleneck + 1,
            "input": signal.tolist(),
            "output": None if output is None else output.tolist(),
            "label": "The network: " + " to ".join(map(str, experiment.sizes)) + " nodes.",
            "max_width": MAX_WIDTH,
            "max_layers": MAX_LAYERS,
        },
        on_widths_change=changed,
    )
