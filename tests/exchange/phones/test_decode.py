"""Phones files: what they may say, and that every mistake in one is told at once."""

from pathlib import Path

import pytest

import exchange.phones
from exchange.phones.decode import ScriptProblem, phones_file, script
from exchange.phones.script import Span


def test_the_demos_agents_pick_up_but_for_one_and_offices_take_calls_by_key() -> None:
    specs = phones_file(Path(exchange.phones.__file__).parent / "demo.yaml")
    agents = [spec for spec in specs if spec.number.startswith("+336")]
    assert [spec.number for spec in agents] == [f"+3363998000{n}" for n in range(1, 10)]
    assert [spec.name for spec in agents if list(spec.script.on_ring) == ["ring"]] == ["Octave Lambert"]
    offices = [spec for spec in specs if spec not in agents]
    assert [spec.number for spec in offices] == ["+33199009999", "+33199001010", "+33199001011"]
    for spec in [spec for spec in specs if list(spec.script.on_ring) == ["answer"] and spec.name != "Permanence"]:
        assert spec.script.ring.high <= 4
        assert (spec.script.steps[0].press, spec.script.steps[0].when) == ("1", "gather")


def test_unquoted_numbers_and_keys_stay_text(tmp_path: Path) -> None:
    path = tmp_path / "phones.yaml"
    path.write_text("phones:\n  - {name: A, number: +33639980001, steps: [{press: 012}, {press: 5, after: 0}]}\n")
    (spec,) = phones_file(path)
    assert spec.number == "+33639980001"
    assert [step.press for step in spec.script.steps] == ["012", "5"]


def test_json_is_as_good(tmp_path: Path) -> None:
    path = tmp_path / "phones.json"
    path.write_text(
        '{"phones": [{"name": "A", "number": "client:anna", "talk": [1, 2.5], "on_ring": {"answer": 1, "busy": 3}}]}'
    )
    (spec,) = phones_file(path)
    assert spec.script.talk == Span(1, 2.5)
    assert spec.script.on_ring == {"answer": 1, "busy": 3}


def test_every_problem_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "phones.yaml"
    path.write_text(
        """
phones:
  - name: ""
    number: "0612"
    on_ring: explode
    ring: [4, 2]
    colour: blue
    steps: [{press: "x"}, {press: "1", say: "no"}, {when: later}]
  - {name: B, number: "+33639980001"}
  - {name: C, number: "+33639980001", talk: -1}
"""
    )
    with pytest.raises(ScriptProblem) as told:
        phones_file(path)
    text = "\n".join(told.value.problems)
    for part in (
        "name is missing",
        "'0612' is not E.164",
        "'explode' is none of",
        "[4, 2] is neither",
        "unknown field 'colour'",
        "'x' is not made of",
        "one act a step",
        "'later' is none of",
        "given twice",
        "-1 is neither",
    ):
        assert part in text
    assert "phones[1]: steps[3]" in text


@pytest.mark.parametrize("data", [[], "x", {"steps": 3}, {"on_ring": {}}, {"talk": "long"}, {"on_ring": {"answer": 0}}])
def test_scripts_that_make_no_sense_are_refused(data: object) -> None:
    with pytest.raises(ScriptProblem):
        script(data)
