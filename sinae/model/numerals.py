"""Numbers as people type them, with a decimal point or a decimal comma.

What is meant is taken where it is certain; a text that may be either of two numbers is refused, so
that nobody trains with another number than they meant. The browser reads the probe's boxes by the
same rule.
"""

import re

# Digits are found in one way only: a visitor's long text would else be tried in all ways.
PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
THOUSANDS = re.compile(
    r"([+-]?[1-9]\d{0,2})(?P<mark>[,. '_])(\d{3}(?:(?P=mark)\d{3})*)(?:(?!(?P=mark))[.,](\d*))?",
    re.ASCII,
)
ONE_MARK = re.compile(r"([+-]?[1-9]\d{0,2})([.,])(\d{3})", re.ASCII)
"""A number in thousands, or one with three decimals."""


class AmbiguousNumberError(ValueError):
    """A text that may mean either of two numbers; the message names both."""


def read_number(text: str, *, whole: bool = False) -> float:
    """The number that a text means.

    Args:
        text: such as ``0.001``, ``0,001``, ``1e-3``, ``20 000`` or ``20,000``.
        whole: whether a whole number is asked for. A comma before three digits then groups
            thousands, as this app writes them, and a point there may do so too.

    Raises:
        AmbiguousNumberError: it may mean two different numbers.
        ValueError: it is no number.
    """
    typed = re.sub("[\u00a0\u2009\u202f]", " ", text).strip()
    typed = typed.replace("−", "-").replace("’", "'")
    if (found := ONE_MARK.fullmatch(typed)) and found[2] == (".", ",")[not whole]:
        small, large = float(f"{found[1]}.{found[3]}"), int(f"{found[1]}{found[3]}")
        raise AmbiguousNumberError(
            f"“{typed}” may mean {small:g} or {large:,}: please write {small:g} or {large}."
        )
    if PLAIN.fullmatch(typed):
        return float(typed)
    if found := THOUSANDS.fullmatch(typed):
        head, mark, groups, decimals = found.groups()
        return float(f"{head}{groups.replace(mark, '')}.{decimals or 0}")
    if DECIMAL_COMMA.fullmatch(typed):
        return float(typed.replace(",", "."))
    raise ValueError(f"{text!r} is no number.")
