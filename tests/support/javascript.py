"""Runs the browser's pure modules without a browser: Deno has Chromium's JavaScript engine."""

import json
import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from deno import find_deno_bin

from sinae.ui.static_files import ASSETS, PROTOCOL_JS


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    """The modules as the server offers them, side by side with what is made of the protocol."""
    folder = tempfile.TemporaryDirectory(prefix="sinae-assets-")
    Path(folder.name, "protocol.js").write_text(PROTOCOL_JS)
    for path in ASSETS.rglob("*.js"):
        link = Path(folder.name, path.relative_to(ASSETS))
        link.parent.mkdir(exist_ok=True)
        link.write_bytes(path.read_bytes())
    return folder


def evaluate(imports: str, body: str, argument: Any) -> Any:
    """What a function gives in JavaScript.

    Args:
        imports: what its modules export and where, such as ``{ forward } from ./forward.js``; one
            to a line.
        body: of the function, whose one parameter is ``argument``.
        argument: a value that JSON can hold, or numbers that are none.

    Returns:
        Its value, None for ``undefined`` and for numbers that are none.
    """
    root = Path(_folder().name).as_uri()
    lines = [line.split(" from ./") for line in imports.strip().splitlines()]
    script = "".join(f'import {names.strip()} from "{root}/{path}";\n' for names, path in lines)
    # What JSON cannot hold Python writes as JavaScript does: NaN, Infinity.
    script += f"const answer = ((argument) => {{ {body} }})({json.dumps(argument)});\n"
    script += "console.log(JSON.stringify(answer ?? null));"
    run = subprocess.run(
        [find_deno_bin(), "run", "--no-remote", "--no-config", "--no-lock", "-"],
        input=script,
        text=True,
        capture_output=True,
        check=False,
        env={**os.environ, "DENO_NO_UPDATE_CHECK": "1", "NO_COLOR": "1"},
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)
