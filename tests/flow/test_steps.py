"""Every step type by its table of calls (`calls.py`)."""

from textwrap import indent

import pytest

from ivr.core.flow import engine
from ivr.core.flow.inputs import (
    Dialed,
    Digits,
    Fetched,
    Input,
    LeftLine,
    NoInput,
    NotHandedOver,
    Recorded,
    Spoken,
    Started,
)
from ivr.core.flow.registry import STEPS
from tests.flow.all_calls import ALL as CASES
from tests.flow.calls import END, Case
from tests.flow.talk import Talk, flow_of, stored

INPUTS: tuple[Input, ...] = (
    Started(),
    Digits("1"),
    Spoken("un"),
    NoInput(),
    Recorded("RE1", 5, "#"),
    Dialed("busy"),
    LeftLine("timeout"),
    Fetched("failed"),
    NotHandedOver(),
)


def steps_of(case: Case) -> str:
    """The YAML of a case: its step under the name `first`, then what it refers to."""
    own, _, more = case.steps.partition("\n\n")
    return "first:\n" + indent(own, "  ") + "\n" + more + END


@pytest.mark.parametrize(
    ("word", "case"),
    [(word, case) for word, cases in CASES.items() for case in cases],
    ids=lambda one: getattr(one, "name", one),
)
def test_a_step_does_what_its_table_says(word: str, case: Case) -> None:
    talk = Talk(flow_of(steps_of(case)), case.now, case.caller, case.language, case.incidents)
    turn = talk.give(*case.does)
    assert turn.effects == case.gives
    if case.exit:
        exits = [walked.exit for one in talk.turns for walked in one.trail if walked.step == "first"]
        assert exits[-1] == case.exit
    assert STEPS[word]


@pytest.mark.parametrize("word", [word for word, step in STEPS.items() if step.accepts])
def test_a_waiting_step_refuses_other_inputs_without_damage(word: str) -> None:
    talks = (
        Talk(flow_of(steps_of(case)), case.now, case.caller, incidents=case.incidents)
        for case in CASES[word]
        if not case.does
    )
    talk = next(talk for talk in talks if not talk.session.ended)
    before = talk.session
    refused = [one for one in INPUTS if not isinstance(one, STEPS[word].accepts)]
    assert refused
    for one in refused:
        with pytest.raises(engine.NotAccepted):
            engine.resume(talk.flow, before, one, talk.now)
    assert talk.session is before
    assert stored(before) == before


def test_a_sensitive_answer_is_kept_apart_and_can_be_asked_for() -> None:
    flow = flow_of(
        """
        pin:
          ask: Votre code.
          save: pin
          sensitive: yes
          next: check
          otherwise: "no"
        check:
          branch: [{when: answers.pin = 1234, next: "yes"}]
          otherwise: "no"
        "yes": {hangup: Oui.}
        "no": {hangup: Non.}
        """
    )
    talk = Talk(flow)
    assert getattr(talk.last.wait, "sensitive", False)
    turn = talk.give(Digits("1234"))
    assert talk.heard == "Oui."
    assert "pin" not in turn.session.values
    assert not turn.commands


def test_the_way_in_words_is_told_to_the_agent() -> None:
    flow = flow_of(
        """
        matters:
          menu: Tapez 1.
          keys: {1: {label: Passeport, next: lost}}
          otherwise: line
        lost:
          menu: Perdu, tapez 2.
          keys: {2: {label: Perdu, next: line}}
          otherwise: line
        line: {queue: accueil, next: end, otherwise: end}
        end: {hangup: Fin.}
        """
    )
    turn = Talk(flow).give(Digits("1"), Digits("2"))
    assert turn.session.path == ("Passeport", "Perdu")
    assert getattr(turn.wait, "reason", "") == "Passeport, Perdu"
