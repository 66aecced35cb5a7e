"""The contract with the browser, held against the modules and style sheets that keep it."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from sinae.figures import style
from sinae.ui import protocol
from sinae.ui.protocol import Edit, Reply
from sinae.ui.static_files import ASSETS, styles

CONFIG = tomllib.loads(Path(".streamlit/config.toml").read_text())
COLOR = r"#(?:[0-9a-fA-F]{3,4}){1,2}\b|\b(?:rgb|hsl)a?\("
MODULES = "\n".join(path.read_text() for path in ASSETS.rglob("*.js"))


def test_modules_import_every_constant_and_no_other() -> None:
    exported = set(re.findall(r"export const (\w+) =", protocol.javascript()))
    lists = re.findall(r'import \{([^}]+)\} from "\.{1,2}/protocol\.js"', MODULES)
    assert set(re.findall(r"\w+", " ".join(lists))) == exported


def test_no_constant_is_written_down_again() -> None:
    sheets = "".join(path.read_text() for path in ASSETS.glob("*.css") if path.stem != "page")
    assert re.findall(COLOR, MODULES + sheets) == []
    assert protocol.KEY_HEADER not in MODULES
    assert not [show for show in protocol.Show if f'"{show}"' in MODULES]


def test_the_page_and_the_icon_repeat_colors_that_are_ours() -> None:
    page, icon = ((ASSETS / name).read_text() for name in ("page.css", "icon.svg"))
    assert re.findall(COLOR, page) == [CONFIG["theme"]["dark"]["backgroundColor"]]
    assert re.findall(COLOR, icon) == [style.BLUE, style.ORANGE]


@pytest.mark.parametrize("names", [("chart", "live"), ("editor", "probe"), ("presence",)])
def test_style_sheets_use_variables_that_are_there(names: tuple[str, ...]) -> None:
    sheet = styles(*names)
    declared = set(re.findall(r"(--\w[\w-]*):", sheet)) | {"--trained"}  # a slider sets that
    used = set(re.findall(r"var\((--[\w-]+)", sheet))
    assert {name for name in used if not name.startswith("--st-")} <= declared


def test_paper_has_the_colors_of_the_light_page() -> None:
    light = CONFIG["theme"]["light"]
    assert style.PAPER["text"] == light["textColor"]
    assert style.PAPER["background"] == light["backgroundColor"]


@pytest.mark.parametrize(
    ("sent", "reply"),
    [
        ({"news": None}, protocol.Reply()),
        ({"point": 0}, protocol.Reply(point=0)),
        ({"visit": None}, protocol.Reply(visit="")),
        ({"edit": {"widths": [3], "at": 1.5}}, protocol.Reply(edit=protocol.Edit([3], 1.5))),
        ({"view": "phase=1", "news": None}, protocol.Reply(view="phase=1")),
    ],
)
def test_what_components_send_is_read(sent: dict[str, Any], reply: protocol.Reply) -> None:
    assert protocol.Reply.from_state(sent) == reply


def test_a_reply_that_no_component_would_send_counts_as_none() -> None:
    edit: dict[str, Any] = {"widths": [3], "at": 1.0}
    assert Reply.from_state({"edit": edit}).edit == Edit(**edit)
    for forged in ({"x": 1}, {"edit": 5}, {"edit": {"x": 1}}, {"edit": None}):
        assert Reply.from_state(forged) == Reply()
