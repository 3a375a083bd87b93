"""A small house for test calls, written out by each test that needs it."""

from pathlib import Path
from textwrap import dedent

from ivr.flowfile.folder import Reader
from ivr.flowtest.decode import decode_cases
from ivr.flowtest.folder import house_of
from ivr.flowtest.house import House
from ivr.flowtest.run import Result, run_cases
from ivr.flowtest.ways import marked_house

DESK = """\
language: fr-FR
time_zone: Europe/Paris
start: opening
on_fault: message
steps:
  opening:
    hours: {monday-friday: 09:00-17:00}
    open: menu
    closed: shut
  shut:
    say: "Fermé, ouvre {{ hours.opens_at }}."
    next: menu
  menu:
    menu: "Bonjour {{ caller.name }}. Tapez 1, 2, 3 ou 4."
    keys:
      1: {label: Guichet, next: desk}
      2: pin
      3: office
      4: desk
    otherwise: message
    tries: 2
  pin:
    ask: Votre code.
    save: pin
    sensitive: yes
    min: 4
    max: 4
    next: known
    otherwise: message
  known:
    branch:
      - when: answers.pin == "4711"
        next: welcome
    otherwise: menu
  welcome:
    say: Bienvenue chez vous.
    next: desk
  office:
    dial: "+33199001010"
    otherwise: message
  desk:
    queue: desk
    leave_if_nobody: yes
    next: bye
    otherwise: message
    on_full: menu
  message:
    voicemail: desk
    greeting: Laissez un message.
    next: bye
  bye:
    hangup: Au revoir.
"""

QUEUES = "queues:\n  desk: {max_wait: 2 min}\n"
LINES = 'lines:\n  desk: {number: "+33199001000", flow: desk, language: fr-FR, title: Guichet}\n'


def folder(path: Path, tests: str = "", *, desk: str = DESK) -> Path:
    """A folder of flows with one flow, its neighbours and its test calls."""
    flows = path / "flows"
    (flows / "tests").mkdir(parents=True, exist_ok=True)
    (flows / "prompts").mkdir(exist_ok=True)
    for name, text in (("desk.yaml", desk), ("queues.yaml", QUEUES), ("lines.yaml", LINES)):
        (flows / name).write_text(text, encoding="utf-8")
    if tests:
        (flows / "tests" / "desk.yaml").write_text(dedent(tests), encoding="utf-8")
    return flows


def house(path: Path, desk: str = DESK) -> House:
    """The house of such a folder; its flow has no problem."""
    checked = Reader().read(folder(path, desk=desk))
    assert "desk" in checked.flows, "\n".join(map(str, checked.problems))
    return house_of(checked)


def run(path: Path, tests: str) -> list[Result]:
    """Test calls of the small house, run."""
    around = house(path)
    cases, problems = decode_cases(dedent(tests).encode(), "desk.yaml", around)
    assert not problems, "\n".join(map(str, problems))
    return run_cases(cases, marked_house(around))


def only(path: Path, tests: str) -> Result:
    """The one test call's result."""
    (result,) = run(path, tests)
    return result
