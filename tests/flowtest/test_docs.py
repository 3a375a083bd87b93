"""The operators' page: its test calls pass on the demo's flow, what it says of the output is what comes out."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.cli.flows import flows
from ivr.flowfile.folder import Reader
from ivr.flowtest.decode import decode_cases
from ivr.flowtest.folder import house_of
from ivr.flowtest.house import House
from ivr.flowtest.run import explain, run_cases
from ivr.flowtest.talk import HELP
from ivr.flowtest.values import DIAL_WORDS, STAFF_WORDS
from tests.web.house import House as Application

PAGE = (Path(__file__).parents[2] / "docs" / "flow-language" / "testing.md").read_text(encoding="utf-8")
FOLDER = Path(__file__).parents[1] / "fixtures" / "town-hall"


@pytest.fixture(scope="module")
def house() -> House:
    return house_of(Reader().read(FOLDER))


def test_the_test_calls_on_the_page_pass(house: House) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    cases, problems = decode_cases(example.encode(), "town-hall.yaml", house)
    assert not problems, "\n".join(map(str, problems))
    assert len(cases) == 2
    for result in run_cases(cases, house):
        assert result.passed, "\n".join(explain(result))


def test_the_failure_on_the_page_is_what_comes_out(house: House) -> None:
    (shown,) = re.findall(r"```\n(flows/tests/.*?)```", PAGE, re.DOTALL)
    text = (
        "- name: at night reception answers with one key\n  call: {at: 2026-03-02T22:10}\n" + "\n" * 9
        + "  turns:\n    - presses: 0\n      hears: Un agent va vous répondre\n"
    )  # fmt: skip
    (case,), problems = decode_cases(text.encode(), "flows/tests/town-hall.yaml", house)
    assert not problems
    (result,) = run_cases([case], house)
    told = explain(result)
    for line in shown.splitlines():
        assert line in told or line.strip() == "...", line


def test_the_page_names_everything_that_can_be_given() -> None:
    for word in [*STAFF_WORDS, *DIAL_WORDS]:
        assert f"`{word}`" in PAGE or word == "canceled", word
    for option in (
        "--coverage",
        "--min-coverage",
        "--junit",
        "--json",
        "--as-test",
        "--lookup",
        "--since",
        "--with",
        "--flow",
    ):
        assert option in PAGE
    assert "wait 60" in HELP


def test_the_commands_on_the_page_can_be_given(redis_url: str, tmp_path: Path) -> None:
    application = Application(redis_url, tmp_path)
    environment = {"DATABASE_URL": application.settings.database_url, "HOTLINE_VAR": str(tmp_path)}
    (command,) = re.findall(r"```\nhotline flows (replay .*)\n```", PAGE)
    arguments = command.replace("flows/town-hall.yaml", str(FOLDER / "town-hall.yaml")).split()
    result = CliRunner().invoke(flows, [*arguments, "--flows", str(FOLDER)], env=environment)
    application.close()
    assert result.exit_code == 0, result.output
    assert result.output.startswith("0 calls of town-hall since")
