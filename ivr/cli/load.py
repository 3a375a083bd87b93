"""`hotline load`: lets a recorded day happen again, through a private stack, and counts what became of each call."""

import json
import random
import sys
import tempfile
import time as real
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import click

from ivr.cli.bank.day import METHOD, ORIGIN, Anchor, plan_of, recorded
from ivr.cli.bank.house import House
from ivr.cli.bank.patience import patience_of
from ivr.cli.bank.records import BadRecords, Record, day_of
from ivr.cli.bank.staffing import on_duty, shifts, skills_used
from ivr.cli.bank.stage import Stage, StageFailed

START_REAL_SECONDS = 15.0
"""How long before its first hour the simulated day begins, so that the stack is up by then."""


@click.command()
@click.option(
    "--records",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="Call records, CSV or .csv.gz.",
)
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The recorded day.")
@click.option("--from", "begin", type=click.DateTime(["%H:%M"]), help="Only calls that arrived from then on.")
@click.option("--to", "end", type=click.DateTime(["%H:%M"]), help="Only calls that arrived before.")
@click.option(
    "--speed", type=click.FloatRange(min=1), default=120.0, show_default=True, help="Simulated seconds a real one."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Of the draws of patience.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end.")
def load(  # noqa: PLR0917 - click passes options by name
    records: Path, day: datetime, begin: datetime | None, end: datetime | None, speed: float, seed: int, as_json: bool
) -> None:
    """Dial in with the real arrivals, call types and patience of one recorded day, and answer with as many agents.

    Exits 1 if a call was lost or bridged twice, an agent got stuck, or not every offered call was answered or given up.
    """
    window = (begin.time() if begin else time.min, end.time() if end else time.max)
    try:
        whole_day = day_of(records, day.date())
        calls = [call for call in whole_day if window[0] <= call.arrived_at.time() < window[1]]
    except (BadRecords, OSError) as error:
        raise click.UsageError(str(error)) from error
    if not calls:
        raise click.UsageError(f"{records} has no calls on {day:%Y-%m-%d} in that window")
    progress = _quiet if as_json and not sys.stderr.isatty() else _tell
    try:
        outcome = play(Replay(whole_day, calls, day.date(), speed, seed), progress)
    except StageFailed as failure:
        raise click.ClickException(str(failure)) from failure
    report = {
        "day": f"{day:%Y-%m-%d}",
        "from": f"{window[0]:%H:%M}",
        "to": "24:00" if end is None else f"{window[1]:%H:%M}",
        **outcome,
    }
    click.echo(json.dumps(report, ensure_ascii=False, indent=2) if as_json else in_words(report))
    sys.exit(0 if report["ok"] else 1)


def play(replay: "Replay", progress: Callable[[str], None]) -> dict[str, Any]:
    """The day, played: figures beside the record's. Raises StageFailed."""
    whole_day, calls, speed = replay.whole_day, replay.calls, replay.speed
    house = House(whole_day, skills_used(whole_day))
    origin = min(call.at for call in calls)
    first = datetime.combine(replay.day, time.min, UTC) + timedelta(seconds=origin)
    clock = f"{speed:g}@{real.time() + START_REAL_SECONDS:.3f}={first.timestamp():.3f}"
    began = real.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="hotline-load-") as folder,
        Stage(Path(folder), house, clock, progress) as stage,
    ):
        anchor = Anchor(max(first, stage.now() + timedelta(seconds=2 * speed)), origin)
        chance = random.Random(replay.seed)  # noqa: S311 - a repeatable draw
        plan = plan_of(calls, house, patience_of(whole_day), anchor, chance)
        stage.begin(plan, shifts(on_duty(whole_day)), anchor)
        figures = stage.until_over()
        stuck = stage.stuck_agents()
    took = {
        "real_seconds": round(real.monotonic() - began, 1),
        "shifted_seconds": round((anchor.start - first).total_seconds(), 1),
    }
    return report_of(replay, figures, stuck, took)


@dataclass(frozen=True, slots=True)
class Replay:
    """What is played: `calls` of `whole_day`, from which patience and duty are read, `speed` times as fast."""

    whole_day: list[Record]
    calls: list[Record]
    day: date
    speed: float
    seed: int


def report_of(replay: Replay, figures: dict[str, Any], stuck: list[str], took: dict[str, float]) -> dict[str, Any]:
    """Everything `hotline load` prints."""
    counted = ("offered", "answered", "abandoned", "lost", "bridged_twice")
    waits = (
        "wait_seconds_of_all",
        "wait_seconds_of_queued",
        "connect_seconds",
        "at_once_seconds",
        "latest_dial_seconds",
    )
    whole = figures["offered"] == figures["answered"] + figures["abandoned"]
    clean = not (figures["lost"] or figures["bridged_twice"] or figures["never_offered"] or stuck)
    return {
        **{name: figures[name] for name in counted},
        "stuck_agents": len(stuck),
        "never_offered": figures["never_offered"],
        **{name: figures[name] for name in waits},
        "recorded": recorded(replay.calls),
        "ok": whole and clean,
        "speed": replay.speed,
        "seed": replay.seed,
        **took,
        "alerts": figures["alerts"],
        "examples": {**figures["examples"], "stuck_agents": stuck[:5]},
        "method": METHOD,
        "data": ORIGIN,
    }


def in_words(report: dict[str, Any]) -> str:
    """The report for people: this system beside the record."""
    told = report["recorded"]
    lines = [f"{report['day']} from {report['from']} to {report['to']}, {report['speed']:g} times as fast", ""]
    lines.append(f"{'':<34}{'here':>10}{'recorded':>10}")
    lines += [f"{name:<34}{report[name]:>10}{told[name]:>10}" for name in ("offered", "answered", "abandoned")]
    for scope, title in (
        ("wait_seconds_of_all", "wait of all"),
        ("wait_seconds_of_queued", "wait of those who queued"),
    ):
        for figure in ("mean", "median", "p95"):
            here, there = report[scope][figure], told[scope][figure]
            lines.append(f"{f'{title}, {figure}, s':<34}{_figure(here):>10}{_figure(there):>10}")
    lines.append("")
    lines += [f"{name:<34}{report[name]:>10}" for name in ("lost", "bridged_twice", "stuck_agents", "never_offered")]
    lines += [f"  {example}" for examples in report["examples"].values() for example in examples]
    lines += ["", report["method"], f"Data: {report['data']}."]
    return "\n".join(lines)


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"


def _tell(line: str) -> None:
    click.echo(line, err=True)


def _quiet(line: str) -> None:
    del line
