"""Files of test calls that are wrong: each problem with its place, its code and what to write instead."""

import random
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from ivr.core.flow.model import Position
from ivr.flowtest.acts import ACTS
from ivr.flowtest.decode import decode_cases
from ivr.flowtest.expect import KINDS
from ivr.flowtest.expected import EXPECTED
from ivr.flowtest.house import House
from ivr.flowtest.run import explain, run_cases
from tests.flowtest.small import house
from tests.flowtest.test_run import PASSING


@pytest.fixture(scope="module")
def around(tmp_path_factory: pytest.TempPathFactory) -> House:
    return house(tmp_path_factory.mktemp("house"))


def problems(around: House, text: str) -> list[tuple[int, int, str, str]]:
    cases, found = decode_cases(dedent(text).encode(), "desk.yaml", around)
    assert found or cases
    return [(one.line, one.column, one.code, f"{one.message} | {one.hint}") for one in found]


BAD = {
    "an unknown field": ("- name: a\n  trns: []\n  turns: [{hears: x}]\n", 2, 3, "F008", "did you mean 'turns'?"),
    "an unknown act": ("- name: a\n  turns:\n    - {}\n    - press: 1\n", 4, 7, "F008", "did you mean 'presses'?"),
    "no name": ("- turns: [{hears: x}]\n", 1, 3, "F007", "`name` is missing"),
    "no turns": ("- name: a\n", 1, 3, "F007", "`turns` is missing"),
    "turns that are none": ("- name: a\n  turns: soon\n", 2, 10, "F006", "a list of turns"),
    "two names alike": (
        "- {name: a, turns: [{hears: x}]}\n- {name: a, turns: [{hears: x}]}\n", 2, 3, "F003", "stands in line 1",
    ),
    "not a list": ("name: a\n", 1, 1, "F006", "a list of test calls"),
    "nothing": ("", 1, 1, "F007", "the file is empty"),
    "keys that are none": ("- name: a\n  turns:\n    - presses: 1a\n", 3, 16, "F018", "is not keys"),
    "two acts": ("- name: a\n  turns:\n    - {presses: 1, says: oui}\n", 3, 20, "F010", "make two turns of it"),
    "no act": ("- name: a\n  turns:\n    - hears: x\n    - hears: y\n", 4, 7, "F007", "nothing happens"),
    "an addition alone": ("- name: a\n  turns:\n    - {presses: 1, talks: 5 s}\n", 3, 20, "F008", "`agent`"),
    "no moment": ("- name: a\n  call: {at: monday}\n  turns: [{}]\n", 2, 14, "F017", "2026-03-02T22:10"),
    "no time": ("- name: a\n  turns:\n    - waits: soon\n", 3, 14, "F017", "5 min"),
    "no number": ("- name: a\n  call: {from: '12'}\n  turns: [{}]\n", 2, 16, "F026", "or hidden"),
    "no such line": ("- name: a\n  call: {to: dsk}\n  turns: [{}]\n", 2, 14, "F030", "did you mean 'desk'?"),
    "no such flow": ("- name: a\n  call: {flow: desc}\n  turns: [{}]\n", 2, 16, "F030", "did you mean 'desk'?"),
    "no such step": ("- name: a\n  turns:\n    - waits_at: mnu\n", 3, 17, "F020", "did you mean 'menu'?"),
    "no such queue": ("- name: a\n  turns:\n    - joins: desc\n", 3, 14, "F024", "did you mean 'desk'?"),
    "no such kind": ("- name: a\n  turns:\n    - offered: qeue\n", 3, 16, "F009", "did you mean 'queue'?"),
    "no such ending": ("- name: a\n  turns: [{}]\n  ends: answerd\n", 3, 9, "F011", "did you mean 'answered'?"),
    "no such doing": ("- name: a\n  turns:\n    - does: keep-mesage\n", 3, 13, "F011", "'keep-message'"),
    "no such fault": ("- name: a\n  turns:\n    - fault: R999\n", 3, 14, "F011", "R00"),
    "nobody of the kind": ("- name: a\n  agents: avialable\n  turns: [{}]\n", 2, 11, "F011", "'available'"),
    "agents of no queue": ("- name: a\n  agents: {dsk: none}\n  turns: [{}]\n", 2, 12, "F024", "did you mean 'desk'?"),
    "look-ups of no step": ("- name: a\n  lookups: {mnu: missing}\n  turns: [{}]\n", 2, 13, "F020", "'menu'"),
    "no number of calls": ("- name: a\n  caller: {calls_before: -1}\n  turns: [{}]\n", 2, 26, "F011", "number of c"),
    "an anchor": ("- name: &a b\n  turns: [{}]\n", 1, 9, "F004", "an anchor"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_told_with_its_place(name: str, around: House) -> None:
    text, line, column, code, said = BAD[name]
    (found,) = problems(around, text)
    assert found[:3] == (line, column, code)
    assert said in found[3]


def test_every_problem_of_a_file_is_told_at_once(around: House) -> None:
    text = "- name: a\n  call: {at: x, to: y}\n  turns:\n    - presses: a\n    - waits: b\n"
    assert [(line, code) for line, _, code, _ in problems(around, text)] == [(2, "F030"), (4, "F018"), (5, "F017")]


def test_a_moment_without_an_offset_is_the_flows(around: House) -> None:
    calls = (
        f"- {{name: {at}, call: {{at: {at}}}, turns: [{{}}]}}\n" for at in ("2026-07-01T10:00", "2026-07-01T08:00Z")
    )
    text = "".join(calls)
    (first, second), found = decode_cases(text.encode(), "desk.yaml", around)
    assert not found
    assert first.given.at == second.given.at


def test_expectations_stand_where_they_are_written(around: House) -> None:
    text = "- name: a\n  turns:\n    - hears: x\n      waits_at: menu\n"
    (case,), _ = decode_cases(text.encode(), "desk.yaml", around)
    assert [one.at for one in case.turns[0].expected] == [Position(3, 7), Position(4, 7)]


def test_each_expectation_can_be_written_and_means_something() -> None:
    assert EXPECTED.keys() == KINDS.keys()
    assert not EXPECTED.keys() & ACTS.keys()


def test_a_million_bytes_are_refused_at_once(around: House) -> None:
    cases, (problem,) = decode_cases(b"- name: a\n" * 100_000, "desk.yaml", around)
    assert (cases, problem.code) == ([], "F005")


def test_the_page_in_the_documentation_tells_every_word() -> None:
    page = (Path(__file__).parents[2] / "docs" / "flow-language" / "testing.md").read_text(encoding="utf-8")
    for word in [*ACTS, *EXPECTED]:
        assert f"`{word}: " in page, word


def mutations(text: str) -> Iterator[bytes]:
    """The text with slips of the pen: always the same ones."""
    lines = text.splitlines(keepends=True)
    for seed in range(400):
        draw = random.Random(seed)
        at = draw.randrange(len(lines))
        changed = [*lines]
        match seed % 5:
            case 0:
                changed[at] = ""
            case 1:
                changed[at] = changed[at].replace(":", "", 1)
            case 2:
                changed[at] = draw.choice([" ", "  ", "\t", "- "]) + changed[at]
            case 3:
                changed.insert(draw.randrange(len(lines)), changed[at])
            case _:
                place = draw.randrange(len(changed[at]))
                changed[at] = changed[at][:place] + draw.choice("{}[]:\"'#*&!|\0é9") + changed[at][place + 1 :]
        yield "".join(changed).encode()


def test_whatever_is_written_comes_back_as_cases_or_problems(around: House) -> None:
    wrong = 0
    for source in mutations(PASSING):
        cases, found = decode_cases(source, "desk.yaml", around)
        wrong += bool(found)
        assert all(one.line >= 1 and one.column >= 1 for one in found)
        for result in run_cases(cases, around):
            assert result.passed or explain(result)
    assert wrong > 100
