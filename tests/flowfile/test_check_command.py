"""`hotline flows check`: all problems at once, exit status, and the shapes for machines."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.cli.flows import flows

ROOT = Path(__file__).parents[2]
BAD = Path(__file__).parent / "bad"


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(flows, ["check", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def test_the_flows_that_ship_are_clean() -> None:
    assert run(str(ROOT / "flows")) == (0, f"{ROOT / 'flows'}: no problems\n")


def test_errors_are_told_with_their_place_and_end_in_1() -> None:
    path = BAD / "unknown-step.yaml"
    code, out = run(str(path))
    assert code == 1
    assert out == (
        f"{path}:6:5: F009 error: unknown kind of step 'mneu'\n    did you mean 'menu'?\n{path}: 1 error, 0 warnings\n"
    )


def test_warnings_alone_end_in_0() -> None:
    code, out = run(str(BAD / "unreachable.yaml"))
    assert code == 0
    assert "0 errors, 1 warning\n" in out


def test_json_has_every_problem_of_a_folder() -> None:
    code, out = run(str(BAD), "--format", "json")
    problems = json.loads(out)
    assert code == 1
    assert len(problems) > 60
    assert set(problems[0]) == {"file", "line", "column", "code", "severity", "message", "hint"}
    assert len({problem["file"] for problem in problems}) == len(list(BAD.glob("*.yaml"))) - 1


def test_github_shows_problems_beside_their_lines() -> None:
    path = BAD / "unknown-queue.yaml"
    _, out = run(str(path), "--format", "github")
    assert out == f"::error file={path},title=F024,line=6,col=12::there is no queue 'acueil'. did you mean 'accueil'?\n"


def test_flows_are_not_blamed_for_a_queues_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "queues.yaml").write_text("queues:\n  desk: {max_wait: soon}\n")
    (tmp_path / "a.yaml").write_text(
        "language: en\ntime_zone: UTC\non_fault: bye\nsteps:\n"
        "  wait: {queue: desk, next: bye, otherwise: bye}\n  bye: {hangup: Bye.}\n"
    )
    code, out = run(str(tmp_path), "--format", "json")
    assert code == 1
    assert [(Path(one["file"]).name, one["code"]) for one in json.loads(out)] == [("queues.yaml", "F017")]


@pytest.mark.parametrize("arguments", [["absent.yaml"], ["absent/"]])
def test_a_path_that_is_not_there_ends_in_1(arguments: list[str]) -> None:
    code, out = run(*arguments)
    assert code == 1
    assert "F001" in out


def test_it_is_a_command_of_hotline() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("hotline")), "flows", "check", "flows"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "flows: no problems\n"), done.stderr
