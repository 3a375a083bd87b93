"""The bank's house as this product's files: a flow with a menu by call type into queues, a line, agents and phones."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from ivr.cli.bank.records import Record

LINE = "+33199002000"
"""The number callers dial; it and all others come from ranges reserved for fiction."""
HIGH_PRIORITY = 2
CREDIT_SECONDS = 90
"""What the bank gave its high-priority customers: they stand as if they had come this much earlier."""
MAX_WAIT = "4 h"
TYPES: Mapping[str, str] = {
    "PS": "Comptes",
    "PE": "Accounts, in English",
    "NW": "Nouveaux clients",
    "NE": "Bourse",
    "IN": "Banque en ligne",
    "TT": "Rappels",
}


class House:
    """The line's menu and its people, for the calls of a day. Types beside `TYPES` get the next keys."""

    def __init__(self, records: Sequence[Record], skills: Mapping[str, frozenset[str]]) -> None:
        others = sorted({record.type for record in records} - set(TYPES))
        self.types = [*TYPES, *others]
        self.skills = skills
        self.numbers = {agent: f"+3363998{1000 + n}" for n, agent in enumerate(sorted(skills))}
        customers = dict.fromkeys(record.customer for record in records if record.customer)
        self._customers = {customer: f"+3363998{2000 + n % 4000}" for n, customer in enumerate(customers)}

    def keys(self, record: Record) -> tuple[str, str]:
        """What this caller presses: the type's key, then 2 for those with credit, else 1."""
        return str(self.types.index(record.type) + 1), "2" if record.priority >= HIGH_PRIORITY else "1"

    def caller(self, record: Record, n: int) -> str:
        """The number this call comes from: a customer's own, else one by the call's own number in the day."""
        return self._customers.get(record.customer) or f"+3363998{6000 + n % 4000}"

    def write(self, folder: Path) -> None:
        """The flows folder. Agents come in `agents.yaml`, to be imported."""
        folder.mkdir(parents=True, exist_ok=True)
        _dump(folder / "bank.yaml", self._flow())
        _dump(
            folder / "lines.yaml",
            {"lines": {"bank": {"number": LINE, "flow": "bank", "language": "fr-FR", "title": "Bank"}}},
        )
        queue = {"ring": "20 s", "wrap_up": "0 s", "max_wait": MAX_WAIT, "hold": ["Merci de patienter."]}
        titles = {
            kind.lower(): {"title": TYPES.get(kind, kind), "skills": {kind.lower(): 1}, **queue} for kind in self.types
        }
        _dump(folder / "queues.yaml", {"queues": titles})
        _dump(folder / "agents.yaml", {"agents": {agent.lower(): self._agent(agent) for agent in self.skills}})

    def write_phones(self, path: Path) -> None:
        """The agents' scripted phones: they pick up at once, accept when asked and talk until the caller hangs up."""
        accept = {"press": "1", "when": "gather", "after": [0.2, 0.6]}
        phones = [
            {"name": agent, "number": number, "ring": [0.5, 1.5], "steps": [accept], "seed": n}
            for n, (agent, number) in enumerate(self.numbers.items())
        ]
        _dump(path, {"phones": phones})

    def _agent(self, agent: str) -> dict[str, object]:
        skills = {kind.lower(): 5 for kind in sorted(self.skills[agent])}
        return {"name": agent, "number": self.numbers[agent], "skills": skills, "languages": ["fr-FR"]}

    def _flow(self) -> dict[str, object]:
        steps: dict[str, object] = {
            "type": {
                "menu": "Banque.",
                "keys": {
                    str(n): {"label": TYPES.get(kind, kind), "next": f"priority-{kind.lower()}"}
                    for n, kind in enumerate(self.types, 1)
                },
                "tries": 3,
                "otherwise": "goodbye",
            },
            "goodbye": {"hangup": "Au revoir."},
        }
        for kind in self.types:
            name = kind.lower()
            steps[f"priority-{name}"] = {
                "menu": "Un ou deux.",
                "keys": {
                    "1": {"label": "Sans crédit", "next": f"line-{name}"},
                    "2": {"label": "Avec crédit", "next": f"line-{name}-first"},
                },
                "tries": 3,
                "otherwise": "goodbye",
            }
            place = {"queue": name, "next": "goodbye", "otherwise": "goodbye"}
            steps[f"line-{name}"] = place
            steps[f"line-{name}-first"] = {**place, "priority": f"{CREDIT_SECONDS} s"}
        return {
            "title": "Bank",
            "language": "fr-FR",
            "time_zone": "UTC",
            "start": "type",
            "on_fault": "goodbye",
            "steps": steps,
        }


class _Plain(yaml.SafeDumper):
    """Writes everything out: the flow language knows no aliases."""

    def ignore_aliases(self, data: object) -> bool:
        """Always."""
        del data
        return True


def _dump(path: Path, data: object) -> None:
    path.write_text(yaml.dump(data, Dumper=_Plain, allow_unicode=True, sort_keys=False), encoding="utf-8")
