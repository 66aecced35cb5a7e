"""How values stand in figures: numbers in text, arrays in JSON.

A figure is a plain dictionary as Plotly.js takes it, not a ``plotly.graph_objects.Figure``: live
charts are made anew several times a second, and checking every value would cost more than all
else. The tests check them with ``graph_objects`` instead. Every figure carries in ``layout.meta``
a text alternative with its current numbers, ``alt``; a ``title`` and a ``filename`` for where it is
saved as a picture; and in ``config`` what differs from the usual Plotly configuration.
"""

import base64
import json
import math
from decimal import ROUND_HALF_UP, Context
from typing import Any

import numpy as np

Figure = dict[str, Any]

THREE_DIGITS = Context(prec=3, rounding=ROUND_HALF_UP)


def number(value: float | None) -> str:
    """A figure with three significant digits; a dash where there is none, or none that is finite.

    The browser's ``number.js`` writes every value alike; its halves are rounded away from zero.
    """
    if value is None or not math.isfinite(value):
        return "–"
    rounded = float(THREE_DIGITS.create_decimal(float(value)))
    sign, size = "−" if rounded < 0 else "", abs(rounded)
    if size == 0:
        return "0"
    if not 1e-4 <= size < 1e5:
        digits, exponent = f"{size:.2e}".split("e")
        return f"{sign}{digits}e{int(exponent):+d}"
    return sign + (f"{size:,.0f}" if size >= 1000 else f"{size:#.3g}".rstrip("."))


def to_json(figure: Figure) -> str:
    """A figure as JSON, its arrays in Plotly's binary form (base64, little-endian)."""

    def encode(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            # Whole numbers are steps here, which fit 32 bits; Plotly.js has no 64-bit ones.
            kind = {"f4": "f4", "f8": "f8", "i8": "i4", "i4": "i4"}[value.dtype.str[1:]]
            data = value.astype(f"<{kind}").tobytes()
            return {"dtype": kind, "bdata": base64.b64encode(data).decode()}
        raise TypeError(f"{type(value).__name__} cannot stand in a figure")

    return json.dumps(figure, default=encode)
