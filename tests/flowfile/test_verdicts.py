"""What was checked before is not checked again; whatever it hangs on makes it be checked anew."""

import json
from pathlib import Path
from shutil import copytree

import pytest

from ivr.core.flow.problem import Problem
from ivr.flowfile import folder as folder_module
from ivr.flowfile.folder import Reader, check_path
from ivr.flowfile.verdicts import FILE

HERE = Path(__file__).parent


@pytest.fixture
def flows(tmp_path: Path) -> Path:
    return copytree(HERE / "house", tmp_path / "flows")


def codes(problems: list[Problem]) -> list[str]:
    return [problem.code for problem in problems]


def test_unchanged_files_are_neither_read_as_flows_nor_checked(
    flows: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "kept"
    first = Reader(kept).read(flows)
    assert first.problems == ()

    def never(*_: object) -> None:
        raise AssertionError("checked again")

    monkeypatch.setattr(folder_module, "check_flow", never)
    again = Reader(kept).read(flows)
    assert again.problems == ()
    assert again.flows["town-hall"] == first.flows["town-hall"], "read when it is asked for"


def test_what_it_hangs_on_makes_it_be_checked_anew(flows: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    assert check_path(flows, kept) == []
    queues = flows / "queues.yaml"
    whole = queues.read_text(encoding="utf-8")
    queues.write_text(whole.replace("  accueil:\n", "  reception:\n"), encoding="utf-8")
    assert codes(check_path(flows, kept)) == ["F024"]
    assert codes(check_path(flows, kept)) == ["F024"], "kept as well"
    queues.write_text(whole, encoding="utf-8")
    assert check_path(flows, kept) == []
    (flows / "town-hall.yaml").write_text("{", encoding="utf-8")
    assert "F002" in codes(check_path(flows, kept))


def test_a_flow_that_is_run_changes_the_verdict_on_the_one_that_runs_it(flows: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    head = "language: fr-FR\ntime_zone: UTC\non_fault: end\nlimits: {human_within: 0}\n"
    (flows / "runs.yaml").write_text(
        head + "steps:\n  a: {run: is-run, results: {found: end}, next: end}\n  end: {hangup: x}\n", encoding="utf-8"
    )
    assert codes(check_path(flows, kept)) == ["F030"]
    run = flows / "is-run.yaml"
    run.write_text(head + "steps:\n  a: {return: found}\n  end: {hangup: x}\n", encoding="utf-8")
    assert check_path(flows, kept) == []
    run.write_text(head + "steps:\n  a: {return: lost}\n  end: {hangup: x}\n", encoding="utf-8")
    assert codes(check_path(flows, kept)) == ["F037"]


def test_kept_and_fresh_verdicts_are_the_same(tmp_path: Path) -> None:
    fresh = check_path(HERE / "bad")
    assert check_path(HERE / "bad", tmp_path) == fresh
    assert check_path(HERE / "bad", tmp_path) == fresh


@pytest.mark.parametrize("content", ["", "{", "[]", '{"checker": 1}', "null", '{"outlines": 3}'])
def test_a_file_of_verdicts_that_can_not_be_read_is_made_anew(flows: Path, tmp_path: Path, content: str) -> None:
    kept = tmp_path / FILE
    kept.write_text(content, encoding="utf-8")
    assert check_path(flows, tmp_path) == []
    assert json.loads(kept.read_text(encoding="utf-8"))["outlines"]


def test_verdicts_of_another_checker_do_not_count(flows: Path, tmp_path: Path) -> None:
    (flows / "town-hall.yaml").write_text("{", encoding="utf-8")
    found = check_path(flows, tmp_path)
    kept = tmp_path / FILE
    content = json.loads(kept.read_text(encoding="utf-8"))
    content["checker"] = "another"
    content["problems"] = {key: [] for key in content["problems"]}
    kept.write_text(json.dumps(content), encoding="utf-8")
    assert check_path(flows, tmp_path) == found
