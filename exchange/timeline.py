"""What happened on a leg, in order, on the exchange's clock. Append-only; phones, load statistics and tests read it.

Kinds: `dialled ringing answered ended` (the leg), `heard pressed said asked` (its person), `requested` (webhooks),
`notice` (callbacks), `bridged unbridged` (with `peer`), `queued dequeued`, `joined left` (rooms), `recorded`,
`redirected`, `alert`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from exchange.clock import Clock

Value = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened `at_ms` (exchange time, Unix milliseconds)."""

    at_ms: int
    kind: str
    text: str
    data: dict[str, Value]

    def as_dict(self) -> dict[str, Value]:
        """For JSON: `at_ms`, `kind`, `text` and whatever belongs to the kind."""
        return {"at_ms": self.at_ms, "kind": self.kind, "text": self.text, **self.data}


@dataclass(slots=True)
class Timeline:
    """A leg's log. `listeners` are called with every new entry and must not block."""

    clock: Clock
    entries: list[Entry] = field(default_factory=list)
    listeners: list[Callable[[Entry], None]] = field(default_factory=list)

    def add(self, kind: str, text: str = "", **data: Value) -> Entry:
        """Append an entry now."""
        entry = Entry(self.clock.now_ms(), kind, text, data)
        self.entries.append(entry)
        for listener in tuple(self.listeners):
            listener(entry)
        return entry

    def of(self, kind: str) -> list[Entry]:
        """All entries of a kind."""
        return [entry for entry in self.entries if entry.kind == kind]
