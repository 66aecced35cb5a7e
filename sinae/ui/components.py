"""The browser components: each a JavaScript module in ``assets`` and a function that places it."""

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import plotly
import streamlit as st

from sinae.figures.encoding import Array, Figure, to_json
from sinae.model.experiment import Experiment
from sinae.model.setting import MAX_LAYERS, MAX_WIDTH
from sinae.model.signals.family import LENGTH, MIDDLE
from sinae.model.signals.sine import SINE
from sinae.service.run import Run
from sinae.service.snapshot import Snapshot, Status
from sinae.ui import restart, session, updates
from sinae.ui.paths import address
from sinae.ui.text import training as training_text
from sinae.ui.updates import Followed

ASSETS = Path(__file__).parent / "assets"
_DIGEST = hashlib.sha256(b"".join(p.read_bytes() for p in sorted(ASSETS.iterdir()))).hexdigest()
ASSETS_PATH = address(f"assets/{_DIGEST[:12]}")
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
_live = _component("live", isolate_styles=False)
_network = _component("network")
_probe = _component("probe")
_controls = _component("controls", isolate_styles=False)
_steering = _component("steering", isolate_styles=False)
_follow = _component("follow", isolate_styles=False)
_presence = _component("presence", isolate_styles=False)


def presence(runs: Sequence[Run]) -> None:
    """Let the page tell now and then that its visitor is there, and what is lost if the server is
    restarted; nothing is drawn as long as all is well.

    Args:
        runs: the visitor's, the newest first.
    """
    run, snapshot = (runs[0], runs[0].snapshot()) if runs else (None, None)
    before = sum(other.snapshot().step > 0 for other in runs[1:])
    _presence(
        key="presence",
        data={
            "path": updates.HERE_PATH,
            "instance": restart.INSTANCE,
            "cookie": session.has_cookie(),
            "key": run.key if run else None,
            "lost": restart.lost(snapshot),
            "before": restart.lost_before(before),
            "settings": restart.settings_address(run.experiment) if run else None,
        },
    )


def follow(run: Followed | None, seconds: float, key: str) -> None:
    """Draw the fragment that this stands in anew when a run has news.

    Args:
        run: which one.
        seconds: at least so much lies between one time and the next.
        key: of the component.
    """
    data = {"run": run, "milliseconds": 1000 * seconds}
    _follow(key=key, data=data, on_news_change=_draw_anew)


def training(run: Run | None, snapshot: Snapshot | None, experiment: Experiment, key: str) -> None:
    """Show how a run comes on: progress, errors and charts, which move without the page.

    Args:
        run, snapshot: which one, and how it stands; None for none yet.
        experiment: whose reference lines an empty chart has.
        key: of the component.
    """
    followed = updates.followed(run, snapshot) if run and snapshot else None
    # What moves comes with the first news.
    shown = "null" if followed else to_json(updates.charts(snapshot, experiment))
    _live(
        key=key,
        data={
            "key": run.key if run else None,
            "answer": updates.answer(snapshot, shown),
            "run": followed and {**followed, "version": -1},
            "explained": training_text.ERRORS,
            "plotly": PLOTLY_PATH,
        },
    )


def controls(key: str, data: Mapping[str, Any], on_visit: Callable[[str], None]) -> None:
    """Have the page's address follow its controls; see `sinae.ui.address.show`.

    Args:
        key: of the component.
        data: as ``assets/controls.js`` takes it.
        on_visit: called with the query of another entry of the browser's history.
    """
    _controls(
        key=key,
        data=dict(data),
        on_visit_change=lambda: on_visit(st.session_state[key]["visit"] or ""),
    )


def steering(run: Run | None, status: Status, key: str) -> None:
    """Tell the live part of the page for which status of a run the buttons are drawn, and keep the
    keyboard's focus among them: it goes to the first where its button is gone.

    Args:
        run: that is steered.
        status: of the run.
        key: of the component.
    """
    data = {"key": run.key if run else None, "status": status, "row": STEERING_ROW}
    _steering(key=key, data=data, on_news_change=_draw_anew)


STEERING_ROW = "steering"
"""The key of the container with the buttons."""


def _draw_anew() -> None:
    """For a trigger whose only use is that the page is drawn anew."""


def chart(figure: Figure, key: str, on_click: Callable[[int], None] | None = None) -> None:
    """Draw a figure, or move the one that is already there under this key to new values.

    Args:
        figure: what is drawn.
        key: of the component.
        on_click: called with the number, within its trace, of a point that is clicked.
    """

    def clicked() -> None:
        if on_click is not None and (point := st.session_state[key]["point"]) is not None:
            on_click(int(point))

    _chart(
        key=key,
        data={"figure": to_json(figure), "plotly": PLOTLY_PATH, "clickable": on_click is not None},
        on_point_change=clicked,
    )


def network_editor(
    experiment: Experiment,
    key: str,
    signal: Array,
    on_widths: Callable[[list[int]], None],
) -> None:
    """Draw the network with its widths to change.

    Args:
        experiment: whose network it is.
        key: of the component.
        signal: (101,): what goes in; what comes out, `training` tells it.
        on_widths: called with the new widths, unchecked, when one is changed.
    """

    def changed() -> None:
        if edit := st.session_state[key]["edit"]:
            on_widths(edit["widths"])

    _network(
        key=key,
        data={
            "sizes": experiment.sizes,
            "bottleneck": None if experiment.bottleneck is None else experiment.bottleneck + 1,
            "input": signal.tolist(),
            "label": "The network: " + " to ".join(map(str, experiment.sizes)) + " nodes.",
            "max_width": MAX_WIDTH,
            "max_layers": MAX_LAYERS,
        },
        on_edit_change=changed,
    )


@dataclass(frozen=True, eq=False)
class ProbeNetwork:
    """A network that the probe offers.

    Attributes:
        id: tells it from the others; the same as long as it is the same network.
        name: as a person reads it.
        status: in a few words, beside its name.
        experiment: what it is.
        trained: whether it has weights.
        weights: (experiment.weight_count,) float32; None without any, or where it is not shown.
        warning: a sentence where its training went wrong; else empty.
    """

    id: str
    name: str
    status: str
    experiment: Experiment
    trained: bool
    weights: Array | None
    warning: str = ""

    def to_data(self) -> dict[str, Any]:
        """As the browser takes it; the weights in base64, little-endian float32."""
        return {
            "id": self.id,
            "name": self.name,
            "status": self.status,
            "warning": self.warning,
            "sizes": self.experiment.sizes,
            "activations": self.experiment.layer_activations,
            "bottleneck": self.experiment.bottleneck,
            "trained": self.trained,
            "weights": None
            if self.weights is None
            else base64.b64encode(self.weights.astype("<f4").tobytes()).decode(),
        }


def probe_data(
    networks: Sequence[ProbeNetwork], training: Followed | None, view: str
) -> dict[str, Any]:
    """What the browser's probe is given; the arguments are those of `probe`."""
    return {
        "parameters": [
            {"key": p.key, **asdict(p), "unit": f"{p.unit} {p.where}".strip()}
            for p in SINE.parameters
        ],
        "points": {"length": LENGTH, "middle": MIDDLE},
        "networks": [network.to_data() for network in networks],
        "run": training,
        "view": view,
    }


def probe(
    networks: Sequence[ProbeNetwork],
    training: Followed | None,
    view: str,
    key: str,
    on_view: Callable[[str], None],
) -> None:
    """Place the probe: a sine to set by hand, sent through one or two of some networks.

    Args:
        networks: to choose from, the first one shown at first.
        training: the one that trains just now; its weights come by themselves.
        view: what the visitor had set, as an address's query string; what the page's own
            address says goes before it.
        key: of the component.
        on_view: called with the new view when the visitor's hand rests.
    """

    def changed() -> None:
        on_view(st.session_state[key]["view"])

    _probe(
        key=key,
        data=probe_data(networks, training, view),
        on_view_change=changed,
        on_news_change=_draw_anew,
    )
