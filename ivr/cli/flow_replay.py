"""`hotline flows replay`: recorded calls through a new version of their flow, before it is published."""

import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from ivr.core.flow.problem import errors_in
from ivr.flowfile.folder import Reader
from ivr.flowfile.paths import LINES, QUEUES
from ivr.flowtest.folder import house_of
from ivr.flowtest.house import House
from ivr.flowtest.replay import Replayed, flow_of, replay

MOST_CALLS = 100_000
SAME, DIFFERENT, NOT_DONE = 0, 1, 2


@click.command("replay")
@click.option("--since", required=True, help="yesterday, today, or a day such as 2026-03-02, in the flow's time zone.")
@click.option("--with", "file", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="The new version: a flow's file.")  # fmt: skip
@click.option("--flow", default="", help="Which flow it is a version of, where the file is not called like it.")
@click.option("--flows", "folder", type=click.Path(file_okay=False, exists=True, path_type=Path), default=Path("flows"),
              show_default=True, help="The flows, queues and lines beside it.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Tell everything as JSON.")
def replay_command(*, since: str, file: Path, flow: str, folder: Path, as_json: bool) -> None:
    """Put recorded calls through a new version of their flow, and list those that would end differently.

    Exits with 0 where none would, with 1 where some would, with 2 where the new version has an error.
    """
    from ivr.cli.archive import archive  # the database's tables: slow to import, and needed by this command alone
    from ivr.store.sql.calls import Wanted

    name = flow or file.stem
    house = _house(file, name, folder)
    zone = ZoneInfo(house.flows[name].time_zone)
    with archive() as kept:
        begin = _since(since, kept.clock.now().astimezone(zone))
        records = [call for call in kept.history.list(Wanted(since=begin), MOST_CALLS) if flow_of(call, house) == name]
        done = [replay(call, kept.history.inputs(call.call_sid), house, name) for call in reversed(records)]
    if as_json:
        click.echo(json.dumps(_as_json(done), ensure_ascii=False, indent=2))
    else:
        _tell(done, name, begin.astimezone(zone))
    sys.exit(DIFFERENT if any(one.differs for one in done) else SAME)


def _since(written: str, now: datetime) -> datetime:
    """The moment meant, aware; `now` is in the flow's time zone."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if written in {"today", "yesterday"}:
        return (midnight - timedelta(days=written == "yesterday")).astimezone(UTC)
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        message = f"'{written}' is not a day: write yesterday, today or for example {now.date()}"
        raise click.BadParameter(message, param_hint="--since") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=now.tzinfo)).astimezone(UTC)


def _house(file: Path, name: str, folder: Path) -> House:
    """The folder as it is but for the one flow, which is the file's."""
    with tempfile.TemporaryDirectory(prefix="hotline-replay-") as made:
        copy = Path(made) / "flows"
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("tests"))
        shutil.copyfile(file, copy / f"{name}.yaml")
        checked = Reader().read(copy)
        house = house_of(checked)
        wrong = [one for one in errors_in(checked.problems) if Path(one.file).stem in {name, *_BESIDE}]
    if name not in house.flows:
        for problem in wrong:
            told = str(problem).replace(str(copy / f"{name}.yaml"), str(file)).replace(str(copy), str(folder))
            click.echo(told, err=True)
        click.echo(f"{file}: this version has an error and can't answer a call", err=True)
        sys.exit(NOT_DONE)
    return house


_BESIDE = (Path(LINES).stem, Path(QUEUES).stem)


def _tell(done: Sequence[Replayed], name: str, since: datetime) -> None:
    differing = [one for one in done if one.differs]
    unknown = [one for one in done if one.after is None]
    for one in differing:
        click.echo(f"{one.record.started_at:%Y-%m-%d %H:%M:%S}  {one.record.call_sid}  other {', '.join(one.differs)}")
        click.echo(f"    was  {one.before}")
        click.echo(f"    now  {one.after}")
        if one.parted:
            click.echo(f"    from {one.parted}")
    for change, count in _changes(differing).most_common():
        click.echo(f"{count:>5} x {change}")
    for why, count in Counter(one.why for one in unknown).most_common():
        click.echo(f"{count:>5} can't be told: {why}")
    elsewhere = len(_elsewhere(done))
    if elsewhere:
        click.echo(f"{elsewhere:>5} would end as they did, but on another way")
    stood_in = sum(bool(one.stood_in) for one in done)
    if stood_in:
        click.echo(f"{stood_in:>5} with answers or names that are never kept: a stand-in of the same kind was used")
    same = len(done) - len(differing) - len(unknown)
    ends = f"{same} would end as they did, {len(differing)} differently, {len(unknown)} can't be told"
    click.echo(f"{len(done)} calls of {name} since {since:%Y-%m-%d %H:%M}: {ends}")


def _elsewhere(done: Sequence[Replayed]) -> list[Replayed]:
    """Those that would go another way to the same end."""
    return [one for one in done if one.parted and one.after is not None and not one.differs]


def _changes(differing: Iterable[Replayed]) -> Counter[str]:
    """How many calls each change concerns."""
    found: Counter[str] = Counter()
    for one in differing:
        after = one.after
        if after is None:
            continue
        if "outcome" in one.differs:
            found[f"{one.before.outcome} -> {after.outcome}"] += 1
        elif "queue" in one.differs:
            found[f"line {one.before.queue or 'none'} -> {after.queue or 'none'}"] += 1
        else:
            found[f"{one.before.step} ({one.before.exit}) -> {after.step} ({after.exit})"] += 1
    return found


def _as_json(done: Sequence[Replayed]) -> dict[str, Any]:
    differing = [one for one in done if one.differs]
    return {
        "calls": len(done),
        "same": sum(one.after is not None and not one.differs for one in done),
        "different": len(differing),
        "same_on_another_way": len(_elsewhere(done)),
        "unknown": sum(one.after is None for one in done),
        "stood_in": sum(bool(one.stood_in) for one in done),
        "changes": dict(_changes(differing).most_common()),
        "differences": [
            {
                "call": one.record.call_sid,
                "at": one.record.started_at.isoformat(),
                "differs": one.differs,
                "before": _ending(one.before),
                "after": _ending(one.after),
                "parted": one.parted,
            }
            for one in differing
        ],
        "not_told": [{"call": one.record.call_sid, "why": one.why} for one in done if one.after is None],
    }


def _ending(ending: Any) -> dict[str, str]:
    return {"outcome": ending.outcome, "queue": ending.queue, "step": ending.step, "exit": ending.exit}
