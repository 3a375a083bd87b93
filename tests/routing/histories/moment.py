"""The whole store at one moment, as the invariants read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ivr.core.routing.groups import group_of

IN_LINE = ("waiting", "offered", "accepted")
WITH_AGENTS = ("offered", "accepted", "bridged")
OPEN = ("pending", "ringing")

Kept = dict[str, str]


def place(call: Kept) -> float:
    """What orders a call: its virtual start and what was added to it."""
    return float(call["start"]) + float(call.get("offset", 0))


@dataclass(frozen=True)
class Moment:
    """What `LineStore.dump` says: calls, offers and people by id, each as kept, and the lists around them."""

    dump: Mapping[str, Any] = field(default_factory=dict)
    calls: Mapping[str, Kept] = field(default_factory=dict)
    offers: Mapping[str, Kept] = field(default_factory=dict)
    people: Mapping[str, Kept] = field(default_factory=dict)

    @property
    def due(self) -> Mapping[str, float]:
        """Deadlines by ms."""
        found: Mapping[str, float] = self.dump.get("due", {})
        return found

    @property
    def live(self) -> dict[str, Kept]:
        """Calls that haven't left."""
        return {sid: call for sid, call in self.calls.items() if call["state"] != "left"}

    def group(self, group: str) -> str:
        """What the calls of a group ask for."""
        return group_of(self.dump["groups:names"][group]).wanted

    def members(self, key: str) -> Any:
        """A list or set of the store, empty where there is none."""
        return self.dump.get(key, ())

    def newest_offers(self) -> list[str]:
        """The last few offers made, newest first."""
        return sorted(self.offers, key=lambda offer: (float(self.offers[offer]["made"]), offer), reverse=True)[:4]


def moment_of(dump: Mapping[str, Any]) -> Moment:
    """Reads a dump."""
    found: dict[str, dict[str, Kept]] = {"call": {}, "reservation": {}, "agent": {}}
    for key, value in dump.items():
        kind, _, subject = key.partition(":")
        if kind in found and ":" not in subject:
            found[kind][subject] = value
    found["call"] = {sid: {"reservation": "", "agent": ""} | call for sid, call in found["call"].items()}
    return Moment(dump, found["call"], found["reservation"], found["agent"])
