"""Reads one element's attributes: types, ranges and defaults, each mishap reported and answered with the default."""

from collections.abc import Iterable
from xml.etree.ElementTree import Element

from exchange.twiml.model import Level, Problem

_BOOLEANS = {"true": True, "false": False, "1": True, "0": False}
_SCHEMA = 12200


class Reader:
    """An element being read. Attributes nobody asked for are reported by `finish` (12200)."""

    def __init__(self, element: Element, problems: list[Problem]) -> None:
        self.element = element
        self.problems = problems
        self._asked: set[str] = set()

    @property
    def name(self) -> str:
        """The element's name."""
        return self.element.tag

    def report(self, code: int, message: str, level: Level = "warning") -> Problem:
        """Note a problem."""
        problem = Problem(code, f"<{self.name}>: {message}", level)
        self.problems.append(problem)
        return problem

    def raw(self, attribute: str) -> str | None:
        """The attribute as written, None where absent."""
        self._asked.add(attribute)
        return self.element.get(attribute)

    def text(self, attribute: str, default: str = "") -> str:
        """The attribute trimmed, or `default`."""
        value = self.raw(attribute)
        return default if value is None else value.strip()

    def boolean(self, attribute: str, default: bool, code: int = _SCHEMA) -> bool:
        """true or false."""
        value = self.raw(attribute)
        if value is None:
            return default
        known = _BOOLEANS.get(value.strip().lower())
        if known is None:
            self.report(code, f"{attribute}={value!r} is neither true nor false; {str(default).lower()} is taken")
            return default
        return known

    def integer(self, attribute: str, default: int, low: int, high: int, code: int = _SCHEMA) -> int:
        """A whole number in `low..high`."""
        found = self.optional_integer(attribute, low, high, code)
        return default if found is None else found

    def optional_integer(self, attribute: str, low: int, high: int, code: int = _SCHEMA) -> int | None:
        """A whole number in `low..high`, None where absent or wrong."""
        value = self.raw(attribute)
        if value is None:
            return None
        try:
            number = int(value.strip())
        except ValueError:
            self.report(code, f"{attribute}={value!r} is no whole number")
            return None
        if not low <= number <= high:
            self.report(code, f"{attribute}={number} is outside {low} to {high}")
            return None
        return number

    def choice(self, attribute: str, default: str, options: Iterable[str], code: int = _SCHEMA) -> str:
        """One of `options`."""
        value = self.raw(attribute)
        if value is None:
            return default
        value = value.strip()
        if value not in options:
            self.report(code, f"{attribute}={value!r} is none of {', '.join(sorted(options))}")
            return default
        return value

    def method(self, attribute: str = "method", default: str = "POST", code: int = _SCHEMA) -> str:
        """GET or POST, in any case."""
        value = self.raw(attribute)
        if value is None:
            return default
        if value.strip().upper() not in {"GET", "POST"}:
            self.report(code, f"{attribute}={value!r} is neither GET nor POST")
            return default
        return value.strip().upper()

    def words(
        self, attribute: str, default: frozenset[str], options: frozenset[str], code: int = _SCHEMA
    ) -> frozenset[str]:
        """A space-separated list out of `options`."""
        value = self.raw(attribute)
        if value is None:
            return default
        found = frozenset(value.split())
        if found - options:
            wrong = ", ".join(sorted(found - options))
            self.report(code, f"{attribute}: {wrong} is none of {', '.join(sorted(options))}")
        return found & options

    def content(self) -> str:
        """Own text, trimmed."""
        return (self.element.text or "").strip()

    def finish(self) -> None:
        """Report what nobody asked for."""
        for attribute in set(self.element.keys()) - self._asked:
            self.report(_SCHEMA, f"attribute {attribute!r} is not known here (names are case-sensitive)")

    def no_children(self) -> None:
        """Report children where none may be."""
        for child in self.element:
            self.report(_SCHEMA, f"<{child.tag}> may not stand in it")
