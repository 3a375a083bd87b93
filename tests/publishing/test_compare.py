"""Differences in words: what an operator would say has changed, by step."""

import pytest

from ivr.core.flow.compare import differences
from tests.flow.talk import flow_of

BASE = """
hello:
  say: Bonjour et bienvenue.
  next: opening
opening:
  hours: {monday-friday: 09:00-12:00}
  open: matters
  closed: bye
matters:
  menu: Tapez 1 ou 2.
  keys:
    1: {label: Passeport, next: reception}
    2: bye
  otherwise: reception
reception:
  queue: accueil
  max_wait: 5 min
  next: bye
  otherwise: bye
sort:
  branch:
    - when: caller.name
      next: bye
  otherwise: hello
bye:
  hangup: Au revoir.
"""


CHANGES: list[tuple[str, str, list[str]]] = [
    ("2: bye", "2: reception", ["menu 'matters': key 2 now goes to 'reception' (was 'bye')"]),
    ("2: bye", "2: bye\n    star: matters", ["menu 'matters': key star is new, goes to 'matters'"]),
    ("    2: bye\n", "", ["menu 'matters': key 2 is gone"]),
    ("label: Passeport", "label: Visa", ["menu 'matters': key 1 is now called 'Visa' (was 'Passeport')"]),
    (
        "  otherwise: reception",
        "  otherwise: bye",
        ["menu 'matters': `otherwise` now goes to 'bye' (was 'reception')"],
    ),
    ("Tapez 1 ou 2.", "Tapez 1.", ['menu \'matters\': now "Tapez 1." (was "Tapez 1 ou 2.")']),
    (
        "say: Bonjour et bienvenue.",
        "say: {fr: Bonjour et bienvenue., nl: Dag.}",
        ["say 'hello': (nl) is new: \"Dag.\""],
    ),
    ("09:00-12:00", "09:00-17:00", ["hours 'opening': monday-friday now 09:00-17:00 (was 09:00-12:00)"]),
    ("5 min", "10 min", ["queue 'reception': `max_wait` now 10 min (was 5 min)"]),
    (
        "  max_wait: 5 min",
        "  max_wait: 5 min\n  skills: {tax: 2-5, fr: 3}\n  prefer_for: 20 s",
        [
            "queue 'reception': `skills`, tax is new: 2-5",
            "queue 'reception': `skills`, fr is new: 3",
            "queue 'reception': `prefer_for` is new: 20 s",
        ],
    ),
    (
        "  max_wait: 5 min",
        "  max_wait: 5 min\n  on_full: matters",
        ["queue 'reception': `on_full` is new, goes to 'matters'"],
    ),
    (
        "when: caller.name",
        "when: caller.kind = known",
        ["branch 'sort': way 1 now when `caller.kind = known`, next 'bye' (was when `caller.name`, next 'bye')"],
    ),
    ("say: Bonjour et bienvenue.", "play: jingle.wav", ["'hello' was a say and is now a play"]),
    ("bye:\n  hangup: Au revoir.", "bye:\n  hangup: Au revoir.\nlast:\n  hangup: Fini.", ["new: hangup 'last'"]),
]


@pytest.mark.parametrize(("old", "new", "said"), CHANGES)
def test_a_change_is_told_in_words(old: str, new: str, said: list[str]) -> None:
    assert old in BASE
    assert differences(flow_of(BASE), flow_of(BASE.replace(old, new, 1))) == said


def test_nothing_is_told_of_what_is_the_same() -> None:
    commented = BASE.replace("hello:", "# a comment\nhello:", 1)
    assert differences(flow_of(BASE), flow_of(commented)) == []


def test_a_step_under_another_name_is_told_as_such() -> None:
    renamed = BASE.replace("matters", "subjects")
    found = differences(flow_of(BASE), flow_of(renamed))
    assert "menu 'matters' is now called 'subjects'" in found
    assert "hours 'opening': `open` now goes to 'subjects' (was 'matters')" in found
    assert not [one for one in found if one.startswith(("new:", "gone:"))]


def test_a_step_that_is_gone_and_the_header_are_told() -> None:
    less = BASE.replace("sort:\n  branch:\n    - when: caller.name\n      next: bye\n  otherwise: hello\n", "")
    found = differences(flow_of(BASE), flow_of(less, "title: Mairie\non_fault: bye\n"))
    assert found == ["`title` now 'Mairie' (was empty)", "`on_fault` now 'bye' (was empty)", "gone: branch 'sort'"]


def test_steps_in_another_order_are_told_as_harmless() -> None:
    head, _, last = BASE.strip("\n").partition("bye:\n")
    found = differences(flow_of(BASE, "start: hello\n"), flow_of(f"bye:\n{last}\n{head}", "start: hello\n"))
    assert found == ["steps stand in another order, which changes nothing for callers"]


def test_long_texts_are_cut_to_where_they_differ() -> None:
    long = "Nous vous remercions de votre appel. " * 6
    before = BASE.replace("Bonjour et bienvenue.", f"{long}Tapez un.")
    (found,) = differences(flow_of(before), flow_of(before.replace("Tapez un.", "Tapez deux.")))
    assert "Tapez deux." in found
    assert "Tapez un." in found
    assert len(found) < 220
