"""`hotline flows test` as an operator and a build server use it."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from ivr.cli.flows import flows
from tests.flowtest.small import DESK, folder

GOOD = "- name: good\n  turns:\n    - hears: Bonjour\n"
BAD = '- name: wrong & <sharp>\n  turns:\n    - hears: "Bonsoir\\u0007"\n'
BROKEN = "- name: broken\n  turns:\n    - press: 1\n"
TOWN_HALL = Path(__file__).parents[2] / "flows"


def command(*arguments: object) -> Result:
    return CliRunner().invoke(flows, ["test", *map(str, arguments)])


def test_all_as_expected_is_0(tmp_path: Path) -> None:
    result = command(folder(tmp_path, GOOD))
    assert result.exit_code == 0
    assert result.output.startswith("1 test call: all as expected; ")


def test_something_else_is_1_with_the_place(tmp_path: Path) -> None:
    result = command(folder(tmp_path, GOOD + BAD))
    assert result.exit_code == 1
    assert f"{tmp_path}/flows/tests/desk.yaml:6:7: wrong & <sharp>: at the beginning" in result.output
    assert "2 test calls: 1 failed" in result.output


@pytest.mark.parametrize("name", ["nowhere", "flows/nowhere.yaml"])
def test_nothing_there_is_2(name: str, tmp_path: Path) -> None:
    folder(tmp_path)
    result = command(tmp_path / name)
    assert (result.exit_code, "no such file or folder" in result.output) == (2, True)


def test_a_file_that_cannot_be_read_is_2_and_the_others_are_made(tmp_path: Path) -> None:
    result = command(folder(tmp_path, GOOD + BROKEN))
    assert result.exit_code == 2
    assert "desk.yaml:6:7: F008 error: unknown field 'press'" in result.output
    assert "1 test call: all as expected" in result.output


def test_a_flow_with_an_error_is_2(tmp_path: Path) -> None:
    result = command(folder(tmp_path, GOOD, desk=DESK.replace("closed: shut", "closed: shutt")))
    assert result.exit_code == 2
    assert "desk.yaml:9:13: F020 error" in result.output


def test_one_flow_and_one_file_of_tests_can_be_asked_for(tmp_path: Path) -> None:
    flows_folder = folder(tmp_path, GOOD)
    (flows_folder / "tests" / "more.yaml").write_text(
        "- {name: b, call: {flow: desk}, turns: [{}]}\n", encoding="utf-8"
    )
    assert "2 test calls" in command(flows_folder).output
    assert "1 test call" in command(flows_folder / "desk.yaml").output
    assert "1 test call" in command(flows_folder / "tests" / "more.yaml").output
    assert "of 30 steps and exits" in command(flows_folder / "tests" / "more.yaml", "--coverage").output


def test_too_few_ways_taken_is_1_and_names_them(tmp_path: Path) -> None:
    flows_folder = folder(tmp_path, GOOD)
    assert command(flows_folder, "--min-coverage", 5).exit_code == 0
    result = command(flows_folder, "--min-coverage", 90)
    assert result.exit_code == 1
    assert f"{flows_folder}/desk.yaml:22:3: taken by no test: step pin" in result.output
    assert "fewer than the 90 % of steps and exits asked for" in result.output


def test_a_junit_report(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    command(folder(tmp_path, GOOD + BAD + BROKEN), "--junit", report)
    root = ET.parse(report).getroot()
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("3", "1", "1")
    good, wrong, broken = root.iter("testcase")
    assert (good.get("name"), good.get("classname"), len(good)) == ("good", "desk", 0)
    assert (wrong.get("name"), wrong.get("line")) == ("wrong & <sharp>", "4")
    assert 'expected to hear "Bonsoir "' in (wrong.findtext("failure") or "")
    assert "unknown field" in (broken.find("error") or ET.Element("none")).get("message", "") or "press" in str(
        ET.tostring(broken)
    )


def test_everything_as_json(tmp_path: Path) -> None:
    told = json.loads(command(folder(tmp_path, GOOD + BAD), "--json").output)
    assert [call["passed"] for call in told["calls"]] == [True, False]
    assert (told["calls"][1]["failed_at"], told["calls"][1]["turn"]) == (6, 0)
    assert told["problems"] == []
    assert 0 < told["coverage"]["percent"] < 100
    missed = told["coverage"]["flows"][0]["missed"]
    assert {"file": f"{tmp_path}/flows/desk.yaml", "line": 22, "step": "pin", "exit": ""} in missed


def test_the_flows_of_the_demo_are_wholly_tested() -> None:
    result = command(TOWN_HALL, "--min-coverage", 100)
    assert result.exit_code == 0, result.output
