"""`hotline flows answers`: what callers asked, what helped, and what nobody had an answer for."""

import json
from dataclasses import asdict
from datetime import UTC, datetime

import click

from ivr.core.answer_counts import AnswerCounts

_DAY = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"])
_MOST = 20


@click.command()
@click.argument("knowledge", default="")
@click.option("--since", type=_DAY, help="Only calls that began then or later (UTC).")
@click.option("--until", type=_DAY, help="Only calls that began before (UTC).")
@click.option("--json", "as_json", is_flag=True, help="As JSON, all of it.")
def answers(knowledge: str, since: datetime | None, until: datetime | None, *, as_json: bool) -> None:
    """Count what the knowledge files answered, and list what nobody had an answer for, most asked first.

    KNOWLEDGE is one file's name; without it, all are shown.
    """
    from ivr.cli.archive import archive  # the database's tables: slow to import, and needed by this command alone

    with archive() as kept:
        found = kept.answers.counts(
            knowledge,
            since=since.replace(tzinfo=UTC) if since else None,
            until=until.replace(tzinfo=UTC) if until else None,
        )
    if as_json:
        click.echo(json.dumps({name: asdict(one) for name, one in found.items()}, ensure_ascii=False, indent=2))
        return
    if not found:
        click.echo("nobody has asked anything yet")
    for name, counts in sorted(found.items()):
        _show(name, counts)


def _show(name: str, counts: AnswerCounts) -> None:
    click.echo(f"{name}")
    entries = sorted(counts.entries.items(), key=lambda one: (-one[1].answered, one[0]))
    if entries:
        click.echo(f"  {'answered':>8} {'helped':>7} {'not':>5}")
    for entry, count in entries:
        click.echo(f"  {count.answered:>8} {count.helped:>7} {count.did_not_help:>5}  {entry}")
    if counts.missed:
        click.echo("  no answer for:")
    for words, many in counts.missed[:_MOST]:
        click.echo(f"  {many:>8}  {words}")
    if len(counts.missed) > _MOST:
        click.echo(f"  and {len(counts.missed) - _MOST} more: --json shows all")
