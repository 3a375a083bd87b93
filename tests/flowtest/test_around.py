"""What surrounds a call: look-ups, callbacks, keys pressed in line, other lines, incidents, draws."""

from textwrap import dedent

import pytest

from ivr.flowfile.folder import Reader
from ivr.flowtest.coverage import coverage
from ivr.flowtest.decode import decode_cases
from ivr.flowtest.folder import house_of
from ivr.flowtest.house import House
from ivr.flowtest.run import Result, explain, run_cases
from ivr.flowtest.ways import marked_house

DESK = """\
language: fr-FR
time_zone: Europe/Paris
start: news
on_fault: bye
steps:
  news:
    incident: network
    next: new-menu
  new-menu:
    split:
      - {share: 20, next: short}
    otherwise: long
  short:
    say: Version courte.
    next: menu
  long:
    say: Version longue.
    next: menu
  menu:
    menu: Tapez 1, 2 ou 3.
    keys: {1: desk, 2: file, 3: taxes}
    otherwise: bye
  file:
    ask: Votre dossier.
    save: file
    next: status
    otherwise: bye
  status:
    fetch: https://files.example.org/api
    query: {number: "{{ answers.file }}"}
    save: {status: file.status}
    next: tell
    on_missing: file
    otherwise: bye
  tell:
    say: "Dossier {{ answers.status }}."
    next: menu
  taxes:
    handoff: taxes
    otherwise: bye
  desk:
    queue: desk
    while_waiting: other-ways
    offer: Pour être rappelé, tapez 1.
    offer_after: 20 s
    next: bye
    otherwise: bye
  other-ways:
    menu: Rappel, tapez 1. Pour attendre, tapez 2.
    keys: {1: call-me, 2: desk}
    otherwise: desk
  call-me:
    callback: desk
    next: bye
    otherwise: bye
  bye:
    hangup: Au revoir.
"""
TAXES = """\
language: fr-FR
time_zone: Europe/Paris
start: welcome
on_fault: bye
steps:
  welcome:
    say: "Les impôts, pour {{ handed.line }}."
    next: bye
  bye:
    hangup: Fin des impôts.
"""


@pytest.fixture(scope="module")
def around(tmp_path_factory: pytest.TempPathFactory) -> House:
    folder = tmp_path_factory.mktemp("around")
    files = {
        "desk.yaml": DESK,
        "taxes.yaml": TAXES,
        "queues.yaml": "queues:\n  desk: {max_wait: 5 min}\n",
        "hosts.yaml": "hosts:\n  files.example.org: {}\n",
        "lines.yaml": 'lines:\n  desk: {number: "+33199001000", flow: desk, language: fr-FR, title: Mairie}\n'
        '  taxes: {number: "+33199001001", flow: taxes, language: fr-FR, title: Impôts}\n',
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    checked = Reader().read(folder)
    assert set(checked.flows) == {"desk", "taxes"}, "\n".join(map(str, checked.problems))
    return house_of(checked)


def made(around: House, text: str) -> Result:
    cases, problems = decode_cases(dedent(text).encode(), "desk.yaml", around)
    assert not problems, "\n".join(map(str, problems))
    (result,) = run_cases(cases, marked_house(around))
    return result


PASSING = {
    "a look-up is answered, one time after the other": """
      - name: a
        lookups: {status: [missing, {file: {status: complet}}]}
        turns:
          - presses: 2
          - presses: 12#
            waits_at: file
          - presses: 34#
            hears: Dossier complet.
            reaches: status
    """,
    "a look-up that takes too long": """
      - name: a
        lookups: {status: timeout}
        turns:
          - presses: 2
          - presses: 12#
            hears: Au revoir.
    """,
    "an answer without what is needed": """
      - name: a
        lookups: {status: {file: {}}}
        turns:
          - presses: 2
          - presses: 12#
            hears: Au revoir.
    """,
    "handed over to another line": """
      - name: a
        turns:
          - presses: 3
            hears: [Les impôts pour, Fin des impôts]
            not_hears: Au revoir
        ends: ended-by-flow
    """.replace("impôts pour", "impôts, pour Mairie"),
    "a line that is down": """
      - name: a
        lines_down: taxes
        turns:
          - presses: 3
            hears: Au revoir
            not_hears: impôts
    """,
    "called back from the line, the place kept": """
      - name: a
        call: {from: "+33612345678"}
        agents: nobody answers
        turns:
          - presses: 1
            joins: desk
          - waits: 35 s
            hears: Pour être rappelé, tapez 1
          - presses: 1
            offered: callback
          - presses: 1
            hears: Au revoir
    """,
    "back into the line": """
      - name: a
        agents: answers after 60 s
        turns:
          - presses: 1
          - waits: 20 s
          - presses: 2
            ends: waiting
          - waits: 30 s
            ends: waiting
          - waits: 15 s
            hears: Au revoir
        ends: answered
    """,
    "a callback that is refused": """
      - name: a
        call: {from: "+33612345678"}
        callbacks: refused
        agents: nobody answers
        turns:
          - presses: 1
          - presses: 1
          - presses: 1
            hears: Au revoir
        ends: ended-by-flow
    """,
    "an incident is told, once": """
      - name: a
        incidents: {network: Le réseau est en panne.}
        turns:
          - hears: Le réseau est en panne
          - presses: 1
            not_hears: panne
    """,
    "another incident is told in line only": """
      - name: a
        incidents: {water: Une fuite d'eau.}
        turns:
          - not_hears: fuite
          - presses: 1
            hears: fuite d'eau
    """,
    "the fifteenth of a hundred": """
      - name: a
        draws: {new-menu: 15}
        turns:
          - hears: Version courte
    """,
    "the twenty-first of a hundred": """
      - name: a
        draws: {new-menu: 21}
        turns:
          - hears: Version longue
    """,
}


@pytest.mark.parametrize("name", PASSING)
def test_it_goes_as_given(name: str, around: House) -> None:
    result = made(around, PASSING[name])
    assert result.passed, "\n".join(explain(result))


def test_a_look_up_nothing_is_given_for_says_what_to_write(around: House) -> None:
    result = made(around, "- name: a\n  turns:\n    - presses: 2\n    - presses: 12#\n")
    assert result.failure is not None
    (said,) = result.failure.found
    assert said.startswith("step 'status' asks https://files.example.org/api?number=12: say what it is answered")


def test_a_hand_over_is_a_way_of_its_own(around: House) -> None:
    result = made(around, PASSING["handed over to another line"])
    desk, taxes = coverage([result], around, ["desk", "taxes"])
    assert "taxes, exit ends" not in {str(way) for way, _ in desk.missed}
    assert {str(way) for way, _ in taxes.missed} == {"on_fault"}


def test_a_draw_that_is_none_is_told(around: House) -> None:
    text = "- name: a\n  draws: {new-menu: 101, newmenu: 1}\n  turns: [{}]\n"
    cases, problems = decode_cases(text.encode(), "desk.yaml", around)
    assert not cases
    assert [(one.column, one.code) for one in problems] == [(21, "F011"), (26, "F020")]
