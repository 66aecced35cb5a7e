"""What Python and the browser exchange: the data that components are given, what they send back,
and the constants that both sides need.

A component's data crosses as the JSON of one of these dataclasses. The constants reach the
browser's modules as the module ``protocol.js``, and its style sheets as variables; the server
offers both beside the files in ``assets`` (`sinae.ui.static_files`).
"""

import json
from dataclasses import dataclass
from typing import Any

import plotly

from sinae.figures import style
from sinae.model.activations import SELU_ALPHA, SELU_SCALE
from sinae.ui.paths import address

KEY_HEADER = "Sinae-Run"
"""The header with a run's key. Not in the address, which proxies write down."""

NEWS_PATH, HERE_PATH = address("news"), address("here")
"""Where the server answers with news of a run, and is told that a visitor is there."""

HOLD_SECONDS = 10.0
"""How long a request waits for news: the words of a run that gets no turn change too."""

PAUSE_SECONDS = 0.1
"""Between an answer with news and the next request for some."""

REDRAW_SECONDS = 2.0
"""How long a page may take to be drawn anew, before it is asked to once more."""

PRESENCE_SECONDS = 20.0
"""How often a page tells the server that its visitor is there."""

PLOTLY_FILE = f"plotly-{plotly.__version__}.min.js"
"""The name under which the Plotly.js of the plotly package stands beside the components."""

LARGEST_NOISE = 3.0
"""The largest standard deviation of the noise that the probe adds to a signal."""

MOST_BARS = 64
"""Latent values that the probe shows at most, each with a bar and a slider."""

COLORS = {
    "input": style.BLUE,
    "output": style.ORANGE,
    "other": style.GREEN,
    "pinned": style.GREY,
    "path": style.PURPLE,
    "negative": style.PURPLE,
    "positive": style.GREEN,
}
"""The colours of signals, of the path of latent values, and of values below and above zero."""


def javascript() -> str:
    """The module ``protocol.js``, which exports the constants."""
    constants = {
        "KEY_HEADER": KEY_HEADER,
        "NEWS_PATH": NEWS_PATH,
        "HERE_PATH": HERE_PATH,
        "HOLD_MILLISECONDS": 1000 * HOLD_SECONDS,
        "PAUSE_MILLISECONDS": 1000 * PAUSE_SECONDS,
        "REDRAW_MILLISECONDS": 1000 * REDRAW_SECONDS,
        "PRESENCE_MILLISECONDS": 1000 * PRESENCE_SECONDS,
        "PLOTLY_FILE": PLOTLY_FILE,
        "LARGEST_NOISE": LARGEST_NOISE,
        "MOST_BARS": MOST_BARS,
        "SELU_SCALE": float(SELU_SCALE),
        "SELU_ALPHA": float(SELU_ALPHA),
        "COLORS": COLORS,
        "PAPER": style.PAPER,
    }
    return "".join(f"export const {k} = {json.dumps(v)};\n" for k, v in constants.items())


def css() -> str:
    """The rule that gives style sheets the colours, each as a variable of its name."""
    return ".sinae { " + " ".join(f"--{name}: {value};" for name, value in COLORS.items()) + " }\n"


@dataclass(frozen=True)
class Followed:
    """A run that a page follows, as it was when the page was drawn.

    Attributes:
        key: secret, by which the server knows the run and its visitor.
        id: tells it from other runs.
        status: of the run.
        version: of its snapshot; -1 to be told everything at once.
        engine: the status of the engine.
    """

    key: str
    id: str
    status: str
    version: int
    engine: str


@dataclass(frozen=True)
class PresenceData:
    """What every page knows of its server, to tell the visitor what was lost with it.

    Attributes:
        instance: tells this server from one that takes its place.
        cookie: whether the browser takes the cookie that leads it back here.
        key: of the visitor's newest run; empty without any.
        lost: a sentence on what would be lost of that run.
        before: a sentence on what would be lost of the runs before it.
        settings: the address that trains the newest run again; None without any.
    """

    instance: str
    cookie: bool
    key: str
    lost: str
    before: str
    settings: str | None


@dataclass(frozen=True)
class FollowData:
    """Which run a part of the page follows, and the least time between two redraws of it."""

    run: Followed | None
    milliseconds: float


@dataclass(frozen=True)
class LiveData:
    """How the run of the Train page stood when the page was drawn.

    Attributes:
        key: of the run; empty for none.
        answer: what the server would answer with as news of it, as JSON.
        run: to be followed from there; None for none.
        explained: what its errors are, in sentences.
    """

    key: str
    answer: str
    run: Followed | None
    explained: str


@dataclass(frozen=True)
class ControlsData:
    """What the address of a page is to say.

    Attributes:
        said: the parts of the query with their values.
        names: all parts that are the page's; those that are not said are taken out.
        numbers: the labels of text boxes that take a number.
        run: how often the page was run: the address may have changed while the rest has not.
    """

    said: dict[str, str]
    names: list[str]
    numbers: list[str]
    run: int


@dataclass(frozen=True)
class SteeringData:
    """For which run and status the buttons that steer it are drawn, and the key of their row."""

    key: str
    status: str
    row: str


@dataclass(frozen=True)
class ChartData:
    """A figure as JSON, and whether its points can be chosen by a click."""

    figure: str
    clickable: bool


@dataclass(frozen=True)
class EditorData:
    """A network whose widths can be edited.

    Attributes:
        sizes: nodes of all layers, the input first and the output last.
        bottleneck: which of them is the bottleneck; None for a network without hidden layers.
        input: (101,): the signal that goes in.
        range: the largest absolute value of a signal.
        max_width: the most nodes of a hidden layer.
        max_layers: the most hidden layers.
    """

    sizes: tuple[int, ...]
    bottleneck: int | None
    input: list[float]
    range: float
    max_width: int
    max_layers: int


@dataclass(frozen=True)
class ParameterData:
    """A parameter of a family of signals, as a slider sets it.

    Attributes:
        key: its name in addresses, and among the values that the waveform takes.
        name: as a person reads it.
        low, high: the range that networks are trained on.
        widest: the largest value that can be set, beyond that range.
        step: one notch of the slider.
        start: where the slider stands at first.
        unit: what it is measured in; empty for none.
        help: a sentence or two of explanation; empty for none.
        periodic: whether its range is one turn, so that the end is the start again.
        digits: decimals that it is shown with.
    """

    key: str
    name: str
    low: float
    high: float
    widest: float
    step: float
    start: float
    unit: str
    help: str
    periodic: bool
    digits: int


@dataclass(frozen=True)
class FamilyData:
    """A family of signals.

    Attributes:
        name: tells it from other families.
        title: as a person reads it.
        waveform: the module of ``assets/waveforms`` that computes its signals.
        constants: what the waveform takes beside the parameters.
        parameters: what is free.
        length: points in a signal.
        middle: the x in the middle of the window.
        range: the largest absolute value of a signal whose parameters lie in the trained range.
        widest_range: the same beyond that range.
    """

    name: str
    title: str
    waveform: str
    constants: dict[str, float]
    parameters: tuple[ParameterData, ...]
    length: int
    middle: int
    range: float
    widest_range: float


@dataclass(frozen=True)
class NetworkData:
    """A network that the probe offers.

    Attributes:
        id: tells it from the others.
        name: as a person reads it.
        status: in a few words, beside its name.
        warning: a sentence where its training went wrong; else empty.
        family: the name of the family of signals that it is trained on.
        sizes: nodes of all layers, the input first and the output last.
        activations: of all layers but the input.
        bottleneck: which hidden layer, from 0; None without any.
        trained: whether it has weights.
        weights: float32, little-endian, in base64; None without any, or where it is not shown.
    """

    id: str
    name: str
    status: str
    warning: str
    family: str
    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    bottleneck: int | None
    trained: bool
    weights: str | None


@dataclass(frozen=True)
class ProbeData:
    """What the probe works with.

    Attributes:
        families: of the networks, by name; the first one serves where there is no network.
        networks: to choose from, the first one shown at first.
        run: the one that trains just now; None for none.
        view: what the visitor had set, as an address's query string.
    """

    families: dict[str, FamilyData]
    networks: list[NetworkData]
    run: Followed | None
    view: str


@dataclass(frozen=True)
class Edit:
    """New widths of a network's hidden layers, unchecked, and when they were set.

    Attributes:
        widths: of the hidden layers.
        at: milliseconds since 1970, which makes of every edit a change.
    """

    widths: list[int]
    at: float


@dataclass(frozen=True)
class Reply:
    """The values that components send back; each sends only those that are its own.

    Attributes:
        news: that the page is to be drawn anew (live parts and the probe).
        point: the number of a chosen point within its trace (charts).
        visit: the query of another entry of the browser's history (controls).
        edit: of a network (the editor).
        view: what the visitor has set, as an address's query string (the probe).
    """

    news: bool = False
    point: int | None = None
    visit: str = ""
    edit: Edit | None = None
    view: str = ""

    @classmethod
    def from_state(cls, state: Any) -> "Reply":
        """What Streamlit holds of a component, a mapping; None stands for nothing sent."""
        sent = {name: value for name, value in dict(state).items() if value is not None}
        edit = sent.pop("edit", None)
        return cls(**sent, edit=Edit(**edit) if edit else None)
