"""The services in `flows/`: every one has a line and test calls, which take every step and every exit."""

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from ivr.cli.flow_test import test as command

FLOWS = Path(__file__).parents[2] / "flows"
SERVICES = ("citizen-desk", "customer-care", "emergency-triage", "festival-helpline", "tax-office", "town-hall")


def test_every_service_has_a_line_of_its_own_in_the_range_of_fiction() -> None:
    lines = yaml.safe_load((FLOWS / "lines.yaml").read_text())["lines"]
    numbers = {line["flow"]: line["number"].replace(" ", "") for line in lines.values()}
    assert sorted(numbers) == sorted(SERVICES)
    assert sorted(numbers.values()) == [f"+3319900100{digit}" for digit in range(6)]


def test_their_test_calls_go_as_expected_and_take_every_way() -> None:
    made = CliRunner().invoke(command, [str(FLOWS), "--json", "--min-coverage", "100"])
    assert made.exit_code == 0, made.output[-4000:]
    told = json.loads(made.output)
    assert told["coverage"]["percent"] == 100
    assert set(SERVICES) <= {flow["flow"] for flow in told["coverage"]["flows"]}


@pytest.mark.parametrize("service", SERVICES)
def test_each_is_tested_in_its_own_file(service: str) -> None:
    cases = yaml.safe_load((FLOWS / "tests" / f"{service}.yaml").read_text())
    assert len(cases) >= 25
