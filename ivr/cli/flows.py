"""`hotline flows`: the operator's files."""

import json
import sys
from pathlib import Path

import click

from ivr.cli.flow_answers import answers
from ivr.cli.flow_graph import graph, schema
from ivr.cli.flow_lines import lines
from ivr.cli.flow_po import po
from ivr.cli.flow_replay import replay_command
from ivr.cli.flow_talk import talk
from ivr.cli.flow_test import test
from ivr.cli.flow_versions import diff, draft, listed, pin, publish, rollback
from ivr.cli.places import setting
from ivr.core.flow.problem import Problem, errors_in
from ivr.flowfile.folder import check_path


@click.group()
def flows() -> None:
    """Check, test, publish and bring back call flows."""


flows.add_command(test)
flows.add_command(talk)
flows.add_command(replay_command)
flows.add_command(graph)
flows.add_command(schema)
flows.add_command(lines)
flows.add_command(po)
flows.add_command(answers)
for command in (publish, listed, diff, rollback, pin, draft):
    flows.add_command(command)


@flows.command()
@click.argument("path", type=click.Path(path_type=Path), default=Path("flows"))
@click.option("--format", "shape", type=click.Choice(["text", "json", "github"]), default="text", show_default=True)
def check(path: Path, shape: str) -> None:
    """Tell every problem of a folder of flows, or of one file in it, at once.

    Exits with 1 where there is an error, with 0 where there are none or only warnings.
    """
    var = Path(setting("HOTLINE_VAR"))
    problems = check_path(path, var / "flows" if var.is_dir() else None)
    errors = len(errors_in(problems))
    if shape == "json":
        click.echo(json.dumps([_as_json(problem) for problem in problems], ensure_ascii=False, indent=2))
    elif shape == "github":
        for problem in problems:
            click.echo(_as_github(problem))
    else:
        for problem in problems:
            click.echo(str(problem))
        click.echo(_summary(path, errors, len(problems) - errors))
    sys.exit(1 if errors else 0)


def _summary(path: Path, errors: int, warnings: int) -> str:
    if not errors and not warnings:
        return f"{path}: no problems"
    return f"{path}: {errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}"


def _as_json(problem: Problem) -> dict[str, str | int]:
    return {
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.message,
        "hint": problem.hint,
    }


def _as_github(problem: Problem) -> str:
    """A workflow command, which GitHub shows beside the line."""
    message = f"{problem.message}. {problem.hint}" if problem.hint else problem.message
    properties = f"file={_escaped(problem.file, ':,')},title={problem.code}"
    if problem.line:
        properties += f",line={problem.line},col={problem.column}"
    return f"::{problem.severity} {properties}::{_escaped(message)}"


def _escaped(text: str, also: str = "") -> str:
    """Percent-encodes what a workflow command gives a meaning to."""
    return "".join(f"%{ord(letter):02X}" if letter in f"%\r\n{also}" else letter for letter in text)
