"""What is kept of what went into a call: everything a replay needs, nothing that may not be kept."""

from datetime import UTC, datetime

import pytest

from ivr.core.flow.effects import Hangup
from ivr.core.flow.inputs import (
    Dialed,
    Digits,
    HungUp,
    Input,
    LeftLine,
    NoInput,
    Recorded,
    Spoken,
    Started,
)
from ivr.core.flow.session import CallerFacts, Session
from ivr.core.flow.turn import Turn, Walked
from ivr.services.inputs import KINDS, caller_of, fact_of, input_of, inputs_in, kept_input

NOW = datetime(2026, 3, 2, 9, 0, 1, 500_000, tzinfo=UTC)
MARIE = CallerFacts("known", "+33612345678", "Marie Lambert", 3, "2026-03-01T08:00:00+00:00", "État civil", "fr-FR")


def turn(number: int = 7) -> Turn:
    session = Session("CA1", "desk", "desk", "d", "menu", "nl-BE", caller=MARIE, turn=number)
    return Turn(session, (Hangup(),), (Walked("menu", "key 1"), Walked("desk", "waits", "sub")))


INPUTS: list[Input] = [
    Digits("12#"),
    Spoken("un passeport"),
    NoInput(),
    Recorded(f"RE{7:032x}", 12, "hangup"),
    Dialed("busy"),
    Dialed("completed", 61),
    LeftLine("talked", talk_seconds=95),
    LeftLine("timeout"),
    HungUp(),
]


@pytest.mark.parametrize("given", INPUTS, ids=lambda given: type(given).__name__)
def test_an_input_comes_back_from_the_facts(given: Input) -> None:
    kept = kept_input(given, turn(), NOW, sensitive=False)
    assert inputs_in({"note:7:0": "[]", **fact_of(kept)}) == (kept,)
    assert input_of(kept) == given
    assert kept.trail == (("", "menu", "key 1"), ("sub", "desk", "waits"))
    assert kept.kind in KINDS


def test_inputs_are_in_the_order_of_their_turns() -> None:
    facts = {}
    for number in (10, 9, 0):
        facts |= fact_of(kept_input(NoInput(), turn(number), NOW, sensitive=False))
    assert [kept.turn for kept in inputs_in(facts)] == [0, 9, 10]


@pytest.mark.parametrize(
    ("given", "sensitive"),
    [
        (Digits("4711"), True),
        (Spoken("quatre sept un un"), True),
        (Digits("0612345678"), False),
        (Digits("33612345678#"), False),
        (Spoken("rappelez-moi au 06 12 34 56 78"), False),
    ],
)
def test_what_may_not_be_kept_leaves_no_trace(given: Input, sensitive: bool) -> None:
    kept = kept_input(given, turn(), NOW, sensitive=sensitive)
    assert kept.hidden
    text = str(fact_of(kept))
    for secret in ("4711", "quatre", "0612345678", "33612345678", "06 12", "78"):
        assert secret not in text


def test_of_the_caller_only_what_decides_is_kept() -> None:
    kept = kept_input(Started(), turn(0), NOW, sensitive=False)
    assert "Marie" not in str(fact_of(kept))
    assert "612345678" not in str(fact_of(kept))
    facts, language, named = caller_of(kept, "known")
    assert (language, named) == ("nl-BE", True)
    assert (facts.kind, facts.calls_before, facts.last_reason, facts.name) == ("known", 3, "État civil", "")
    with pytest.raises(ValueError, match="no input"):
        input_of(kept)


def test_long_words_are_cut() -> None:
    assert len(kept_input(Spoken("mot " * 1000), turn(), NOW, sensitive=False).value) == 300
