"""What Python and the browser exchange: the data that components are given, what they send back,
what the server answers a page that asks past Streamlit, and the constants that both sides need.

Data and answers cross as the JSON of these dataclasses and named tuples. The constants reach the
browser's modules as the module ``protocol.js``, and its style sheets as variables; the server
offers both beside the files in ``assets`` (`sinae.ui.static_files`).
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import plotly

from sinae.figures import style
from sinae.figures.encoding import Figure
from sinae.model.activations import SELU_ALPHA, SELU_SCALE
from sinae.service.snapshot import Status
from sinae.ui.paths import address

KEY_HEADER = "Sinae-Run"
"""The header with a run's key. Not in the address, which proxies write down."""

NEWS_PATH, HERE_PATH = address("news"), address("here")
"""Where the server answers with news of a run, and is told that a visitor is there."""

SHOW_QUERY, SEEN_QUERY, ENGINE_QUERY = "show", "seen", "engine"
"""What a question for news says in its query: what is to be shown, as a `Show`, and the version of
the run and the status of the engine that are known."""


OWNER_NAME = "[A-Za-z0-9_-]{32}"
"""The form of a visitor's secret name, as a regular expression."""


class Show(StrEnum):
    """What a page may ask to see of a run: what of it changes with a chunk alone."""

    NOTHING = "nothing"
    LEARNING = "learning"
    WEIGHTS = "weights"


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
        "SHOW_QUERY": SHOW_QUERY,
        "SEEN_QUERY": SEEN_QUERY,
        "ENGINE_QUERY": ENGINE_QUERY,
        "OWNER_NAME": OWNER_NAME,
        "SHOW": {show.name: show for show in Show},
        "READY": Status.READY,  # the status of a run that was never trained
        "HOLD_MILLISECONDS": 1000 * HOLD_SECONDS,
        "PAUSE_MILLISECONDS": 1000 * PAUSE_SECONDS,
        "REDRAW_MILLISECONDS": 1000 * REDRAW_SECONDS,
        "PRESENCE_MILLISECONDS": 1000 * PRESENCE_SECONDS,
        "PLOTLY_FILE": PLOTLY_FILE,
        "LARGEST_NOISE": 3.0,  # the largest standard deviation of what the probe adds to a signal
        "MOST_BARS": 64,  # latent values that the probe shows at most, with a bar and a slider each
        "SELU_SCALE": float(SELU_SCALE),
        "SELU_ALPHA": float(SELU_ALPHA),
        "COLORS": COLORS,
        "PAPER": style.PAPER,
        "SPACE_GRID": style.SPACE_GRID,
    }
    return "".join(f"export const {k} = {json.dumps(v)};\n" for k, v in constants.items())


def css() -> str:
    """The rule that gives style sheets the colours, each as a variable of its name."""
    return ".sinae { " + " ".join(f"--{name}: {value};" for name, value in COLORS.items()) + " }\n"


@dataclass(frozen=True)
class Followed:
    """A run that a page follows, as it was when the page was drawn."""

    key: str  # secret, by which the server knows the run and its visitor
    id: str  # tells it from other runs
    status: str  # the status of the run
    version: int  # the version that the page knows; -1 to be told everything at once
    engine: str  # the status of the engine


@dataclass(frozen=True)
class OwnerData:
    """What a browser that sent no cookie is asked with, who its visitor is."""

    offered: str  # a secret name to keep if it has none; empty once the visitor is known


@dataclass(frozen=True)
class PresenceData:
    """What every page knows of its server, to tell the visitor what was lost with it."""

    instance: str  # tells this server from one that takes its place
    cookie: bool  # whether the browser takes the cookie that leads it back here
    key: str  # the key of the visitor's newest run; empty without any
    lost: str  # a sentence on what would be lost of that run
    before: str  # a sentence on what would be lost of the runs before it
    settings: str | None  # the address that trains the newest run again; None without any


@dataclass(frozen=True)
class FollowData:
    """Which run a part of the page follows, and the least time between two redraws of it."""

    run: Followed | None
    milliseconds: float


@dataclass(frozen=True)
class LiveData:
    """How the run of the Train page stood when the page was drawn."""

    key: str  # the key of the run; empty for none
    answer: str  # what the server would answer with as news of it, as JSON
    run: Followed | None  # the run to follow from there on; None for none
    explained: str  # what its errors are, in sentences


@dataclass(frozen=True)
class ControlsData:
    """What the address of a page is to say."""

    said: dict[str, str]  # the parts of the query with their values
    names: list[str]  # all parts that are the page's; those that are not said are taken out
    numbers: list[str]  # the labels of text boxes that take a number
    times_drawn: int  # the address may have changed between two times while the rest has not


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
    """A network whose widths can be edited."""

    sizes: tuple[int, ...]  # nodes of all layers, the input first and the output last
    bottleneck: int | None  # which of these layers; None without any hidden one
    input: list[float]  # (101,): the signal that goes in
    range: float  # the largest absolute value of a signal
    max_width: int  # the most nodes of a hidden layer
    max_layers: int  # the most hidden layers


@dataclass(frozen=True)
class ParameterData:
    """A `sinae.model.signals.family.Parameter`, by the same names."""

    key: str
    name: str
    low: float
    high: float
    widest: float
    step: float
    start: float
    unit: str  # and where in the signal it is read; empty for a bare number
    help: str
    periodic: bool
    digits: int


@dataclass(frozen=True)
class FamilyData:
    """A family of signals."""

    name: str  # tells it from other families
    title: str  # as a person reads it
    member: str  # what one of its signals is, in a sentence
    waveform: str  # the module of ``assets/waveforms`` that computes its signals
    constants: dict[str, float]  # what the waveform takes beside the parameters
    parameters: tuple[ParameterData, ...]  # what is free
    length: int  # points in a signal
    middle: int  # the x in the middle of the window
    range: float  # the largest absolute value of a signal whose parameters lie in the trained range
    widest_range: float  # the same beyond that range


@dataclass(frozen=True)
class NetworkData:
    """A network that the probe offers."""

    id: str  # tells it from the others
    name: str  # as a person reads it
    status: str  # a few words that stand beside its name
    warning: str  # a sentence where its training went wrong; else empty
    family: str  # the name of the family of signals that it is trained on
    sizes: tuple[int, ...]  # nodes of all layers, the input first and the output last
    bottleneck: int | None  # which of these layers; None without any hidden one
    activations: tuple[str, ...]  # the activations of all layers but the input
    trained: bool  # whether it has weights
    # float32, little-endian, in base64; None without any, or where it is not shown
    weights: str | None


@dataclass(frozen=True)
class ProbeData:
    """What the probe works with."""

    # the families of the networks, by name; the first one serves where there is no network
    families: dict[str, FamilyData]
    networks: list[NetworkData]  # the networks to choose from; the first one is shown at first
    run: Followed | None  # the one that trains just now; None for none
    view: str  # what the visitor had set, as an address's query string


@dataclass(frozen=True)
class Edit:
    """New widths of a network's hidden layers, unchecked, and when they were set."""

    widths: list[int]  # the widths of the hidden layers
    at: float  # milliseconds since 1970, which makes of every edit a change


@dataclass(frozen=True)
class Reply:
    """The values that components send back; each sends only those that are its own."""

    # the visitor's name that the browser keeps, empty where it keeps none; None before it has told
    owner: str | None = None
    news: bool = False  # that the page is to be drawn anew (live parts and the probe)
    point: int | None = None  # the number of a chosen point within its trace (charts)
    visit: str = ""  # the query of another entry of the browser's history (controls)
    edit: Edit | None = None  # the edit of a network (the editor)
    view: str = ""  # what the visitor has set, as an address's query string (the probe)

    @classmethod
    def from_state(cls, state: Any) -> "Reply":
        """What Streamlit holds of a component, a mapping; None stands for nothing sent, and so does
        what no component of ours would send."""
        known = cls.__dataclass_fields__
        sent = {n: v for n, v in dict(state).items() if n in known and v is not None}
        edit = sent.pop("edit", None)
        whole = isinstance(edit, dict) and edit.keys() == Edit.__dataclass_fields__.keys()
        return cls(**sent, edit=Edit(**edit) if whole else None)


@dataclass(frozen=True)
class Nothing:
    """What is shown of a run on pages that want to know only that there is news."""


@dataclass(frozen=True)
class Charts:
    """What the Train page shows of a run."""

    loss: Figure  # the errors of the run against its steps
    examples: Figure  # signals with their reconstructions
    # (101,), what comes out of the picture of the network, with as many digits as can be seen; None
    # before the first chunk, and of a network that has grown without bound
    output: list[float] | None


@dataclass(frozen=True)
class Weights:
    """What the probe shows of a run."""

    weights: str | None  # the newest: float32, little-endian, in base64; None before any


class RunUpdate(NamedTuple):  # made for every answer: a frozen dataclass takes ten times as long
    """What every page is told of a run."""

    version: int  # the version of its snapshot; -1 for no run
    newest: bool  # whether it is its visitor's current run; another tab may have begun one
    engine: str  # the status of the engine
    status: str  # the status of the run
    moving: bool  # whether it trains or will by itself
    progress: float  # the part done of the steps asked for, 0 to 1
    words: str  # the same in words, with its speed and the time left
    name: str  # the title of the run; empty for none
    held_out: str  # its held-out MSE with the standard error, as text
    worst: str  # the MSE of the worst-drawn held-out signal, as text
    batch: str  # the MSE of the last batch, as text
    notes: list[str]  # what there is to say of these errors, a sentence or two each
    announcement: str  # what a screen reader says of the status
    warning: str  # what is wrong with the network, in a sentence; empty where nothing is
    network: str  # how far it is trained, in a few words
    lost: str  # what would be lost of it with the server, in a sentence


@dataclass(frozen=True)
class News:
    """How a run is now, and what a page shows of it as JSON; ``null`` where nothing is new."""

    now: RunUpdate
    shown: str

    def to_json(self) -> str:
        """The answer; what is shown is put in as it is, because many tabs may show the same."""
        return f'{{"now": {json.dumps(self.now._asdict())}, "shown": {self.shown}}}'


@dataclass(frozen=True)
class PresenceAnswer:
    """Which server this is, and what would be lost with it of the run that was asked with; None
    where it does not know that run."""

    instance: str
    lost: str | None
