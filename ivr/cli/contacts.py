"""`hotline history contacts`: people whose numbers are known, and who looks after them."""

import csv
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from ivr.cli.archive import archive
from ivr.core.phone import e164, mask, spaced
from ivr.store.sql.contacts import NoSuchAdviser


@click.group()
def contacts() -> None:
    """People whose numbers are known."""


@contacts.command("add")
@click.argument("name")
@click.argument("numbers", nargs=-1, required=True)
@click.option("--language", default="", help="What they speak, e.g. nl-BE.")
@click.option(
    "--adviser", default="", help="The agent (id) who looks after them: `prefer: own_adviser` in a queue step."
)
def add_contact(name: str, numbers: tuple[str, ...], language: str, adviser: str) -> None:
    """Add a person and their numbers."""
    with archive() as kept, _told():
        known = {_number(written, kept.region): written for written in numbers}
        kept.contacts.add(secrets.token_hex(16), name, known, language, kept.clock.now(), adviser=adviser)
        kept.note("contact.add", "", f"{len(known)} numbers")
    click.echo(f"{name} will be recognised by {len(known)} number{'s' if len(known) > 1 else ''}")


@contacts.command("list")
@click.option("--unmasked", is_flag=True, help="Show whole numbers; noted in the audit.")
def list_contacts(*, unmasked: bool) -> None:
    """Show everybody."""
    with archive() as kept:
        people = kept.contacts.all()
        if unmasked:
            kept.note("history.unmasked", "contacts", f"{len(people)} contacts")
    for person in people:
        shown = ", ".join(spaced(number) if unmasked else mask(number) for number in person.numbers)
        click.echo(f"{person.name:<30} {person.language:<6} {person.adviser:<14} {shown}".rstrip())
    click.echo(f"{len(people)} contacts")


@contacts.command()
@click.argument("number")
@click.argument("agent_id")
def adviser(number: str, agent_id: str) -> None:
    """Give whoever has this number an agent of their own, or `none`."""
    with archive() as kept, _told():
        found = kept.contacts.advise(_number(number, kept.region), "" if agent_id == "none" else agent_id)
        kept.note("contact.adviser", agent_id, f"{found} contacts")
    if not found:
        raise click.ClickException(f"nobody has the number {mask(number)}: `hotline history contacts add` adds them")
    click.echo(f"{found} contact{'s' if found > 1 else ''}: {agent_id}")


@contacts.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_contacts(file: Path) -> None:
    """Add people from a CSV file with the columns name, number and, if wanted, language and adviser.

    All or nothing.
    """
    with archive() as kept, _told():
        rows = _read_contacts(file, kept.region)
        lacking = {row[4] for row in rows if row[4]} - {agent.id for agent in kept.agents.all()}
        if lacking:
            raise click.ClickException(f"nothing was imported: there is no agent {', '.join(sorted(lacking))}")
        new = [row for row in rows if not kept.contacts.named(row[0], row[1])]
        for name, number, raw, language, adviser in new:
            kept.contacts.add(secrets.token_hex(16), name, {number: raw}, language, kept.clock.now(), adviser=adviser)
        kept.note("contact.import", file.name, f"{len(new)} added")
    click.echo(f"{len(new)} added, {len(rows) - len(new)} were there already")


def _read_contacts(file: Path, region: str) -> list[tuple[str, str, str, str, str]]:
    """Name, E.164, number as written, language, adviser of each row; every row that can't be read is told at once."""
    wrong: list[str] = []
    rows: list[tuple[str, str, str, str, str]] = []
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        if not {"name", "number"} <= set(reader.fieldnames or ()):
            raise click.ClickException(f"{file}: the first line must name the columns, `name,number,language,adviser`")
        for row in reader:
            name, raw = (row["name"] or "").strip(), (row["number"] or "").strip()
            number = e164(raw, region)
            if not name:
                wrong.append(f"{file}:{reader.line_num}: no name")
            elif not number:
                wrong.append(f"{file}:{reader.line_num}: {mask(raw)} is no telephone number")
            else:
                rows.append(
                    (name, number, raw, (row.get("language") or "").strip(), (row.get("adviser") or "").strip())
                )
    if wrong:
        raise click.ClickException("nothing was imported\n" + "\n".join(wrong))
    return rows


def _number(written: str, region: str) -> str:
    number = e164(written, region)
    if not number:
        raise click.ClickException(
            f"{written!r} is no telephone number: write it with its country, e.g. +33 6 39 98 00 05"
        )
    return number


@contextmanager
def _told() -> Iterator[None]:
    """An adviser who isn't there, as a sentence. Nothing of the command is kept that came after."""
    try:
        yield
    except NoSuchAdviser as missing:
        raise click.ClickException(f"there is no agent {missing}: `hotline agents list` shows who there is") from None
