"""`hotline why`: a call explained."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

import click

from ivr.cli.here import hotline_here
from ivr.core.routing.explain import Decision, Explanation
from ivr.services.ports import HistoryDown, StoreDown
from ivr.wiring import Hotline

_SHOWN = 8


@click.command()
@click.argument("call", default="")
@click.option("--last", is_flag=True, help="The newest call that joined a line.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
@click.option("--all", "everybody", is_flag=True, help="With everybody who lacked a skill for it.")
def why(call: str, *, last: bool, as_json: bool, everybody: bool) -> None:
    """Explain a call that waits, or one that is over: who might have answered, why this agent, what would have changed.

    CALL is a call's SID, or how it begins where no other begins so.
    """
    if bool(call) == last:
        raise click.UsageError("name a call, or say --last")
    here = hotline_here()
    try:
        found = here.explaining.explain_call(_one(here.explaining.calls_like(call), call, _callback(here, call)))
    except (HistoryDown, StoreDown) as fault:
        raise click.ClickException(str(fault)) from None
    finally:
        here.close()
    if found is None:
        raise click.ClickException(f"nothing is known of {call} in any line")
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False, indent=2))
    else:
        _show(found, everybody=everybody)


def _callback(here: Hotline, call: str) -> str:
    """The callback that was booked in a call, which is named after it; empty for none."""
    if not call.startswith("CA"):
        return ""
    return next(iter(here.explaining.calls_like(f"CB{call.removeprefix('CA')}")), "")


def _one(calls: Sequence[str], prefix: str, called_back: str) -> str:
    if not calls:
        if called_back:
            raise click.ClickException(
                f"{prefix} asked to be called back without joining a line; `hotline why {called_back}` explains that"
            )
        known = f"no call in a line is known that begins with '{prefix}'" if prefix else "no call has joined a line yet"
        raise click.ClickException(known)
    if prefix and len(calls) > 1 and prefix not in calls:
        shown = "\n".join(f"    {one}" for one in calls[:_SHOWN])
        raise click.ClickException(f"several calls begin with '{prefix}':\n{shown}")
    return prefix if prefix in calls else calls[0]


def _show(found: Explanation, *, everybody: bool) -> None:
    click.echo(f"{found.call}: {found.sentence}")
    click.echo()
    for decision in found.decisions:
        click.echo(f"{_at(decision.at_ms)}  {decision.sentence}")
        _show_others(decision, everybody=everybody)
    for title, lines in (("exceptions", found.exceptions), ("what would have changed it", found.would)):
        if lines:
            click.echo(f"\n{title}:")
            for line in lines:
                click.echo(f"    {line}")
    if found.next:
        click.echo(f"\nnext: {found.next}")


def _show_others(decision: Decision, *, everybody: bool) -> None:
    shown = [other for other in decision.others if other.able or everybody]
    for other in shown:
        click.echo(f"              {other.name}: {other.why}")
    hidden = len(decision.others) - len(shown)
    if hidden and not shown:
        click.echo(f"              {hidden} logged in, none with the skills (--all names them)")


def _at(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone().strftime("%H:%M:%S")
