"""Coverage: what counts as a way, which ways a call takes, and that every kind of step is counted unnamed."""

from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent, indent

import pytest

from ivr.core.flow.fields import Target
from ivr.core.flow.links import links
from ivr.core.flow.model import Flow
from ivr.core.flow.registry import STEPS
from ivr.flowfile.decode import decode_flow
from ivr.flowtest.coverage import coverage, percent, total
from ivr.flowtest.decode import decode_cases
from ivr.flowtest.house import House
from ivr.flowtest.run import run_cases
from ivr.flowtest.stage import Stage
from ivr.flowtest.ways import Marked, Way, marked_house, ways_of
from tests.flow.test_complete import examples
from tests.flowtest.small import folder, house, run


def examples_of(word: str) -> Iterator[Flow]:
    """The flows in a step's docstring."""
    for text in examples(dedent("    " + (STEPS[word].__doc__ or ""))):
        head = "language: fr-FR\ntime_zone: Europe/Paris\nsteps:\n"
        decoded = decode_flow((head + indent(text, "  ")).encode(), "example", "example.yaml")
        if decoded.drafted is not None:
            yield decoded.drafted


@pytest.mark.parametrize("word", STEPS)
def test_every_exit_of_every_kind_of_step_is_marked_where_it_is_written(word: str) -> None:
    seen = 0
    for flow in examples_of(word):
        marked = marked_house(House({"example": flow})).flows["example"]
        for name, step in flow.steps.items():
            wanted = [(link.path, link.value) for link in links(step) if link.kind is Target]
            found = [link.value for link in links(marked.steps[name]) if link.kind is Target]
            assert [(to.path, str(to)) for to in found] == wanted
            assert all(isinstance(to, Marked) and (to.flow, to.step) == ("example", name) for to in found)
            assert marked.steps[name] == step, "marking changes nothing else"
            seen += len(wanted)
    names_targets = any(
        link.kind is Target for flow in examples_of(word) for s in flow.steps.values() for link in links(s)
    )
    assert bool(seen) == names_targets


def test_two_keys_to_one_step_are_two_ways(tmp_path: Path) -> None:
    around = house(tmp_path)
    text = "- name: a\n  turns:\n    - presses: 4\n    - agent: answers\n"
    results = run(tmp_path, text)
    (figure,) = coverage(results, around, ["desk"])
    missed = {str(way) for way, _ in figure.missed}
    assert "menu, exit keys.1.next" in missed
    assert "menu, exit keys.4.next" not in missed
    assert {"on_fault", "step pin", "desk, exit otherwise", "office, exit ends"} <= missed
    places = {str(way): at.line for way, at in figure.missed}
    assert (places["on_fault"], places["step pin"], places["menu, exit keys.1.next"]) == (4, 22, 16)


def test_the_ways_of_a_flow_are_its_steps_their_exits_and_the_way_out_of_faults(tmp_path: Path) -> None:
    ways = ways_of(house(tmp_path).flows["desk"])
    assert ways[0] == Way("desk", "", "on_fault")
    assert [str(way) for way in ways if way.step == "office"] == [
        "step office", "office, exit otherwise", "office, exit ends",
    ]  # fmt: skip
    assert [way.path for way in ways if way.step == "bye"] == [""]


def test_a_flow_run_by_another_is_counted_in_its_own_name(tmp_path: Path) -> None:
    desk = """\
    language: fr-FR
    time_zone: Europe/Paris
    start: first
    on_fault: bye
    steps:
      first:
        run: sub
        results: {found: bye}
        next: menu
      menu:
        menu: Tapez 1.
        keys: {1: bye}
        otherwise: bye
      bye:
        hangup: Fin.
    """
    sub = """\
    language: fr-FR
    time_zone: Europe/Paris
    start: ask
    on_fault: no
    steps:
      ask:
        menu: Oui ou non.
        keys: {1: yes, 2: no}
        otherwise: no
      yes:
        return: found
      no:
        return: unknown
    """
    flows = folder(tmp_path, desk=dedent(desk))
    (flows / "library").mkdir()
    (flows / "library" / "sub.yaml").write_text(dedent(sub), encoding="utf-8")
    around = house(tmp_path, desk=dedent(desk))
    text = "- name: a\n  turns:\n    - hears: Oui\n    - presses: 1\n      reaches: [yes, bye]\n  ends: ended-by-flow\n"
    cases, problems = decode_cases(text.encode(), "desk.yaml", around)
    assert not problems
    results = run_cases(cases, marked_house(around))
    assert results[0].passed, results[0].failure
    figures = {figure.flow: figure for figure in coverage(results, around, ["desk", "sub"])}
    assert {str(way) for way, _ in figures["desk"].missed} == {
        "on_fault", "first, exit next", "step menu", "menu, exit keys.1.next", "menu, exit otherwise",
    }  # fmt: skip
    assert {str(way) for way, _ in figures["sub"].missed} == {
        "on_fault", "ask, exit keys.2.next", "ask, exit otherwise", "step no",
    }  # fmt: skip


def test_marking_changes_nothing_of_a_call(tmp_path: Path) -> None:
    around = house(tmp_path)
    text = "- name: a\n  turns:\n    - presses: 2\n    - presses: 4711\n    - agent: answers\n"
    (case,), _ = decode_cases(text.encode(), "desk.yaml", around)
    plain, marked = run_cases([case], around), run_cases([case], marked_house(around))
    assert plain == marked
    stage = Stage(marked_house(around), case.given)
    stage.begin()
    assert type(stage.session.flow) is str


def test_a_hundred_percent_means_all() -> None:
    assert (percent(999_999, 1_000_000), percent(1, 3), percent(0, 0), total([])) == (99.9, 33.3, 100.0, 100.0)
