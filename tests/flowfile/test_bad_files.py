"""Broken files: each has exactly the problems written beside it, position included.

`UPDATE_GOLDEN=1` writes them anew; read the difference before committing it.
"""

import os
from pathlib import Path

import pytest

from ivr.core.flow.problem import CODES
from ivr.flowfile.folder import check_path
from ivr.flowfile.nodes import MAX_BYTES

BAD = Path(__file__).parent / "bad"
EXPECTED = BAD / "expected"
FILES = sorted(path for path in BAD.glob("*.yaml") if path.name != "queues.yaml")
FILES += [BAD / "folders" / "lines" / "lines.yaml", BAD / "folders" / "queues" / "queues.yaml"]


def told(path: Path) -> str:
    """The problems of a file, as they are written beside it."""
    lines = []
    for problem in check_path(path):
        lines.append(f"{problem.line}:{problem.column} {problem.code} {problem.message}")
        if problem.hint:
            lines.append(f"    {problem.hint}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_broken_file_has_exactly_the_problems_written_beside_it(path: Path) -> None:
    expected = EXPECTED / f"{path.stem}.txt"
    found = told(path)
    if os.environ.get("UPDATE_GOLDEN"):
        expected.write_text(found, encoding="utf-8")
    assert found == expected.read_text(encoding="utf-8")
    assert found.strip(), "a file in bad/ must be bad"


def test_there_are_enough_and_every_code_of_a_flow_is_met() -> None:
    assert len(FILES) >= 25
    written = "\n".join(path.read_text(encoding="utf-8") for path in EXPECTED.glob("*.txt"))
    unmet = {code for code in CODES if f" {code} " not in written}
    assert not unmet, f"codes no bad file shows: {sorted(unmet)}"


def test_a_folder_tells_the_problems_of_all_its_files_at_once() -> None:
    files = {problem.file for problem in check_path(BAD)}
    assert files == {str(path) for path in FILES if path.parent == BAD}


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"# " + b"x" * MAX_BYTES)
    (problem,) = check_path(path)
    assert problem.code == "F005"


def test_a_file_that_is_not_there_is_one_problem(tmp_path: Path) -> None:
    (problem,) = check_path(tmp_path / "absent.yaml")
    assert problem.code == "F001"
