"""The phone book: which phone a number rings. Scripted phones come from a file or are added while the exchange runs;
browser phones register for as long as their connection lasts and come before a scripted phone of the same number.
"""

from collections.abc import Iterable
from pathlib import Path

from exchange.clock import Clock
from exchange.handset import Handset
from exchange.phones.decode import phones_file
from exchange.phones.script import ScriptedPhoneSpec
from exchange.phones.scripted import ScriptedPhone


class NumberTaken(Exception):  # noqa: N818 - a state of the book
    """Another browser phone has this number."""


class Phones:
    """Every phone of the exchange. A `PhoneBook`; for use on the exchange's event loop only."""

    def __init__(self, clock: Clock, specs: Iterable[ScriptedPhoneSpec] = ()) -> None:
        self.clock = clock
        self.scripted: dict[str, ScriptedPhone] = {}
        self.registered: dict[str, tuple[str, Handset]] = {}
        for spec in specs:
            self.add(spec)

    @classmethod
    def from_file(cls, path: Path, clock: Clock) -> "Phones":
        """The phones of a YAML or JSON file. Raises ScriptProblem naming every problem, and OSError."""
        return cls(clock, phones_file(path))

    def handset(self, number: str) -> Handset | None:
        """The phone behind a number or `client:` identity; None where there is none."""
        if number in self.registered:
            return self.registered[number][1]
        return self.scripted.get(number)

    def name(self, number: str) -> str:
        """Who has a number, as far as the book knows; else empty."""
        if number in self.registered:
            return self.registered[number][0]
        return self.scripted[number].spec.name if number in self.scripted else ""

    def add(self, spec: ScriptedPhoneSpec) -> ScriptedPhone:
        """Add a scripted phone, or give an existing number another script. A call it is in goes on as it was."""
        phone = ScriptedPhone(spec, self.clock)
        self.scripted[spec.number] = phone
        return phone

    def remove(self, number: str) -> bool:
        """Take a scripted phone out; whether there was one."""
        return self.scripted.pop(number, None) is not None

    def register(self, number: str, name: str, handset: Handset) -> None:
        """Let a phone be rung by `number`. Raises NumberTaken where another one is registered."""
        if number in self.registered and self.registered[number][1] is not handset:
            raise NumberTaken(number)
        self.registered[number] = (name, handset)

    def unregister(self, number: str, handset: Handset) -> None:
        """End a registration of this very phone."""
        if number in self.registered and self.registered[number][1] is handset:
            del self.registered[number]
