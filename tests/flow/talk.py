"""Talking to a flow in a test: each input goes to a session that was written out and read back, as in the store."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from textwrap import dedent

import msgspec

from ivr.core.flow import engine
from ivr.core.flow.check import check_flow
from ivr.core.flow.effects import (
    Dial,
    Effect,
    Fault,
    Fetch,
    Gather,
    HandOver,
    Hangup,
    Join,
    KeepMessage,
    Note,
    Pause,
    Play,
    Record,
    Reject,
    Say,
)
from ivr.core.flow.inputs import Dialed, Digits, HungUp, Input, LeftLine, NoInput, Recorded, Spoken
from ivr.core.flow.model import Flow
from ivr.core.flow.registry import Face, World
from ivr.core.flow.session import CallerFacts, Incident, Session
from ivr.core.flow.turn import Turn
from ivr.flowfile.decode import decode_flow
from ivr.flowfile.knowledge import decode_knowledge

MONDAY_MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""10:00 in Paris."""

SATURDAY_NIGHT = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)

LIBRARY = """
language: fr-FR
time_zone: Europe/Paris
parameters: [question]
on_fault: unknown
steps:
  number:
    ask: "{{ given.question }}"
    save: file
    min: 4
    max: 4
    finish: none
    tries: 1
    next: found
    otherwise: unknown
  found:
    return: found
    value: "{{ answers.file }}"
  unknown:
    return: unknown
"""
"""A flow that others run, as `find-file`."""

WORLD = World(
    {"accueil": True, "etat-civil": True, "urbanisme": True},
    frozenset({"jingle.wav"}),
    flows={"find-file": Face(frozenset({"question"}), frozenset({"found", "unknown"}))},
)

KNOWLEDGE = """
language: fr-FR
entries:
  hours:
    title: {fr: les horaires de la piscine, nl: de openingsuren van het zwembad}
    phrases: {fr: [quand ouvre la piscine, horaires de la piscine], nl: [openingsuren van het zwembad]}
    answer: {fr: La piscine ouvre à dix heures., nl: Het zwembad opent om tien uur.}
    key: 1
  price:
    title: le prix de la piscine
    phrases: [combien coûte la piscine, tarif de la piscine, prix d'entrée]
    answer: L'entrée coûte quatre euros.
"""
"""What the house knows, as `pool`."""

_HEAD = "language: fr-FR\ntime_zone: Europe/Paris\n"


def flow_of(steps: str, head: str = "", despite: str = "") -> Flow:
    """A flow from its steps in YAML; fails the test where the checker finds an error but those of code `despite`."""
    body = dedent(steps).strip("\n")
    source = f"{_HEAD}{head}steps:\n" + "\n".join(f"  {line}" for line in body.splitlines()) + "\n"
    decoded = decode_flow(source.encode(), "test", "test.yaml")
    assert decoded.flow is not None, "\n".join(map(str, decoded.problems))
    errors = [found for found in check_flow(decoded.flow, WORLD, "test.yaml") if found.severity == "error"]
    errors = [found for found in errors if found.code != despite]
    assert not errors, "\n".join(map(str, errors))
    library = decode_flow(LIBRARY.encode(), "find-file", "find-file.yaml")
    assert library.flow is not None, "\n".join(map(str, library.problems))
    known = {"find-file": library.flow, library.flow.digest: library.flow}
    answers, wrong = decode_knowledge(KNOWLEDGE.encode(), "pool", "pool.yaml")
    assert answers is not None, "\n".join(map(str, wrong))
    return replace(decoded.flow, library=known, prompts=WORLD.prompts, knowledge={"pool": answers})


def session_of(flow: Flow, caller: CallerFacts | None = None, language: str = "") -> Session:
    """A new call's session."""
    return Session(
        call_sid="CA0",
        line="mairie",
        flow=flow.name,
        digest=flow.digest,
        step="",
        language=language,
        from_number="+33639980001",
        to_number="+33199001000",
        caller=caller or CallerFacts(),
        line_title="Mairie",
        texts=True,
    )


def stored(session: Session) -> Session:
    """The session as it comes back from the store."""
    return msgspec.json.decode(msgspec.json.encode(session), type=Session)


@dataclass
class Talk:
    """A call under way."""

    flow: Flow
    now: datetime = MONDAY_MORNING
    caller: CallerFacts | None = None
    language: str = ""
    incidents: tuple[Incident, ...] = ()
    turns: list[Turn] = field(default_factory=list)

    def __post_init__(self) -> None:
        session = replace(session_of(self.flow, self.caller, self.language), incidents=self.incidents)
        self.turns.append(engine.start(self.flow, session, self.now))

    @property
    def last(self) -> Turn:
        return self.turns[-1]

    @property
    def session(self) -> Session:
        return self.last.session

    def give(self, *inputs: Input) -> Turn:
        """Hands the inputs to the call, one turn each; the last turn."""
        for one in inputs:
            self.turns.append(engine.resume(self.flow, stored(self.session), one, self.now))
        return self.last

    @property
    def heard(self) -> str:
        """What the last turn says, in one text."""
        return heard(self.last)


def heard(turn: Turn) -> str:
    """What a turn says, the prompts of its Gather included."""
    prompts = [*turn.prompts, *(turn.wait.prompts if isinstance(turn.wait, Gather) else ())]
    return " ".join(prompt.text for prompt in prompts if isinstance(prompt, Say))


def transcript(talk: Talk, inputs: Iterable[Input]) -> str:
    """A call as text, turn by turn: what is heard, what is done, how it waits, and what the caller does then."""
    lines = [*_turn(talk.last)]
    for one in inputs:
        lines += ["", f"> {_said(one)}", *_turn(talk.give(one))]
    session = talk.session
    lines += ["", f"path: {', '.join(session.path) or '-'}", f"ended: {'yes' if session.ended else 'no'}"]
    return "\n".join(lines) + "\n"


def _turn(turn: Turn) -> list[str]:
    lines = [f"turn {turn.session.turn}: " + " / ".join(f"{walked.step} ({walked.exit})" for walked in turn.trail)]
    return lines + [f"  {line}" for effect in turn.effects for line in _effect(effect)]


def _effect(effect: Effect) -> list[str]:  # noqa: C901, PLR0911, PLR0912 - one line per effect
    match effect:
        case Say(text, language):
            return [f"says [{language}] {text}"]
        case Play(path):
            return [f"plays {path}"]
        case Pause(seconds):
            return [f"is silent for {seconds} s"]
        case Note(key, value):
            return [f"notes {key} = {value}"]
        case Fault(code, detail):
            return [f"FAULT {code} {detail}"]
        case KeepMessage(mailbox, recording, seconds, reason):
            return [f"keeps message {recording} of {seconds} s for {mailbox} ({reason})"]
        case Gather():
            count = effect.num_digits or f"keys until {effect.finish_on_key or 'silence'}"
            secret = ", secret" if effect.sensitive else ""
            within = [line for prompt in effect.prompts for line in _effect(prompt)]
            return [
                *within,
                f"waits {effect.timeout_seconds} s for {count}{' key' if effect.num_digits else ''}{secret}",
            ]
        case Record():
            return [f"records at most {effect.max_seconds} s"]
        case Dial():
            return [f"dials {', '.join(effect.numbers)} for {effect.ring_seconds} s"]
        case Join():
            skills = ", ".join(f"{skill} {level}" for skill, level in effect.skills.items())
            return [f"joins {effect.queue} [{skills}] because: {effect.reason or '-'}"]
        case Fetch(url, method):
            return [f"asks {method} {url} within {effect.seconds} s"]
        case HandOver(line):
            return [f"hands over to line {line}"]
        case Hangup():
            return ["hangs up"]
        case Reject(reason):
            return [f"rejects: {reason}"]


def _said(one: Input) -> str:
    match one:
        case Digits(keys):
            return f"presses {keys}"
        case Spoken(text):
            return f"says {text}"
        case NoInput():
            return "does nothing"
        case Recorded(recording, seconds, ended_by):
            return f"has spoken for {seconds} s ({recording}, ended by {ended_by})"
        case Dialed(status, seconds):
            return f"hand-over: {status} {seconds} s"
        case LeftLine(reason, agent, seconds):
            return f"leaves the line: {reason} {agent} {seconds} s"
        case HungUp():
            return "hangs up"
        case _:
            return type(one).__name__
