"""`WidgetState`: the values of a page's widgets, kept in the session and in the page's address."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import streamlit as st

from sinae.model.numerals import read_number
from sinae.model.setting import quoted, write
from sinae.ui import query


class WidgetState:
    """The widgets of a page by name; each is a query parameter of the same name.

    Streamlit forgets a widget's value when another page is shown. So every value is kept here as
    text too, and the widget is filled with it when it appears again.
    """

    def __init__(
        self,
        page: str,
        names: Iterable[str],
        normalised: Callable[[str, str], str] = lambda _name, text: text,
    ) -> None:
        """
        Args:
            page: the page's name, which starts the keys of its widgets.
            names: the names of the widgets.
            normalised: returns how a widget, given by its name, shows a text of the address.
        """
        self._normalised = normalised
        self._page = page
        self._names = tuple(names)

    def enter(self, first: Callable[[], Mapping[str, str]] = dict) -> None:
        """Take over the page's query if the page was just entered with one; on a session's first
        visit without a query, the texts that ``first`` returns."""
        if said := query.take_entry(self._names):
            self.follow(said)
        elif f"{self._page} kept" not in st.session_state:
            self.put(first())

    def widget(
        self,
        name: str,
        start: Any,
        read: Callable[[str], Any],
        labels: Mapping[Any, str] | None = None,
    ) -> dict[str, Any]:
        """Fill a widget with its value, and return the arguments ``key``, ``on_change`` and
        ``args`` for it.

        Args:
            name: the widget's name.
            start: its value if no text is kept, or one that cannot be read.
            read: turns a text into a value; raises ValueError if it cannot.
            labels: the options' labels, if they change with time. Streamlit's browser holds the
                label, not the option: it is sent the new one, and may still answer the old one.
        """
        key = self._key(name)
        old_labels = st.session_state.get(f"{key} labels")
        if labels is not None:
            st.session_state[f"{key} labels"] = labels
            self._labels.update((label, write(option)) for option, label in labels.items())
        held = st.session_state.get(key)
        try:
            value = read(self.kept[name] if held is None else self.text(name))
        except KeyError:
            value = start
        except ValueError:
            value = start
            text = self.kept.pop(name, "")
            # Else it is an option that the visitor chose, and that is gone.
            if held is None and name in self._addressed:
                self.refused[name] = text
        if held != value or labels != old_labels:
            st.session_state[key] = value
        return {"key": key, "on_change": self._keep, "args": (name,)}

    def put(self, texts: Mapping[str, str]) -> None:
        """Put other values into some widgets; only in a callback, before the widgets are drawn, or
        on another page."""
        self.kept.update(texts)
        for name in texts:
            self._forget_address(name)
            st.session_state.pop(self._key(name), None)

    def text(self, name: str) -> str:
        """Return the value that a widget holds as text; raises KeyError if it was not drawn yet."""
        text = write(st.session_state[self._key(name)])
        return self._labels.get(text, text)

    @property
    def is_filled(self) -> bool:
        """Whether all widgets hold values; the others get theirs as they are drawn."""
        return all(self._key(name) in st.session_state for name in self._names)

    def send_again(self) -> None:
        """Have Streamlit send the browser the values that the widgets already hold."""
        for key in filter(st.session_state.__contains__, map(self._key, self._names)):
            st.session_state[key] = st.session_state[key]

    @property
    def refused(self) -> dict[str, str]:
        """The texts of the address that a widget cannot show, until the visitor changes it."""
        return self._stored("refused")

    @property
    def refusals(self) -> list[str]:
        """A sentence for each refused text."""
        return [
            f"The address asks for the {name} {quoted(text)}, which is not to be had here."
            for name, text in self.refused.items()
        ]

    def show(self, *names: str) -> None:
        """Write some values into the address; called in the part of the page that draws them."""
        kept = {name: self.kept[name] for name in names if name in self.kept}
        query.write(kept, names, self.follow)

    def follow(self, said: Mapping[str, str]) -> None:
        """Put what an address says into the widgets, and the start values into all others."""
        for name in self._names:
            st.session_state.pop(self._key(name), None)
        for stored in (self.kept, self.refused, self._addressed):
            stored.clear()
        self._addressed.update(said)
        self.kept.update({name: self._normalised(name, text) for name, text in said.items()})

    @property
    def kept(self) -> dict[str, str]:
        """The texts that were typed, chosen or put, or that an address said."""
        return self._stored("kept")

    @property
    def _addressed(self) -> dict[str, str]:
        """The texts of the address, as long as nothing else was put in their place."""
        return self._stored("addressed")

    @property
    def _labels(self) -> dict[str, str]:
        """The texts of options by every label that they had."""
        return self._stored("labels")

    def _stored(self, what: str) -> dict[str, str]:
        stored: dict[str, str] = st.session_state.setdefault(f"{self._page} {what}", {})
        return stored

    def _key(self, name: str) -> str:
        return f"{self._page}_{name}"

    def _forget_address(self, name: str) -> None:
        self.refused.pop(name, None)
        self._addressed.pop(name, None)

    def _keep(self, name: str) -> None:
        self._forget_address(name)
        self.kept[name] = self.text(name)


def one_of(options: Iterable[Any]) -> Callable[[str], Any]:
    """Return a function that reads one of some options from its text; it raises ValueError for any
    other text."""
    by_text = {write(option): option for option in options}

    def read(text: str) -> Any:
        if text not in by_text:
            raise ValueError(f"{text!r} is none of {', '.join(by_text)}.")
        return by_text[text]

    return read


def within(low: float, high: float) -> Callable[[str], float]:
    """Return a function that reads a number from ``low`` to ``high``; it raises ValueError for any
    other text."""

    def read(text: str) -> float:
        number = read_number(text)
        if not low <= number <= high:
            raise ValueError(f"{text!r} is not from {low} to {high}.")
        return number

    return read
