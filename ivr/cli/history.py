"""`hotline history`: calls, callers and messages that were. Numbers are masked unless asked for whole."""

from datetime import UTC, datetime

import click

from ivr.cli.archive import archive
from ivr.cli.contacts import contacts
from ivr.cli.waits import waits
from ivr.core.phone import e164, mask, spaced
from ivr.services.history import OUTCOMES
from ivr.services.ports import CallRecord
from ivr.store.sql.calls import Wanted

_DAY = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])


@click.group()
def history() -> None:
    """Calls, callers and messages that were."""


history.add_command(contacts)
history.add_command(waits)


@history.command()
@click.option("--since", type=_DAY, help="Only calls that began then or later (UTC).")
@click.option("--until", type=_DAY, help="Only calls that began before (UTC).")
@click.option("--line", default="", help="Only this line's.")
@click.option("--queue", default="", help="Only those that last waited in this queue.")
@click.option("--agent", "agent_id", default="", help="Only those this agent answered.")
@click.option("--outcome", type=click.Choice(OUTCOMES), help="Only those that ended so.")
@click.option("--number", default="", help="Only those from this number.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@click.option("--unmasked", is_flag=True, help="Show whole numbers; noted in the audit.")
def calls(
    *,
    since: datetime | None,
    until: datetime | None,
    line: str,
    queue: str,
    agent_id: str,
    outcome: str | None,
    number: str,
    limit: int,
    unmasked: bool,
) -> None:
    """List calls, newest first, and how many ended in which way."""
    with archive() as kept:
        wanted = Wanted(
            since=since.replace(tzinfo=UTC) if since else None,
            until=until.replace(tzinfo=UTC) if until else None,
            line=line,
            queue=queue,
            agent_id=agent_id,
            outcome=outcome or "",
            number=_number(number, kept.region) if number else "",
        )
        found = kept.history.list(wanted, limit)
        counted = kept.history.outcomes(wanted)
        if unmasked:
            kept.note("history.unmasked", "calls", f"{len(found)} calls")
    for call in found:
        click.echo(_line(call, unmasked=unmasked))
    total = ", ".join(f"{count} {outcome}" for outcome, count in counted.items())
    many = sum(counted.values())
    click.echo(f"{many} call{'s' * (many != 1)}{': ' + total if total else ''}")


@history.command()
@click.argument("call_sid")
@click.option("--unmasked", is_flag=True, help="Show whole numbers; noted in the audit.")
def show(call_sid: str, *, unmasked: bool) -> None:
    """Show one call: what happened when, and what was noted."""
    with archive() as kept:
        call = kept.history.get(call_sid)
        if call is None:
            raise click.ClickException(
                f"there is no call {call_sid} in the history: `hotline history calls` lists them"
            )
        if unmasked:
            kept.note("history.unmasked", call_sid)
    click.echo(_line(call, unmasked=unmasked))
    click.echo(f"  flow {call.flow} {call.digest}, path: {' > '.join(call.path) or 'none'}")
    if call.wait_seconds is not None:
        click.echo(f"  waited {call.wait_seconds} s in {call.queue}")
    if call.agent_id:
        click.echo(f"  talked {call.talk_seconds} s with {call.agent_id}")
    for moment in call.moments:
        click.echo(f"  {moment.at:%H:%M:%S}  {moment.name} {moment.detail}".rstrip())
    for key, value in call.notes:
        click.echo(f"  {key}: {value}")


@history.command()
@click.option("--mailbox", default="", help="Only this mailbox's.")
@click.option("--unheard", is_flag=True, help="Only those nobody has listened to.")
@click.option("--unmasked", is_flag=True, help="Show whole numbers; noted in the audit.")
def messages(mailbox: str, *, unheard: bool, unmasked: bool) -> None:
    """List voicemails, newest first."""
    with archive() as kept:
        found = kept.messages.newest(mailbox, unheard=unheard)
        if unmasked:
            kept.note("history.unmasked", "messages", f"{len(found)} messages")
    for message in found:
        number = _shown(message.from_number, message.from_raw, unmasked=unmasked)
        state = f"heard by {message.heard_by}" if message.heard_at else "unheard"
        said = f"{message.left_at:%Y-%m-%d %H:%M}  {message.mailbox:<14} {number:<18} {message.seconds:>4} s  {state}"
        click.echo(f"{said}  {message.reason}".rstrip())
    click.echo(f"{len(found)} messages")


@history.command()
@click.option("--unmasked", is_flag=True, help="Show whole numbers; noted in the audit.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
def callbacks(*, unmasked: bool, limit: int) -> None:
    """List callbacks, newest first: what was promised, and what became of it."""
    with archive() as kept:
        found = kept.callbacks.newest(limit)
        if unmasked:
            kept.note("history.unmasked", "callbacks", f"{len(found)} callbacks")
    for one in found:
        number = _shown(one.number, one.number, unmasked=unmasked)
        tries = f"{one.attempts} tries" if one.attempts else ""
        outcome = " ".join(filter(None, (one.status, one.agent_id, tries, one.last_cause)))
        said = f"{one.booked_at:%Y-%m-%d %H:%M}  {one.id}  {one.queue:<14} {number:<18} {outcome}"
        click.echo(f"{said}  {one.reason}".rstrip())
    click.echo(f"{len(found)} callbacks")


@history.command()
@click.option("--survey", default="", help="Only this survey's.")
@click.option("--since", type=_DAY, help="Only answers given then or later (UTC).")
@click.option("--until", type=_DAY, help="Only answers given before (UTC).")
def surveys(*, survey: str, since: datetime | None, until: datetime | None) -> None:
    """Show what callers answered: satisfaction (4 and 5 of 5), promoters minus detractors, shares of yes."""
    with archive() as kept:
        found = kept.surveys.scores(
            survey,
            since=since.replace(tzinfo=UTC) if since else None,
            until=until.replace(tzinfo=UTC) if until else None,
        )
    for (name, question), score in found.items():
        unit = "" if score.kind == "nps" else " %"
        value = f"{score.value:.0f}{unit}" if score.value is not None else "-"
        mean = f"mean {score.mean:.1f}" if score.mean is not None and score.kind != "yes_no" else ""
        click.echo(f"{name:<16} {question:<16} {score.kind:<7} {value:>6}  {score.answers} answers  {mean}".rstrip())
    click.echo(f"{len(found)} questions")


@history.command()
@click.option("--unmasked", is_flag=True, help="Show whole numbers and words; noted in the audit.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
def texts(*, unmasked: bool, limit: int) -> None:
    """List texts, newest first, and what the carrier last said of each."""
    with archive() as kept:
        found = kept.texts.newest(limit)
        if unmasked:
            kept.note("history.unmasked", "texts", f"{len(found)} texts")
    for one in found:
        number = _shown(one.number, one.number, unmasked=unmasked)
        words = one.text if unmasked else f"{len(one.text)} characters"
        said = f"{one.wanted_at:%Y-%m-%d %H:%M}  {one.call_sid}  {number:<18} {one.status} {one.detail}".rstrip()
        click.echo(f"{said}  {words}")
    click.echo(f"{len(found)} texts")


def _line(call: CallRecord, *, unmasked: bool) -> str:
    number = _shown(call.from_number, call.from_raw, unmasked=unmasked)
    who = f" {call.agent_id}" if call.agent_id else ""
    begun = f"{call.started_at:%Y-%m-%d %H:%M:%S}"
    return f"{begun}  {call.call_sid}  {call.line:<10} {number:<18} {call.outcome}{who}"


def _shown(number: str, raw: str, *, unmasked: bool) -> str:
    if unmasked:
        return spaced(number) if number else raw or "hidden"
    return mask(number or raw)


def _number(written: str, region: str) -> str:
    number = e164(written, region)
    if not number:
        raise click.ClickException(
            f"{written!r} is no telephone number: write it with its country, e.g. +33 6 39 98 00 05"
        )
    return number
