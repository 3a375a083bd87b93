"""A call's session: all the flow engine knows of a live call. Data only; saved after each turn, read before each."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any

from ivr.core.dialable import DialRules


@dataclass(frozen=True, slots=True)
class CallerFacts:
    """Who calls, as far as the number tells. A number is a claim, not a proof.

    `kind` is `known` (number with a history or contact), `new`, `hidden` or `malformed`. `last_call_at` is ISO 8601
    UTC, empty for none. `callback` is the queue in which a callback to this number waits, empty for none.
    `last_agent` (id) answered the last call from this number that was answered; `adviser` (id) is the contact's own.
    """

    kind: str = "new"
    number: str = ""
    name: str = ""
    calls_before: int = 0
    last_call_at: str = ""
    last_reason: str = ""
    language: str = ""
    callback: str = ""
    last_agent: str = ""
    adviser: str = ""


LANGUAGE_NOTE = "call.language"
"""The note that keeps the language a caller chose; no step is called so."""


@dataclass(frozen=True, slots=True)
class Incident:
    """A disturbance callers are told of. `texts` by language (`fr`, `nl-BE`), or under "" in the line's own.

    `about` is a topic that an `incident` step may name, empty for all. Times are epoch ms; it is over at `until_ms`.
    """

    id: str
    texts: Mapping[str, str]
    about: str = ""
    since_ms: int = 0
    until_ms: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """A flow being run by another. `flow` and `digest` are of the one that runs; `given` what it was handed.

    `step` is the `run` step of the flow below, where the call goes on afterwards, and `values` what was known there.
    """

    flow: str
    digest: str
    step: str
    given: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """The line a call stands in: the step that waits there, the turn that joined it, how many frames deep that was.

    `queue` is the line itself where it isn't the step's own: the call was moved, or has gone on. `asked_ms` is when
    the caller asked last where they stand, 0 for never.
    """

    step: str
    turn: int
    depth: int = 0
    queue: str = ""
    asked_ms: int = 0


@dataclass(frozen=True, slots=True)
class Session:
    """One caller's way through a flow, pinned to a flow version by `digest`.

    `turn` counts the turns taken; the document of turn n sends its answer to turn n + 1. `path` is the caller's way
    in words ("Passports", "Lost"). `tries` counts failed answers at `step`. `visits` counts entries by step.

    `values` holds answers by name, those of sensitive questions under `secret.NAME`, and what the last `hours` step
    found under `hours.NAME`. `held` is what the waiting step keeps between its own turns; empty again when it is left.
    `faults` counts what failed in the flow during this call.

    `flow` and `digest` are of the flow the line is answered by. Where it runs another, `frames` has that one (the last
    is where the call is: `step`, `values` and `visits` are its) and `versions` fixes the digests of all it may run, so
    that a call keeps the versions it began with. `urgent` calls pass all others in every line. `patience` multiplies
    how long answers are waited for, for callers who asked for more time. `incidents` are those active at this line
    now, `told` the ids of those this caller has heard.

    `place` is where the call stands in line, while it hears the hold documents or is in the steps a key led to from
    there. `left_inside` is the turn that left a line from such steps, -1 for none: the carrier's queue has to be left
    before that turn's document can be heard. `rules` say where callbacks and texts may go, `texts` whether any are
    sent.
    """

    call_sid: str
    line: str
    flow: str
    digest: str
    step: str
    language: str
    from_number: str = ""
    to_number: str = ""
    started_at: str = ""
    turn: int = 0
    tries: int = 0
    ended: bool = False
    path: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    visits: Mapping[str, int] = field(default_factory=dict)
    caller: CallerFacts = field(default_factory=CallerFacts)
    line_title: str = ""
    held: Mapping[str, str] = field(default_factory=dict)
    faults: int = 0
    frames: tuple[Frame, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    urgent: bool = False
    patience: int = 1
    incidents: tuple[Incident, ...] = ()
    told: tuple[str, ...] = ()
    place: Place | None = None
    left_inside: int = -1
    rules: DialRules = field(default_factory=DialRules)
    texts: bool = False

    def but(self, **changes: Any) -> "Session":
        """This session with some fields changed: `dataclasses.replace` for a third of its price, paid on every turn.

        Raises KeyError for a field there isn't.
        """
        made: Session = _new(Session)
        for put, value in zip(_PUTS, _all_of(self), strict=True):
            put(made, value)
        for name, value in changes.items():
            _PUT[name](made, value)
        return made


# The slots themselves: a frozen dataclass guards the front door, and this is the one who has the key.
_new = object.__new__
_NAMES = tuple(one.name for one in fields(Session))
_PUT = {name: getattr(Session, name).__set__ for name in _NAMES}
_PUTS = tuple(_PUT.values())
_all_of = attrgetter(*_NAMES)
