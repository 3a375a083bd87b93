"""Test calls walked: each act and expectation, both as it should be and as it should not."""

from pathlib import Path

import pytest

from ivr.flowtest.decode import decode_cases
from ivr.flowtest.run import Result, explain, run_cases
from ivr.flowtest.ways import marked_house
from tests.flowtest.small import DESK, house, only, run

PASSING = """\
- name: the desk answers
  turns:
    - hears: [Bonjour, Tapez 1]
      not_hears: Fermé
      waits_at: menu
      speaks: fr-FR
    - presses: 1
      joins: {desk: {urgent: no, reason: Guichet}}
      offered: queue
      ends: waiting
    - agent: answers
      talks: 95 s
      hears: au revoir
      reaches: bye
  ends: answered
  path: [guichet]
- name: closed and known by name
  call: {to: desk, at: 2026-03-01T12:00}
  caller: {name: Ana}
  turns:
    - hears: [ouvre demain a 9 heures, Bonjour Ana]
- name: somebody answers after forty seconds
  agents: answers after 40 s
  turns:
    - presses: 4
      hears: prochaine personne
    - waits: 30 s
      ends: waiting
      hears: toujours en attente
    - waits: 30 s
      hears: Au revoir
  ends: answered
- name: nobody answers within two minutes
  agents: {desk: nobody answers}
  turns:
    - presses: 1
    - waits: 5 min
      reaches: message
    - records: 12 s
      ended_by: hangs up
      does: {keep-message: {mailbox: desk, seconds: 12, reason: guichet}}
  does: keep-message
  ends: voicemail
- name: nobody is logged in
  agents: none
  turns:
    - presses: 1
      reaches: [desk, message]
    - records: nothing
      hears: rien entendu
    - records: nothing
  ends: ended-by-flow
- name: the line is full, then the caller hangs up
  agents: full
  turns:
    - presses: 1
      waits_at: menu
    - hangs_up: yes
  ends: hung-up-in-menu
- name: a secret is used and known
  turns:
    - presses: 2
    - presses: 47 11
      hears: chez vous
      answers: {pin: "4711"}
- name: the office is busy
  turns:
    - presses: 3
      dials: "+33 1 99 00 10 10"
    - dialled: no answer
      hears: pas joignable
- name: the office answers
  turns:
    - presses: 3
    - dialled: answers
      talks: 2 min
  ends: dialed
- name: something breaks
  turns:
    - breaks: yes
      fault: R004
      hears: [problème technique, Laissez un message]
- name: hangs up in line
  turns:
    - presses: 1
    - hangs_up: yes
  ends: abandoned
- name: nothing, twice
  turns:
    - presses: nothing
      hears: rien reçu
    - says: nothing
      waits_at: message
  ends: unfinished
"""


def test_calls_that_go_as_written_pass(tmp_path: Path) -> None:
    results = run(tmp_path, PASSING)
    assert len(results) == 12
    for result in results:
        assert result.passed, "\n".join(explain(result))


FAILING = {
    "hears": ("- hears: Bonsoir", 'to hear "Bonsoir"', '"Bonjour. Tapez 1, 2, 3 ou 4."'),
    "order": ("- hears: [Tapez, Bonjour]", 'to hear "Bonjour" behind what was expected before it', '"Bonjour.'),
    "not_hears": ("- not_hears: bonjour", 'not to hear "bonjour"', '"Bonjour.'),
    "reaches": ("- reaches: desk", "to reach step 'desk'", "steps: opening, menu"),
    "waits_at": ("- waits_at: desk", "to wait at step 'desk'", "the call waits at 'menu'"),
    "offered": ("- offered: queue", "to be offered a step of the kind 'queue'", "kinds: hours, menu"),
    "joins": ("- joins: desk", "to join line 'desk'", "no line was joined"),
    "joins otherwise": (
        "- hears: Bonjour\n- presses: 1\n  joins: {desk: {urgent: yes}}",
        "to join line 'desk' urgent=yes",
        "joined 'desk' urgent=no",
    ),
    "dials": ("- dials: '+33199001010'", "to dial +33199001010", "dialled: none"),
    "speaks": ("- speaks: nl-BE", "to speak nl-BE", "speaks fr-FR"),
    "path": ("- path: guichet", "the way in words: guichet", "the way: none"),
    "answers": ("- answers: {pin: '1'}", "answer 'pin' to be '1'", "answer 'pin': ''"),
    "does": ("- does: {keep-message: {mailbox: x}}", "to do keep-message mailbox=x", "nothing was done"),
    "fault": ("- fault: R001", "fault R001", "faults: none"),
    "ends": ("- ends: answered", "the call to end as 'answered'", "it stands at 'unfinished'"),
    "an act out of place": ("- agent: answers", "that the caller is answered by", "but a key is asked for"),
    "words out of place": ("- says: oui", 'that the caller says "oui"', "no words are listened for here"),
    "too many keys": ("- presses: 12", "that the caller presses 12", "one key is asked for here, 2 are pressed"),
    "a message out of place": ("- records: 3 s", "that the caller leaves", "would have to be leaving a message"),
    "a dial out of place": ("- dialled: busy", "that the caller is handed over", "would have to be handed over"),
    "a key out of place": ("- breaks: yes\n- presses: 1", "that the caller presses 1", "a message is being recorded"),
}


@pytest.mark.parametrize("name", FAILING)
def test_what_is_not_as_expected_is_told(name: str, tmp_path: Path) -> None:
    turns, expected, found = FAILING[name]
    body = "\n".join(f"    {line}" for line in turns.splitlines())
    result = only(tmp_path, f"- name: a\n  turns:\n{body}\n")
    assert result.failure is not None
    assert expected in result.failure.expected
    assert found in "\n".join(result.failure.found)


def test_a_failure_shows_the_call_up_to_there(tmp_path: Path) -> None:
    turns = "    - hears: Bonjour\n    - presses: 2\n      waits_at: pin\n      hears: Votre cote\n"
    result = only(tmp_path, f"- name: a passport\n  turns:\n{turns}")
    assert explain(result) == [
        "desk.yaml:6:7: a passport: at turn 1",
        '    - expected to hear "Votre cote"',
        '    + "Votre code."',
        "    the call:",
        "      start  caller calls",
        '               heard  "Bonjour. Tapez 1, 2, 3 ou 4."',
        "               steps  opening (open) > menu (waits)",
        "          1  caller presses 2",
        '               heard  "Votre code."',
        "               steps  menu (key 2) > pin (waits)",
        "               asks   for something sensitive",
    ]


def test_what_is_expected_of_the_whole_call_fails_at_its_end(tmp_path: Path) -> None:
    result = only(tmp_path, "- name: a\n  turns:\n    - hears: Bonjour\n  ends: answered\n")
    assert result.failure is not None
    assert (result.failure.at.line, result.failure.turn) == (4, 1)
    assert ": a: at the end" in explain(result)[0]


def test_the_prompt_most_like_the_expected_one_is_marked(tmp_path: Path) -> None:
    text = "- name: a\n  call: {at: 2026-03-01T12:00}\n  turns:\n    - hears: Fermé, ouvre lundi à 9 heures.\n"
    result = only(tmp_path, text)
    assert result.failure is not None
    assert [line.endswith("<- most like it") for line in result.failure.found] == [True, False]


def test_the_same_call_gives_the_same_result(tmp_path: Path) -> None:
    assert run(tmp_path, PASSING) == run(tmp_path, PASSING)


def test_a_fault_nobody_expects_fails_the_test(tmp_path: Path) -> None:
    text = "- name: round and round\n  agents: full\n  turns:\n" + "    - presses: 1\n" * 60
    result = only(tmp_path, text)
    assert result.failure is not None
    assert result.failure.expected == "no fault in the flow"
    assert result.failure.found[0].startswith("fault R003")
    assert only(tmp_path, text + "      fault: R003\n      waits_at: message\n").passed


def played(path: Path, desk: str, tests: str) -> Result:
    """The one test call's result in a house with another flow."""
    around = house(path, desk)
    (case,), problems = decode_cases(tests.encode(), "desk.yaml", around)
    assert not problems
    (result,) = run_cases([case], marked_house(around))
    return result


@pytest.mark.parametrize("word", ["closed", "unanswered"])
def test_a_line_may_be_closed_or_ring_in_vain(tmp_path: Path, word: str) -> None:
    text = f"- name: a\n  agents: {word}\n  turns:\n    - presses: 1\n      reaches: TO\n"
    desk = DESK.replace("    on_full: menu\n", f"    on_full: menu\n    on_{word}: bye\n")
    assert played(tmp_path, desk, text.replace("TO", "bye")).passed
    assert not played(tmp_path, desk, text.replace("TO", "message")).passed
    assert played(tmp_path, DESK, text.replace("TO", "message")).passed


def test_who_is_known_decides_who_is_preferred(tmp_path: Path) -> None:
    caller = "- name: a\n  caller: {last_agent: ana, adviser: ines}\n"
    turn = "  turns:\n    - presses: 1\n      joins: {desk: {preferred: WHO}}\n"
    desk = DESK.replace("    on_full: menu\n", "    on_full: menu\n    prefer: last_agent\n")
    assert played(tmp_path, DESK, caller + turn.replace("WHO", "ines")).passed
    assert not played(tmp_path, DESK, caller + turn.replace("WHO", "ana")).passed
    assert played(tmp_path, desk, caller + turn.replace("WHO", "ana")).passed
