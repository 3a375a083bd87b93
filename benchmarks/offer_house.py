"""The house of `offer.py`: a menu that leads into one line, agents who talk, and agents who are only rung."""

import time
from pathlib import Path

import yaml

LINE = "+33199004000"
PROBE, TALKER = "probe", "talker"
"""Who is freed and rung to be measured, and declines; who accepts and talks meanwhile. Ids are these and a number."""

_FLOW = """
title: Mesure
language: fr-FR
time_zone: Europe/Paris
start: matters
on_fault: goodbye
steps:
  matters:
    menu: Pour l'état civil et les passeports, tapez 1. Pour toute autre question, tapez 2.
    keys:
      1: {next: line, label: État civil}
      2: {next: goodbye, label: Autre}
    otherwise: goodbye
  line: {queue: desk, next: goodbye, otherwise: goodbye}
  goodbye: {hangup: Au revoir.}
"""


def nothing(asked: float) -> float:
    """The plain job: how long ago it was asked for, s."""
    return time.time() - asked


def write(folder: Path, *, probes: int, talkers: int) -> tuple[Path, Path]:
    """The flows folder and the phones file. Numbers are out of a range kept for fiction."""
    flows, phones = folder / "flows", folder / "phones.yaml"
    flows.mkdir()
    (flows / "desk.yaml").write_text(_FLOW, encoding="utf-8")
    _dump(flows / "lines.yaml", {"lines": {"desk": {"number": LINE, "flow": "desk", "language": "fr-FR"}}})
    queue = {
        "skills": {"desk": 1},
        "ring": "20 s",
        "wrap_up": "1 s",
        "max_wait": "5 min",
        "hold": ["Merci de patienter."],
    }
    _dump(flows / "queues.yaml", {"queues": {"desk": queue}})
    names = [f"{PROBE}{n}" for n in range(probes)] + [f"{TALKER}{n}" for n in range(talkers)]
    numbers = {name: f"+3363998{2000 + n}" for n, name in enumerate(names)}
    people = {name: {"name": name.title(), "number": numbers[name], "skills": {"desk": 5}} for name in names}
    _dump(flows / "agents.yaml", {"agents": people})
    accept = {"press": "1", "when": "gather", "after": 0.5}
    behaviour = {PROBE: {"on_ring": "decline", "ring": 0.3}, TALKER: {"ring": 1.0, "steps": [accept]}}
    _dump(
        phones,
        {
            "phones": [
                {"name": name, "number": number, "seed": n, **behaviour[name.rstrip("0123456789")]}
                for n, (name, number) in enumerate(numbers.items())
            ]
        },
    )
    return flows, phones


def _dump(path: Path, data: object) -> None:
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
