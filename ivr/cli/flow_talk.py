"""`hotline flows talk`: a conversation with a flow, in the terminal."""

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from ivr.core.flow.problem import errors_in
from ivr.core.flow.session import CallerFacts
from ivr.flowfile.folder import Reader
from ivr.flowtest.around import ANY_STEP, NO_ANSWER
from ivr.flowtest.folder import house_of
from ivr.flowtest.given import HIDDEN, NEW_NUMBER, international
from ivr.flowtest.model import Given
from ivr.flowtest.show import beat_in_words
from ivr.flowtest.stage import Beat, Stage
from ivr.flowtest.talk import HELP, act_of
from ivr.flowtest.values import STAFF_WORDS
from ivr.flowtest.write import as_test
from ivr.services.ports import Line

_MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]


@click.command()
@click.argument("flow")
@click.option("--flows", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path("flows"),
              show_default=True, help="Where the flows are.")  # fmt: skip
@click.option("--from", "caller", default=NEW_NUMBER, help="Who calls: a number with its country, or hidden.")
@click.option("--name", default="", help="The caller's name, where it is known.")
@click.option("--at", type=click.DateTime(_MOMENTS), help="When, in the flow's time zone; now, where it isn't said.")
@click.option("--language", default="", help="The language of the line.")
@click.option("--as-test", "write", is_flag=True, help="Print the conversation as a test call at the end.")
@click.option("--lookup", "lookups", multiple=True, metavar="STEP=ANSWER",
              help="What a step's look-up is answered: JSON, missing, failed or timeout; else it fails.")  # fmt: skip
def talk(
    *,
    flow: str,
    folder: Path,
    caller: str,
    name: str,
    at: datetime | None,
    language: str,
    write: bool,
    lookups: tuple[str, ...],
) -> None:
    """Talk with a flow: type keys, words, nothing, `wait 60`, `agent answers` or `hang up`; `help` tells the rest.

    FLOW is a flow's name or its file. Nobody is called and nothing is kept.
    """
    path = Path(flow)
    if path.suffix == ".yaml":
        folder, flow = path.parent, path.stem
    answers = {ANY_STEP: "failed", **dict(map(_lookup, lookups))}
    stage = _stage(folder, flow, caller=caller, known_as=name, at=at, language=language, lookups=answers)
    typed = sys.stdin
    shown = typed.isatty()
    _tell(stage.begin())
    while not stage.over:
        click.echo("> ", nl=False)
        line = typed.readline()
        if not shown:
            click.echo(line.rstrip("\n"))
        if not line or line.strip() == "quit":
            break
        if line.strip() == "help":
            click.echo(HELP)
            continue
        act = act_of(line, stage.wait)
        if isinstance(act, str):
            click.echo(f"  {act}")
            continue
        _tell(stage.act(act))
    click.echo(f"  ({stage.outcome})")
    if write:
        zone = stage.house.flows[flow].time_zone
        title = f"{flow}, {stage.given.at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
        click.echo(as_test(title, stage.given, stage.beats, stage.outcome, zone), nl=False)


def _lookup(written: str) -> tuple[str, Any]:
    """`STEP=JSON`, or `STEP=missing`."""
    step, equals, answer = written.partition("=")
    if not equals:
        raise click.BadParameter(f"'{written}' is not STEP=ANSWER", param_hint="--lookup")
    if answer in NO_ANSWER:
        return step, answer
    try:
        return step, json.loads(answer)
    except ValueError as error:
        message = f"'{answer}' is neither JSON nor one of {', '.join(NO_ANSWER)}: {error}"
        raise click.BadParameter(message, param_hint="--lookup") from None


def _stage(
    folder: Path,
    name: str,
    *,
    caller: str,
    known_as: str,
    at: datetime | None,
    language: str,
    lookups: Mapping[str, Any],
) -> Stage:
    if not folder.is_dir():
        raise click.ClickException(f"there is no folder {folder}")
    checked = Reader().read(folder)
    house = house_of(checked)
    flow = house.flows.get(name)
    if flow is None:
        for problem in errors_in(checked.problems):
            click.echo(str(problem), err=True)
        raise click.ClickException(f"there is no flow '{name}' without an error in {folder}")
    number = HIDDEN if caller == "hidden" else international(caller)
    if not number:
        raise click.ClickException(f"'{caller}' is not a telephone number: write it with its country, or hidden")
    line = next((one for one in house.lines if one.flow == name), Line(name, "", name, flow.language, flow.title))
    if language:
        line = Line(line.name, line.number, line.flow, language, line.title)
    zone = ZoneInfo(flow.time_zone)
    moment = datetime.now(zone).replace(microsecond=0) if at is None else at if at.tzinfo else at.replace(tzinfo=zone)
    kind = "hidden" if number == HIDDEN else "known" if known_as else "new"
    facts = CallerFacts(kind=kind, number="" if number == HIDDEN else number, name=known_as)
    staff = {"": STAFF_WORDS["nobody answers"]}  # whoever types decides when an agent answers
    return Stage(house, Given(name, moment.astimezone(UTC), line, number, facts, staff, lookups))


def _tell(beat: Beat) -> None:
    for line in beat_in_words(beat):
        click.echo(f"  {line}")
    sys.stdout.flush()
