"""The browser components: each a JavaScript module in ``assets`` and a function that places it.

A component that is placed again under the same ``key`` stays and gets the new data.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, fields, replace
from typing import Any

import streamlit as st

from sinae.figures.encoding import Figure, to_json
from sinae.model.arrays import Array
from sinae.model.experiment import Experiment
from sinae.model.setting import MAX_LAYERS, MAX_WIDTH
from sinae.model.signals import FAMILIES
from sinae.model.signals.family import LENGTH, MIDDLE, Parameter, SignalFamily
from sinae.service.run import Run
from sinae.service.snapshot import Snapshot
from sinae.ui import protocol, restart, session, updates
from sinae.ui.protocol import Followed, NetworkData, ParameterData, Reply
from sinae.ui.static_files import ASSETS_PATH, styles
from sinae.ui.text import training as training_text


def _component(name: str, *sheets: str, isolate_styles: bool = False) -> Any:
    """The component of ``assets/NAME.js``, with some style sheets of ``assets``.

    Streamlit gets two lines of JavaScript that import the module from the app's own address, so
    that modules can import each other.
    """
    return st.components.v2.component(
        f"sinae_{name}",
        js=f'const module = await import(location.origin + "{ASSETS_PATH}/{name}.js");\n'
        "export default module.default;",
        css=styles(*sheets),
        isolate_styles=isolate_styles,
    )


# Charts are not isolated: Plotly puts its styles into the page's head.
_chart = _component("chart", "chart")
_live = _component("live", "live", "chart")
_editor = _component("editor", "editor", isolate_styles=True)
_probe = _component("probe", "editor", "probe", isolate_styles=True)
_controls = _component("controls")
_steering = _component("steering")
_follow = _component("follow")
_owner = _component("owner")
_presence = _component("presence", "presence")


def _reply(key: str) -> Reply:
    """What the component of a key sent."""
    return Reply.from_state(st.session_state[key])


def owner() -> None:
    """Where the browser sent no cookie, as in a frame on another site's page without https, ask it
    for the name that its own storage keeps; the page is drawn anew with the answer."""
    if session.cookie():
        return
    data = protocol.OwnerData(offered="" if session.owner_is_known() else session.owner())
    _owner(key="owner", data=asdict(data), on_owner_change=_draw_anew)
    if (told := _reply("owner").owner) is not None:
        session.take_name(told)


def presence(runs: Sequence[Run]) -> None:
    """Let the page tell now and then that its visitor is there, and what is lost of their runs, the
    newest first, if the server is restarted; nothing is drawn as long as all is well."""
    snapshot = runs[0].snapshot() if runs else Snapshot.of_no_run(Experiment())
    before = sum(other.trained for other in runs[1:])
    data = protocol.PresenceData(
        instance=restart.INSTANCE,
        cookie=session.cookie() is not None,
        key=snapshot.key,
        lost=restart.lost(snapshot),
        before=restart.lost_before(before),
        settings=restart.settings_address(snapshot.experiment) if runs else None,
    )
    _presence(key="presence", data=asdict(data))


def follow(run: Followed | None, seconds: float, key: str) -> None:
    """Draw the fragment that this stands in anew when a run has news; at least so many seconds lie
    between one time and the next."""
    data = protocol.FollowData(run, milliseconds=1000 * seconds)
    _follow(key=key, data=asdict(data), on_news_change=_draw_anew)


def training(snapshot: Snapshot, key: str) -> None:
    """Show how a run comes on: progress, errors and charts, which move without the page."""
    followed = updates.followed(snapshot)
    # What moves comes with the first news.
    shown = "null" if followed else updates.encoded(snapshot, protocol.Show.LEARNING)
    data = protocol.LiveData(
        key=snapshot.key,
        answer=updates.answer(snapshot, shown),
        run=followed and replace(followed, version=-1),
        explained=training_text.ERRORS,
    )
    _live(key=key, data=asdict(data))


def controls(key: str, data: protocol.ControlsData, on_visit: Callable[[str], None]) -> None:
    """Have the page's address follow its controls; see `sinae.ui.query.write`. With the query of
    another entry of the browser's history ``on_visit`` is called."""
    _controls(key=key, data=asdict(data), on_visit_change=lambda: on_visit(_reply(key).visit))


def steering(snapshot: Snapshot, key: str) -> None:
    """Tell the live part of the page for which status of a run the buttons are drawn, and keep the
    keyboard's focus among them: it goes to the first where its button is gone."""
    data = protocol.SteeringData(snapshot.key, snapshot.status, STEERING_ROW)
    _steering(key=key, data=asdict(data), on_news_change=_draw_anew)


STEERING_ROW = "steering"
"""The key of the container with the buttons."""


def _draw_anew() -> None:
    """For a trigger whose only use is that the page is drawn anew."""


def chart(figure: Figure, key: str, on_click: Callable[[int], None] | None = None) -> None:
    """Draw a figure, or move the one that is already there under this key to new values; with the
    number, within its trace, of a point that is clicked ``on_click`` is called."""

    def clicked() -> None:
        if on_click is not None and (point := _reply(key).point) is not None:
            on_click(int(point))

    data = protocol.ChartData(to_json(figure), clickable=on_click is not None)
    _chart(key=key, data=asdict(data), on_point_change=clicked)


def network_editor(
    experiment: Experiment,
    key: str,
    signal: Array,
    on_widths: Callable[[list[int]], None],
) -> None:
    """Draw the network with its widths to change.

    Args:
        signal: (101,): what goes in; what comes out, `training` tells it.
        on_widths: called with the new widths, unchecked, when one is changed.
    """

    def changed() -> None:
        if edit := _reply(key).edit:
            on_widths(edit.widths)

    data = protocol.EditorData(
        sizes=experiment.sizes,
        bottleneck=experiment.bottleneck_layer,
        input=signal.tolist(),
        range=FAMILY_DATA[experiment.family.name].range,
        max_width=MAX_WIDTH,
        max_layers=MAX_LAYERS,
    )
    _editor(key=key, data=asdict(data), on_edit_change=changed)


def family_data(family: SignalFamily) -> protocol.FamilyData:
    """A family of signals as the browser takes it."""
    return protocol.FamilyData(
        name=family.name,
        title=family.title,
        member=family.member,
        waveform=family.waveform,
        constants=family.constants,
        parameters=tuple(map(_parameter_data, family.parameters)),
        length=LENGTH,
        middle=MIDDLE,
        range=family.extents[0],
        widest_range=family.extents[1],
    )


def _parameter_data(parameter: Parameter) -> ParameterData:
    values = {field.name: getattr(parameter, field.name) for field in fields(ParameterData)}
    return ParameterData(**values | {"unit": f"{parameter.unit} {parameter.where}".strip()})


FAMILY_DATA = {name: family_data(family) for name, family in FAMILIES.items()}
"""All families by name."""


def probe(
    networks: list[NetworkData],
    training: Followed | None,
    view: str,
    key: str,
    on_view: Callable[[str], None],
) -> None:
    """Place the probe: a signal to set by hand, sent through one or two of some networks.

    Args:
        networks: to choose from, the first one shown at first.
        training: the one that trains just now; its weights come by themselves.
        view: what the visitor had set, as an address's query string; what the page's own
            address says goes before it.
        on_view: called with the new view when the visitor's hand rests.
    """
    _probe(
        key=key,
        data=asdict(protocol.ProbeData(FAMILY_DATA, networks, training, view)),
        on_view_change=lambda: on_view(_reply(key).view),
        on_news_change=_draw_anew,
    )
