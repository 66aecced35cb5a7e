"""`View`: what a visitor has set on a page, kept in the session and in the page's address."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import streamlit as st

from sinae.model.numerals import read_number
from sinae.model.setting import quoted, write
from sinae.ui import address


class View:
    """The widgets of a page by name, each under that name in the address.

    Streamlit forgets a widget when another page is shown; here its value is kept as text, and the
    widget is filled with it when it comes again.
    """

    def __init__(self, page: str, names: Iterable[str]) -> None:
        """
        Args:
            page: whose widgets they are.
            names: of the widgets.
        """
        self._page = page
        self._names = tuple(names)

    def enter(self) -> None:
        """Take over what the address says, where the page was just entered, if it says anything."""
        if said := address.take_entry(self._names):
            self._put(said)

    def widget(
        self,
        name: str,
        start: Any,
        read: Callable[[str], Any],
        labels: Mapping[Any, str] | None = None,
    ) -> dict[str, Any]:
        """The key and the callback of a widget, filled with what is kept.

        Args:
            name: of the widget.
            start: its value where nothing is kept, or nothing that can be read.
            read: the value of a text; raises ValueError where it is none.
            labels: how its options read, where that changes with time. Streamlit's browser holds
                the label, not the option: it is told the new one, and may still send the old one.
        """
        key = self._key(name)
        told = st.session_state.get(f"{key} labels")
        if labels is not None:
            st.session_state[f"{key} labels"] = labels
            self._labels.update((label, write(option)) for option, label in labels.items())
        held = st.session_state.get(key)
        try:
            value = read(self._kept[name] if held is None else self._text(held))
        except KeyError:
            value = start
        except ValueError:
            value = start
            if held is None:  # else it is an option that is no more
                self._refused[name] = self._kept[name]
        if held != value or labels != told:
            st.session_state[key] = value
        return {"key": key, "on_change": self._note, "args": (name,)}

    def set(self, name: str, value: Any) -> None:
        """Put another value into a widget; only in a callback."""
        st.session_state[self._key(name)] = value
        self._note(name)

    @property
    def refusals(self) -> list[str]:
        """What the address asked for in vain, a sentence each, until the visitor chooses."""
        return [
            f"The address asks for the {name} {quoted(text)}, which is not to be had here."
            for name, text in self._refused.items()
        ]

    def show(self, *names: str) -> None:
        """Write some of the view into the address; from the part of the page that holds them."""
        said = {name: self._kept[name] for name in names if name in self._kept}
        address.show(said, names, self._put)

    @property
    def _refused(self) -> dict[str, str]:
        refused: dict[str, str] = st.session_state.setdefault(f"{self._page} refused", {})
        return refused

    @property
    def _kept(self) -> dict[str, str]:
        kept: dict[str, str] = st.session_state.setdefault(f"{self._page} kept", {})
        return kept

    @property
    def _labels(self) -> dict[str, str]:
        """The texts of options by every label that they had."""
        labels: dict[str, str] = st.session_state.setdefault(f"{self._page} labels", {})
        return labels

    def _text(self, held: Any) -> str:
        """Of what Streamlit holds: a value, or the label that an option had."""
        return self._labels.get(text := write(held), text)

    def _key(self, name: str) -> str:
        return f"{self._page}_{name}"

    def _note(self, name: str) -> None:
        self._refused.pop(name, None)
        self._kept[name] = self._text(st.session_state[self._key(name)])

    def _put(self, said: Mapping[str, str]) -> None:
        self._kept.clear()
        self._refused.clear()
        self._kept.update(said)
        for name in self._names:
            st.session_state.pop(self._key(name), None)


def one_of(options: Iterable[Any]) -> Callable[[str], Any]:
    """Reads one of some options from its text; raises ValueError for any other."""
    by_text = {write(option): option for option in options}

    def read(text: str) -> Any:
        if text not in by_text:
            raise ValueError(f"{text!r} is none of {', '.join(by_text)}.")
        return by_text[text]

    return read


def within(low: float, high: float) -> Callable[[str], float]:
    """Reads a number in a range; raises ValueError for any other."""

    def read(text: str) -> float:
        number = read_number(text)
        if not low <= number <= high:
            raise ValueError(f"{text!r} is not from {low} to {high}.")
        return number

    return read
