"""`hotline flows test`: the test calls beside the flows."""

import sys
from pathlib import Path

import click

from ivr.flowtest.folder import Tests, load_tests
from ivr.flowtest.run import Result, explain, run_cases


@click.command("test")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
def test(paths: tuple[Path, ...]) -> None:
    """Make the test calls of a folder of flows, of one flow or of one file of tests; offline, in no time.

    Exits with 0 where all went as expected, with 1 where one did not, with 2 where they could not be made.
    """
    loaded = [load_tests(path) for path in paths or (Path("flows"),)]
    problems = sorted({problem for tests in loaded for problem in tests.problems})
    for problem in problems:
        click.echo(str(problem))
    results = [result for tests in loaded for result in run_cases(tests.cases, tests.house)]
    for result in results:
        for line in explain(result):
            click.echo(line)
    click.echo(_summary(loaded, results))
    failed = not all(result.passed for result in results)
    sys.exit(2 if problems else 1 if failed else 0)


def _summary(loaded: list[Tests], results: list[Result]) -> str:
    failed = sum(not result.passed for result in results)
    flows = len({name for tests in loaded for name in tests.asked})
    calls = f"{len(results)} test call{'s' * (len(results) != 1)}"
    return f"{calls} in {flows} flow{'s' * (flows != 1)}: {f'{failed} failed' if failed else 'all as expected'}"
