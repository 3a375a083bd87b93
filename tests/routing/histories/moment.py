"""The whole store at one moment, as the invariants read it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ivr.core.routing.groups import group_of
from ivr.core.routing.order import CLASS_SPAN

IN_LINE = ("waiting", "offered", "accepted")
WITH_AGENTS = ("offered", "accepted", "bridged")
OPEN = ("pending", "ringing")

Kept = dict[str, str]


def place(call: Kept) -> float:
    """What orders a call: its virtual start and what was added to it."""
    return float(call["start"]) + float(call.get("offset", CLASS_SPAN))


@dataclass(frozen=True)
class Moment:
    """What `LineStore.dump` says: calls, offers and people by id, each as kept, and the lists around them."""

    dump: Mapping[str, Any] = field(default_factory=dict)
    calls: Mapping[str, Kept] = field(default_factory=dict)
    offers: Mapping[str, Kept] = field(default_factory=dict)
    people: Mapping[str, Kept] = field(default_factory=dict)

    @property
    def skills(self) -> Mapping[str, str]:
        """What each agent has, in one word."""
        found: Mapping[str, str] = self.dump.get("agents:skills", {})
        return found

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

    def rule(self, line: str, name: str) -> int:
        """A line's rule, 0 for none."""
        return int(self.dump.get(f"queue:{line}", {}).get(name) or 0)

    def at_its_cap(self, line: str) -> bool:
        """Whether as many of a line's calls are with agents as may be."""
        most = self.rule(line, "max_talking")
        return most > 0 and len(self.with_agents(line)) >= most

    def with_agents(self, line: str) -> set[str]:
        """The calls of a line that are with agents."""
        fields = self.dump.get(f"queue:{line}", {})
        return {field.removeprefix("with:") for field in fields if field.startswith("with:")}

    def rings(self, call: Kept) -> list[tuple[str, int]]:
        """A call's rings: group, and ms of the wait from which it is open."""
        written = [ring.split(":") for ring in call.get("rings", "").split()]
        return [(group, int(after)) for group, after in written] or [(call["group"], 0)]

    def members(self, key: str) -> Any:
        """A list or set of the store, empty where there is none."""
        return self.dump.get(key, ())

    def newest_offers(self) -> list[str]:
        """The last few offers made, newest first."""
        return sorted(self.offers, key=lambda offer: (float(self.offers[offer]["made"]), offer), reverse=True)[:6]


def moment_of(dump: Mapping[str, Any]) -> Moment:
    """Reads a dump."""
    found: dict[str, dict[str, Kept]] = {"call": {}, "reservation": {}, "agent": {}}
    for key, value in dump.items():
        kind, _, subject = key.partition(":")
        if kind in found and ":" not in subject:
            found[kind][subject] = value
    found["call"] = {sid: {"reservation": "", "agent": ""} | call for sid, call in found["call"].items()}
    _unrung(found)
    return Moment(dump, found["call"], found["reservation"], found["agent"])


def _unrung(found: dict[str, dict[str, Kept]]) -> None:
    """Adds the reservations nobody has rung for: they are in their calls and agents."""
    for sid, call in found["call"].items():
        if call["state"] == "offered":
            for offer, agent in zip(call["reservation"].split(), call["agent"].split(), strict=True):
                made = found["agent"][agent]["since"]
                fresh = {"call": sid, "agent": agent, "state": "pending", "queue": call["queue"], "made": made}
                found["reservation"].setdefault(offer, fresh | ({"mode": call["mode"]} if "mode" in call else {}))
