"""`hotline webhooks`: other systems that are told what happens, as it happens. See docs/events.md."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from ivr.cli.archive import Archive, archive
from ivr.cli.event_types import table
from ivr.cli.places import setting
from ivr.core.facts import FACTS
from ivr.core.webhooks import PRIVATE, PatternProblem
from ivr.lookups.addresses import networks
from ivr.lookups.posting import HttpPost
from ivr.services.clock import RealClock
from ivr.services.events_port import EventId, Webhook
from ivr.services.posting_port import AddressRefused
from ivr.services.subscribing import OLD_SECRET_HOURS, Subscribing, UnknownWebhook, WebhookLocked
from ivr.store.sql.vault import VaultLocked

_MOST = 1_000


@click.group()
def webhooks() -> None:
    """Tell other systems what happens: each event is posted to an address, signed, and again until it is taken."""


@webhooks.command()
@click.argument("url")
@click.option("--events", required=True, metavar="TYPES", help="With commas between: call.*,agent.changed; * for all.")
def add(url: str, events: str) -> None:
    """Send events to URL from now on. Prints the secret they are signed with."""
    with _verbs() as (verbs, kept):
        added = verbs.add(url, events, "command line", RealClock().now())
        kept.note("webhook added", added.id, f"{added.host}: {', '.join(added.events)}")
    click.echo(f"{added.id}: {', '.join(added.events)} to {url}")
    click.echo(f"secret: {added.secrets[0]}")


@webhooks.command("list")
def list_() -> None:
    """Who is told what, and how that goes."""
    with _verbs() as (_, kept):
        found, waiting = kept.subscribers.all(), kept.deliveries.waiting()
    for one in found:
        click.echo(f"{one.id}  {one.host}  {', '.join(one.events)}")
        click.echo(f"    {_state(one)}; {waiting.get(one.id, 0)} wait{_dropped(one)}")
    click.echo(f"{len(found)} webhook{'' if len(found) == 1 else 's'}")


@webhooks.command()
@click.argument("webhook")
def remove(webhook: str) -> None:
    """Send no more, and forget what waits."""
    with _verbs() as (verbs, kept):
        verbs.remove(webhook)
        kept.note("webhook removed", webhook)
    click.echo(f"{webhook}: removed")


@webhooks.command()
@click.argument("webhook")
@click.argument("state", type=click.Choice(["on", "off"]))
def switch(webhook: str, state: str) -> None:
    """Switch one on, or off: while it is off, nothing is kept for it."""
    with _verbs() as (verbs, kept):
        verbs.switch(webhook, on=state == "on", why="by hand")
        kept.note(f"webhook switched {state}", webhook)
    click.echo(f"{webhook}: {state}")


@webhooks.command()
@click.argument("webhook")
def rotate(webhook: str) -> None:
    """Sign by a new secret; for a day by the one before as well."""
    with _verbs() as (verbs, kept):
        secret = verbs.rotate(webhook, RealClock().now())
        kept.note("webhook secret replaced", webhook)
    click.echo(f"secret: {secret}")
    click.echo(f"the one before signs for {OLD_SECRET_HOURS} hours more")


@webhooks.command()
def reseal() -> None:
    """Seal secrets in the database by the present HOTLINE_SECRET_KEY; the former one may go then."""
    with _verbs() as (_, kept):
        changed = kept.subscribers.reseal()
        if changed:
            kept.note("webhooks resealed", ", ".join(changed))
    click.echo(f"{len(changed)} sealed anew; HOTLINE_SECRET_KEYS_FORMER isn't needed for webhooks any more")


@webhooks.command()
@click.argument("webhook", default="")
def failed(webhook: str) -> None:
    """List what was given up after a day, newest first."""
    with _verbs() as (_, kept):
        found = kept.deliveries.failed(webhook, _MOST)
    for each in found:
        click.echo(f"{each.webhook}  {each.event}  {each.type:<16} {each.attempts:>3} attempts, last: {each.said}")
    click.echo(f"{len(found)} given up")


@webhooks.command()
@click.argument("webhook")
@click.argument("event", default="")
def retry(webhook: str, event: str) -> None:
    """Send again what was given up: one EVENT as `failed` lists it, or all."""
    with _verbs() as (verbs, kept):
        count = verbs.retry(webhook, _event(event), RealClock().now())
        kept.note("webhook retried", webhook, f"{count} events")
    click.echo(f"{webhook}: {count} to be sent again")


@webhooks.command()
@click.option("--markdown", is_flag=True, help="With their fields, as in docs/events.md.")
def types(*, markdown: bool) -> None:
    """List the types of events."""
    if markdown:
        click.echo(table(), nl=False)
        return
    for kind, fact in FACTS.items():
        if kind not in PRIVATE:
            click.echo(f"{kind:<18} {' '.join((fact.__doc__ or '').split())}")


@contextmanager
def _verbs() -> Iterator[tuple[Subscribing, Archive]]:
    post = HttpPost(networks(setting("HOTLINE_FETCH_NETWORKS")), ca_file=setting("HOTLINE_FETCH_CA"))
    with archive() as kept:
        try:
            yield Subscribing(kept.subscribers, kept.deliveries, post), kept
        except (PatternProblem, UnknownWebhook, WebhookLocked, VaultLocked) as fault:
            raise click.ClickException(str(fault)) from None
        except AddressRefused as fault:
            raise click.ClickException(
                f"nothing may be sent there: {fault}; networks of the house are named in HOTLINE_FETCH_NETWORKS"
            ) from None


def _event(written: str) -> EventId | None:
    ms, _, number = written.partition("-")
    if not written:
        return None
    if not (ms.isdecimal() and number.isdecimal()):
        raise click.BadParameter(f"'{written}' is no event: `hotline webhooks failed` lists them", param_hint="EVENT")
    return EventId(int(ms), int(number))


def _state(one: Webhook) -> str:
    if one.locked:
        return f"can't be used: {one.locked}"
    if one.state == "off":
        return f"off ({one.off_why})"
    if one.next_at is not None:
        return f"fails ({one.last_said}), rests until {one.next_at.astimezone():%Y-%m-%d %H:%M:%S}"
    return f"well, last answered {one.last_at.astimezone():%Y-%m-%d %H:%M:%S}" if one.last_at else "nothing sent yet"


def _dropped(one: Webhook) -> str:
    return f", {one.dropped} dropped" if one.dropped else ""
