"""`hotline simulate`: a day of a house in seconds, by the real routing in a real Redis, without telephones."""

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import click

from ivr.cli.bank.presence import Reading
from ivr.cli.bank.scene import Duty
from ivr.cli.redis_server import NoRedisServer
from ivr.cli.simulate_records import are_records, recorded_days
from ivr.cli.simulation_redis import Bench, bench
from ivr.core.queue_rules import QueueDefinition
from ivr.flowfile.queues import decode_queues
from ivr.services.ports import StoreDown
from ivr.simulation.call_list import read_call_list
from ivr.simulation.moments import day_of
from ivr.simulation.play import Play, Played
from ivr.simulation.rates import drawn, read_rates
from ivr.simulation.report import in_words, report_of
from ivr.simulation.roster import read_roster
from ivr.simulation.scenario import BadScenario, Caller, Scenario

_File = click.Path(exists=True, dir_okay=False, path_type=Path)
_YAML = frozenset({".yaml", ".yml"})


@click.command()
@click.option("--lines", type=_File, help="The lines: a queues.yaml. Call records can do without.")
@click.option("--agents", type=_File, help="Who answers: an agents.yaml, with shifts where wanted.")
@click.option(
    "--arrivals",
    type=_File,
    required=True,
    help="Who calls: rates (.yaml), every call (.csv, .csv.gz), or call records.",
)
@click.option("--days", type=click.IntRange(1, 366), default=1, show_default=True, help="How many days of rates.")
@click.option("--period", default="", help="Of call records: a month or a day, 1999-03 or 1999-03-01.")
@click.option(
    "--duty",
    type=click.Choice([*get_args(Reading), "hour"]),
    default="evidence",
    show_default=True,
    help="How it is read from call records who was there to answer (docs/simulate.md).",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Of everything left to chance.")
@click.option("--within", type=click.IntRange(0), default=30, show_default=True, help="Seconds of the service level.")
@click.option("--speed", type=click.Choice(["max"]), default="max", help="As fast as this machine can.")
@click.option(
    "--redis", "redis_url", default="", help="A Redis to play in, under keys of its own; else one is started."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def simulate(  # noqa: PLR0917 - click passes options by name
    lines: Path | None,
    agents: Path | None,
    arrivals: Path,
    days: int,
    period: str,
    duty: Duty,
    seed: int,
    within: int,
    speed: str,
    redis_url: str,
    as_json: bool,
) -> None:
    """Let made-up or recorded calls go through the lines, and tell what callers and agents would have met.

    The matching is the real one: the same definitions and the same scripts in a real Redis, under a simulated clock.
    Exits 1 where somebody was overtaken without a reason.
    """
    del speed
    try:
        queues = _queues(lines) if lines else None
        beside: dict[str, Any] = {}
        if arrivals.suffix not in _YAML and are_records(arrivals):
            scenarios, beside = _by_records(arrivals, period, queues, agents=agents, duty=duty, seed=seed)
        else:
            scenarios = [scenario_of(queues, agents, arrivals, days, seed)]
        began = time.monotonic()
        played = play(scenarios, redis_url)
    except (BadScenario, OSError) as error:
        raise click.UsageError(str(error)) from error
    except (NoRedisServer, StoreDown) as error:
        raise click.ClickException(str(error)) from error
    report = report_of(played, within, time.monotonic() - began) | {"seed": seed, **beside}
    click.echo(json.dumps(report, ensure_ascii=False, indent=2) if as_json else in_words(report))
    if report["overtaken_without_a_reason"]:
        raise SystemExit(1)


def scenario_of(
    queues: Mapping[str, QueueDefinition] | None, agents: Path | None, arrivals: Path, days: int, seed: int
) -> Scenario:
    """What the files say. Raises BadScenario, OSError."""
    if queues is None or agents is None:
        raise BadScenario("say the --lines and the --agents; only call records can do without")
    callers = _callers(arrivals, days, seed)
    if not callers:
        raise BadScenario(f"{arrivals}: nobody calls")
    people = read_roster(agents, day_of(callers[0].at_ms), day_of(callers[-1].at_ms))
    scenario = Scenario(callers, people, queues, seed)
    scenario.check()
    return scenario


def _by_records(
    path: Path, period: str, queues: Mapping[str, QueueDefinition] | None, *, agents: Path | None, duty: Duty, seed: int
) -> tuple[Sequence[Scenario], dict[str, Any]]:
    if agents:
        raise BadScenario("of call records it is read who was there: leave out --agents")
    read = recorded_days(path, period, queues, duty, seed)
    return read.scenarios, {"duty": duty, "recorded": read.recorded, "erlang_a": read.erlang_a}


def play(scenarios: Sequence[Scenario], redis_url: str = "") -> list[Played]:
    """One after another, each in empty lines. Raises BadScenario, NoRedisServer, ports.StoreDown."""
    with bench(redis_url) as place:
        return [_played(place, scenario) for scenario in scenarios]


def _played(place: Bench, scenario: Scenario) -> Played:
    lines = place.fresh()
    return Play(lines, scenario, entrance=place.entrance(lines)).run()


def _queues(path: Path) -> dict[str, QueueDefinition]:
    queues, problems = decode_queues(path.read_bytes(), str(path))
    if queues is None:
        raise BadScenario("\n".join(map(str, problems)))
    return dict(queues.definitions)


def _callers(path: Path, days: int, seed: int) -> list[Caller]:
    if path.suffix in _YAML:
        return drawn(read_rates(path), days, seed)
    return read_call_list(path)
