"""`hotline simulate`, as the page about it shows it."""

import json
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from redis import Redis

from ivr.cli.simulate import play, simulate
from ivr.core.queue_rules import Entry, QueueDefinition
from ivr.simulation.scenario import Scenario
from tests.docs.page import Given, Written, is_as_shown, read_page
from tests.simulation.conftest import caller, person, waits

PAGE = Path(__file__).parents[2] / "docs" / "simulate.md"


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Given]:
    """The page's files in the folder one is in; its commands."""
    monkeypatch.chdir(tmp_path)
    commands = []
    for part in read_page(PAGE):
        if isinstance(part, Written):
            Path(part.path).write_text(part.text)
        else:
            commands.append(part)
    return commands


def give(command: str, redis_url: str) -> Result:
    """As typed, in the tests' Redis."""
    _, verb, *arguments = shlex.split(command)
    assert verb == "simulate"
    return CliRunner().invoke(simulate, [*arguments, "--redis", redis_url])


def test_the_page_shows_what_is_printed(written: list[Given], redis_url: str) -> None:
    for part in written:
        for command in part.commands:
            said = give(command, redis_url)
            assert said.exit_code == 0, said.output
            if part.shown is not None:
                assert is_as_shown(said.output, part.shown), said.output


def test_it_tells_machines_the_same_and_leaves_nothing_behind(written: list[Given], redis_url: str) -> None:
    command = f"{written[0].commands[0]} --json"
    with Redis.from_url(redis_url) as client:
        client.set("of-somebody-else", "1")
        first, second = (json.loads(give(command, redis_url).stdout) for _ in range(2))
        assert client.keys() == [b"of-somebody-else"]
    for report in (first, second):
        del report["wall_seconds"], report["events_per_second"]
    assert first == second
    assert first["offered"] == first["answered"] + sum(first["left"].values())
    assert sum(queue["offered"] for queue in first["queues"].values()) == first["offered"]
    assert sum(agent["calls"] for agent in first["agents"].values()) == first["answered"]
    other = json.loads(give(f"{command} --seed 2", redis_url).stdout)
    assert other["wait_seconds"] != first["wait_seconds"]


def test_what_is_missing_or_wrong_is_said(written: list[Given], redis_url: str) -> None:
    del written
    Path("empty.csv").write_text("at,queue,patience_seconds,service_seconds\n")
    Path("other.csv").write_text("at,queue,patience_seconds,service_seconds\n08:00,sales,10,10\n")
    both = "hotline simulate --lines queues.yaml --agents roster.yaml"
    for command, told in (
        ("hotline simulate --arrivals arrivals.yaml", "say the --lines and the --agents"),
        (f"{both} --arrivals empty.csv", "nobody calls"),
        (f"{both} --arrivals other.csv", "calls for sales, but the lines are desk, tax"),
        (f"{both} --arrivals nowhere.csv", "does not exist"),
        ("hotline simulate --lines roster.yaml --agents roster.yaml --arrivals arrivals.yaml", "roster.yaml:"),
    ):
        said = give(command, redis_url)
        assert said.exit_code == 2
        assert told in said.output


def test_entry_conditions_are_asked_of_the_lines_as_they_are(redis_url: str) -> None:
    desk = QueueDefinition("desk", entry=Entry(staffed=2))
    scenario = Scenario([caller(0, talk=300), caller(10), caller(20)], [person("ana")], {"desk": desk})
    (played,) = play([scenario], redis_url)
    assert waits(played) == [("answered", 0), ("answered", 305), ("full", 0)], "an empty line always lets in"


def test_a_redis_that_is_away_is_said(written: list[Given]) -> None:
    said = give(written[0].commands[0], "redis://127.0.0.1:1/0")
    assert said.exit_code == 1
    assert "the state store is away" in said.output


def test_a_server_of_its_own_is_started_and_gone_afterwards(written: list[Given]) -> None:
    said = CliRunner().invoke(simulate, shlex.split(written[0].commands[0])[2:])
    assert said.exit_code == 0, said.output
    assert "overtaken without a reason: 0" in said.output
