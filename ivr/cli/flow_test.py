"""`hotline flows test`: the test calls beside the flows."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ivr.core.flow.problem import Problem
from ivr.flowtest.coverage import FlowCoverage, coverage, total
from ivr.flowtest.folder import Tests, load_tests
from ivr.flowtest.junit import junit
from ivr.flowtest.run import Result, explain, run_cases
from ivr.flowtest.ways import marked_house

PASSED, FAILED, NOT_MADE = 0, 1, 2


@click.command("test")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--junit", "report", type=click.Path(dir_okay=False, path_type=Path), help="Write a JUnit report there.")
@click.option("--coverage", "show_ways", is_flag=True, help="List the steps and exits that no test takes.")
@click.option("--min-coverage", type=click.FloatRange(0, 100), help="Fail below this share of steps and exits, in %.")
@click.option("--json", "as_json", is_flag=True, help="Tell everything as JSON.")
def test(
    *, paths: tuple[Path, ...], report: Path | None, show_ways: bool, min_coverage: float | None, as_json: bool
) -> None:
    """Make the test calls of folders of flows, of single flows or of files of tests; offline, in no time.

    Exits with 0 where all went as expected, with 1 where one did not or too few ways were taken, with 2 where test
    calls could not be made.
    """
    loaded = [load_tests(path) for path in paths or (Path("flows"),)]
    problems = sorted({problem for tests in loaded for problem in tests.problems})
    results: list[Result] = []
    figures: list[FlowCoverage] = []
    for tests in loaded:
        made = run_cases(tests.cases, marked_house(tests.house))
        results += made
        figures += coverage(made, tests.house, tests.asked)
    short = min_coverage is not None and total(figures) < min_coverage
    if report is not None:
        report.write_bytes(junit(results, problems))
    if as_json:
        click.echo(json.dumps(_as_json(results, problems, figures, loaded), ensure_ascii=False, indent=2))
    else:
        _tell(results, problems, figures, loaded, show_ways=show_ways or short)
        if short:
            click.echo(f"fewer than the {min_coverage:g} % of steps and exits asked for")
    failed = short or not all(result.passed for result in results)
    sys.exit(NOT_MADE if problems else FAILED if failed else PASSED)


def _tell(
    results: Sequence[Result],
    problems: Sequence[Problem],
    figures: Sequence[FlowCoverage],
    loaded: Sequence[Tests],
    *,
    show_ways: bool,
) -> None:
    for problem in problems:
        click.echo(str(problem))
    for result in results:
        for line in explain(result):
            click.echo(line)
    if show_ways:
        files = _files(loaded)
        for figure in figures:
            for way, at in figure.missed:
                click.echo(f"{files[figure.flow]}:{at.line}:{at.column}: taken by no test: {way}")
    if show_ways or len(figures) > 1:
        for figure in figures:
            click.echo(f"{figure.flow}: {figure.percent:g} % of {figure.ways} steps and exits")
    failed = sum(not result.passed for result in results)
    calls = f"{len(results)} test call{'s' * (len(results) != 1)}"
    said = f"{failed} failed" if failed else "all as expected" if results else "nothing was tested"
    click.echo(f"{calls}: {said}; {total(figures):g} % of steps and exits")


def _files(loaded: Sequence[Tests]) -> dict[str, str]:
    return {name: tests.file_of(name) for tests in loaded for name in tests.asked}


def _as_json(
    results: Sequence[Result], problems: Sequence[Problem], figures: Sequence[FlowCoverage], loaded: Sequence[Tests]
) -> dict[str, Any]:
    files = _files(loaded)
    return {
        "calls": [_call(result) for result in results],
        "problems": [
            {"file": one.file, "line": one.line, "column": one.column, "code": one.code, "message": one.message}
            for one in problems
        ],
        "coverage": {
            "percent": total(figures),
            "flows": [
                {
                    "flow": figure.flow,
                    "percent": figure.percent,
                    "ways": figure.ways,
                    "missed": [
                        {"file": files[figure.flow], "line": at.line, "step": way.step, "exit": way.path}
                        for way, at in figure.missed
                    ],
                }
                for figure in figures
            ],
        },
    }


def _call(result: Result) -> dict[str, Any]:
    case, failure = result.case, result.failure
    told: dict[str, Any] = {"name": case.name, "file": case.file, "line": case.at.line, "passed": result.passed}
    if failure is not None:
        told |= {
            "failed_at": failure.at.line,
            "turn": failure.turn,
            "expected": failure.expected,
            "found": failure.found,
            "transcript": explain(result),
        }
    return told
