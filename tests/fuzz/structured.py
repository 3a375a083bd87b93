"""Flows drawn by their grammar: every kind of step with its own fields, and values that are right, wrong or near."""

from dataclasses import fields

from hypothesis import strategies as st

from ivr.core.flow import steps as _steps  # noqa: F401 - registers the step types
from ivr.core.flow.registry import STEPS

NAMES = ["a", "b", "c", "d", "bye", "Nein", ""]
VALUES = [
    "a", "b", "bye", "5 min", "0 s", "99 h", "yes", "no", "maybe", "1", "12", "-3", "99999999999", "star", "*", "~",
    "''",
    "Bonjour.", "'{{ caller.name }}'", "'{{ answers.file | digits }}'", "'{{ answers.pin }}'", "'{{ x'",
    "'{{ given.what }}'",
    "{fr: Bonjour., nl: Goedendag.}", "{fr: {text: Oui., audio: jingle.wav}}", "{french: x}", "caller.calls_before > 2",
    "now.weekday in [monday, mondag]", "((((", "[{when: caller.name, next: b}]", "[{share: 50, next: a}]",
    "{1: a, 2: b}",
    "{1: {label: Un, next: a}}", "{monday-friday: '09:00-12:00'}", "{daily: closed}", "mairie", "FR", "FR-57",
    "accueil",
    "sans-fin", "'+33 1 99 00 10 10'", "['+33199001010', x]", "jingle.wav", "../x.wav", "{2026-12-25: Noël}", "file",
    "pin",
    "library-like", "any", "{what: '{{ answers.pin }}'}", "{right: a, wrong: b}", "[]", "{}", "[a, b]",
    "http://127.0.0.1/x",
    "https://example.org/{{ answers.file }}", "none", "hash", "keys", "digits", "amount", "date", "speech", "yes-no",
]  # fmt: skip
"""Written as YAML."""

_words = st.sampled_from(sorted(STEPS))
_values = st.sampled_from(VALUES) | st.text(max_size=8).map(repr)


@st.composite
def _step(draw: st.DrawFn) -> str:
    word = draw(_words)
    cls = STEPS[word]
    names = [field.name for field in fields(cls) if field.init and field.name != cls.main]  # type: ignore[arg-type]
    chosen = draw(st.lists(st.sampled_from([*names, "next", "otherwise"]), max_size=6, unique=True))
    lines = [f"    {word}: {draw(_values)}", *(f"    {name}: {draw(_values)}" for name in chosen)]
    return "\n".join(lines)


@st.composite
def flows(draw: st.DrawFn) -> bytes:
    """A flow's file."""
    head = ["language: fr-FR", "time_zone: Europe/Paris", "on_fault: bye"]
    head += draw(st.lists(st.sampled_from(["start: b", "parameters: [what]", "limits: {human_within: 0}"]), max_size=2))
    steps = draw(st.dictionaries(st.sampled_from(NAMES), _step(), max_size=5))
    body = [f"  {name or repr(name)}:\n{step}" for name, step in steps.items() if name != "bye"]
    return "\n".join([*head, "steps:", *body, "  bye:\n    hangup: Au revoir.", ""]).encode(errors="replace")
