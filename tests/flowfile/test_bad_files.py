"""Broken files: each has exactly the problems written beside it, position included.

`UPDATE_GOLDEN=1` writes them anew; read the difference before committing it.
"""

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from ivr.core.flow.problem import CODES
from ivr.flowfile.folder import check_path
from ivr.flowfile.nodes import MAX_BYTES

BAD = Path(__file__).parent / "bad"
EXPECTED = BAD / "expected"
FILES = sorted(path for path in BAD.glob("*.yaml") if path.name != "queues.yaml")
_LISTS = re.compile(r"(?<=^kinds are ).*|(?<=^filters are ).*|(?<=^fields here are language, ).*")
FOLDERS = BAD / "folders"
FILES += [FOLDERS / "lines" / "lines.yaml", FOLDERS / "queues" / "queues.yaml", FOLDERS / "hosts" / "hosts.yaml"]
FILES += [FOLDERS / "handing" / "handing-here.yaml", FOLDERS / "handing" / "handing-there.yaml"]
FILES += [FOLDERS / "agents" / "agents.yaml", FOLDERS / "names" / "lines.yaml"]
FILES += [FOLDERS / folder / "queues.yaml" for folder in ("rings", "overflow", "staffing", "line-hours", "line-names")]
FILES += [FOLDERS / folder / "queues.yaml" for folder in ("line-ways", "line-ways-written", "music")]
FILES += [FOLDERS / "staffing" / "skills-nobody-has.yaml", FOLDERS / "closed-round" / "closed-round.yaml"]
FILES += [FOLDERS / "handoff" / "handoff.yaml", FOLDERS / "knowledge" / "knowledge" / "pool.yaml"]
FILES += [FOLDERS / "put-aside" / "put-aside.yaml"]


def told(problems: Iterable[Mapping[str, Any]]) -> str:
    """The problems of a file, as they are written beside it. Lists of all there is grow, and are cut off."""
    lines = []
    for problem in problems:
        lines.append(f"{problem['line']}:{problem['column']} {problem['code']} {problem['message']}")
        if problem["hint"]:
            lines.append(f"    {_LISTS.sub('...', problem['hint'])}")
    return "\n".join(lines) + "\n"


def name_of(path: Path) -> str:
    """What a file's problems are called: like it, or like its folder where several folders have such a file."""
    several = [other for other in FILES if other.stem == path.stem]
    return path.stem if several[0] == path else f"{path.parent.name}-{path.stem}"


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_broken_file_has_exactly_the_problems_written_beside_it(path: Path) -> None:
    expected = EXPECTED / f"{name_of(path)}.txt"
    found = told(asdict(problem) for problem in check_path(path))
    if os.environ.get("UPDATE_GOLDEN"):
        expected.write_text(found, encoding="utf-8")
    assert found == expected.read_text(encoding="utf-8")
    assert found.strip(), "a file in bad/ must be bad"


def test_there_are_enough_and_every_code_of_a_flow_is_met() -> None:
    assert len(FILES) >= 80
    written = "\n".join(path.read_text(encoding="utf-8") for path in EXPECTED.glob("*.txt"))
    unmet = {code for code in CODES if f" {code} " not in written}
    assert not unmet, f"codes no bad file shows: {sorted(unmet)}"


def test_the_command_finds_in_the_folder_exactly_what_is_written_beside_each_file() -> None:
    hotline = str(Path(sys.executable).with_name("hotline"))
    done = subprocess.run([hotline, "flows", "check", str(BAD), "--format", "json"], capture_output=True, check=False)
    assert done.returncode == 1, done.stderr.decode()
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for problem in json.loads(done.stdout):
        found[Path(problem["file"]).stem].append(problem)
    expected = {path.stem: (EXPECTED / f"{path.stem}.txt").read_text("utf-8") for path in FILES if path.parent == BAD}
    assert {name: told(problems) for name, problems in found.items()} == expected


def test_every_code_has_its_paragraph_and_none_is_told_that_does_not_exist() -> None:
    pages = (Path(__file__).parents[2] / "docs" / "flow-language" / "problems.md").read_text(encoding="utf-8")
    told_of = dict(re.findall(r"^## (F\d{3}): (.+)$", pages, re.MULTILINE))
    assert told_of == {code: meaning for code, (_, meaning) in CODES.items()}
    for code, (severity, _) in CODES.items():
        paragraph = pages.split(f"## {code}:")[1].split("\n\n")[1]
        assert paragraph.startswith(f"{severity.capitalize()}. "), code


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
