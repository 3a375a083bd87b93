"""Phones files and scripts, from YAML or JSON text to `Script`. Every problem is told at once, with where it is.

phones:
  - name: Camille Roux
    number: "+33639980001"
    ring: [2, 4]                  # seconds, or a range to draw from
    on_ring: answer               # answer voicemail ring busy decline unreachable, or {answer: 0.8, ring: 0.2}
    steps:
      - {press: "1", when: gather, after: 1}
      - {say: "Bonjour, Camille à l'appareil.", when: bridged}
    talk: 20                      # seconds once bridged, or `until-hung-up`
    patience: 90                  # a caller's: seconds after the last step
    seed: 7
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import yaml

from exchange.phones.script import (
    GREETING,
    NOTHING,
    REACTIONS,
    WHENS,
    Reaction,
    Script,
    ScriptedPhoneSpec,
    Span,
    Step,
    When,
)

SCRIPT_FIELDS = frozenset({"on_ring", "ring", "steps", "talk", "patience", "limit", "greeting"})
STEP_FIELDS = frozenset({"press", "say", "seconds", "hang_up", "when", "after"})
PHONE_FIELDS = SCRIPT_FIELDS | {"name", "number", "seed"}
UNTIL_HUNG_UP = "until-hung-up"
NUMBER = re.compile(r"\+[1-9]\d{5,14}|client:[\w.@-]{1,256}")
KEYS = re.compile(r"[0-9A-D#*wW]+")


class ScriptProblem(ValueError):  # noqa: N818 - reads as what it is
    """A script or phones file can't be used; `problems` are sentences saying where and why."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def phones_file(path: Path) -> list[ScriptedPhoneSpec]:
    """The phones of a YAML or JSON file. Raises ScriptProblem (every problem at once) and OSError."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=_TextKeys)  # noqa: S506 - a SafeLoader, below
    except yaml.YAMLError as error:
        raise ScriptProblem([f"{path}: {error}"]) from error
    if not isinstance(data, dict) or not isinstance(data.get("phones"), list):
        raise ScriptProblem([f"{path}: expected a list under `phones`"])
    reader = _Reader()
    specs = [reader.phone(item, f"{path}: phones[{n}]") for n, item in enumerate(data["phones"], 1)]
    numbers: set[str] = set()
    for spec in specs:
        if spec.number in numbers:
            reader.problems.append(f"{path}: number {spec.number} is given twice")
        numbers.add(spec.number)
    reader.check()
    return specs


def phone(data: object, where: str = "phone") -> ScriptedPhoneSpec:
    """One phone from plain data. Raises ScriptProblem."""
    reader = _Reader()
    spec = reader.phone(data, where)
    reader.check()
    return spec


def script(data: object, where: str = "script") -> Script:
    """One script from plain data. Raises ScriptProblem."""
    reader = _Reader()
    made = reader.script(reader.mapping(data, where, SCRIPT_FIELDS), where)
    reader.check()
    return made


class _TextKeys(yaml.SafeLoader):
    """A safe loader that leaves whole numbers starting with `+` or `0` as text: they are telephone numbers and keys."""


_TextKeys.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not (first in "+0" and tag == "tag:yaml.org,2002:int")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_TextKeys.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^0$"), ["0"])


class _Reader:
    """Reads plain data and gathers problems instead of stopping at the first."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def check(self) -> None:
        if self.problems:
            raise ScriptProblem(self.problems)

    def mapping(self, data: object, where: str, fields: frozenset[str]) -> Mapping[str, Any]:
        if not isinstance(data, dict):
            self.problems.append(f"{where}: expected fields, not {data!r}")
            return {}
        for name in data:
            if name not in fields:
                self.problems.append(f"{where}: unknown field {name!r} (known: {', '.join(sorted(fields))})")
        return data

    def phone(self, data: object, where: str) -> ScriptedPhoneSpec:
        fields = self.mapping(data, where, PHONE_FIELDS)
        number, name = fields.get("number"), fields.get("name")
        if not isinstance(number, str) or not NUMBER.fullmatch(number):
            self.problems.append(f"{where}: number {number!r} is not E.164 (+33639980001) or client:name")
        if not isinstance(name, str) or not name.strip():
            self.problems.append(f"{where}: name is missing")
        seed = fields.get("seed", 0)
        if not isinstance(seed, int):
            self.problems.append(f"{where}: seed {seed!r} is not a whole number")
        return ScriptedPhoneSpec(
            str(name), str(number), self.script(fields, where), seed if isinstance(seed, int) else 0
        )

    def script(self, fields: Mapping[str, Any], where: str) -> Script:
        steps = fields.get("steps") or []
        if not isinstance(steps, list):
            self.problems.append(f"{where}: steps is not a list")
            steps = []
        talk = fields.get("talk")
        patience = fields.get("patience")
        return Script(
            on_ring=self.reactions(fields.get("on_ring", "answer"), f"{where}: on_ring"),
            ring=self.span(fields.get("ring", 0), f"{where}: ring"),
            steps=tuple(self.step(step, f"{where}: steps[{n}]") for n, step in enumerate(steps, 1)),
            talk=None if talk is None or talk == UNTIL_HUNG_UP else self.span(talk, f"{where}: talk"),
            patience=None if patience is None else self.span(patience, f"{where}: patience"),
            limit=None if fields.get("limit") is None else self.span(fields["limit"], f"{where}: limit"),
            greeting=str(fields.get("greeting") or GREETING),
        )

    def step(self, data: object, where: str) -> Step:
        fields = self.mapping(data, where, STEP_FIELDS)
        press, say, hang_up = fields.get("press", ""), fields.get("say", ""), bool(fields.get("hang_up", False))
        press = str(press) if isinstance(press, int) and not isinstance(press, bool) else press
        if not isinstance(press, str) or (press and not KEYS.fullmatch(press)):
            self.problems.append(f"{where}: press {press!r} is not made of 0-9 * # A-D w W")
            press = ""
        if sum((bool(press), bool(say), hang_up)) > 1:
            self.problems.append(f"{where}: one act a step, of press, say and hang_up")
        when = fields.get("when", "gather" if press or say else "now")
        if when not in WHENS:
            self.problems.append(f"{where}: when {when!r} is none of {', '.join(WHENS)}")
            when = "now"
        seconds = fields.get("seconds")
        if seconds is not None and not _quantity(seconds):
            self.problems.append(f"{where}: seconds {seconds!r} is not a length of time")
            seconds = None
        after = self.span(fields.get("after", 0), f"{where}: after")
        return Step(press, str(say), seconds, hang_up=hang_up, when=cast("When", when), after=after)

    def span(self, data: object, where: str) -> Span:
        if _quantity(data):
            return Span(float(cast("float", data)), float(cast("float", data)))
        if isinstance(data, list) and len(data) == 2 and all(map(_quantity, data)) and data[0] <= data[1]:  # noqa: PLR2004 - a pair
            return Span(float(data[0]), float(data[1]))
        self.problems.append(f"{where}: {data!r} is neither seconds nor [least, most]")
        return NOTHING

    def reactions(self, data: object, where: str) -> dict[Reaction, float]:
        weights = {data: 1.0} if isinstance(data, str) else data
        if not isinstance(weights, dict) or not weights:
            self.problems.append(f"{where}: expected one of {', '.join(REACTIONS)}, or weights of them")
            return {"answer": 1.0}
        for name, weight in weights.items():
            if name not in REACTIONS:
                self.problems.append(f"{where}: {name!r} is none of {', '.join(REACTIONS)}")
            if not _quantity(weight):
                self.problems.append(f"{where}: weight {weight!r} is not a positive number")
        if not self.problems and sum(weights.values()) <= 0:
            self.problems.append(f"{where}: the weights add up to nothing")
        return weights


def _quantity(data: object) -> bool:
    return isinstance(data, int | float) and not isinstance(data, bool) and 0 <= data < float("inf")
