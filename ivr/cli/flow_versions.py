"""`hotline flows publish | list | diff | rollback | pin | draft`: who hears which version of a flow.

They work on the folder of flows and the folder of versions, and need no server; a running one looks every second.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from ivr.cli.places import ACTOR, setting
from ivr.core.flow.problem import Problem
from ivr.flowfile.folder import Reader
from ivr.services.ports import FileChanged, Line
from ivr.services.publishing import NotPublished, Publishing, Version

_FILE = "file"
"""Stands for the file as it is where a version's number is asked for."""


@contextmanager
def _publishing() -> Iterator[Publishing]:
    from ivr.cli.archive import archive  # all of the application: not for those who only check or test a flow
    from ivr.wiring import publishing_of

    folder, var = Path(setting("HOTLINE_FLOWS")), Path(setting("HOTLINE_VAR"))
    if not folder.is_dir():
        raise click.ClickException(f"there is no folder {folder}: set HOTLINE_FLOWS")
    try:
        with archive() as tables:
            yield publishing_of(folder, var, tables.audit)
    except NotPublished as refused:
        for problem in refused.problems:
            click.echo(str(problem), err=True)
        raise click.ClickException(str(refused)) from None
    except FileChanged as changed:
        raise click.ClickException(f"{changed}: look at it, then publish again") from None
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from None


def _now() -> datetime:
    return datetime.now(UTC)


def _who() -> str:
    """Who sits at this command line, as far as the system knows."""
    user = os.environ.get("SUDO_USER") or os.environ.get("USER") or os.environ.get("LOGNAME") or ""
    return f"{ACTOR} ({user})" if user else ACTOR


@click.command()
@click.argument("names", nargs=-1)
@click.option("--all", "every", is_flag=True, help="Every flow whose file is not its newest version.")
@click.option("-m", "--message", required=True, help="What is different, in a sentence.")
def publish(names: tuple[str, ...], every: bool, message: str) -> None:
    """Publish flows as their files are now: each gets a version, with a message, that can be brought back.

    Nothing is published where one of them has an error.
    """
    if bool(names) == every:
        raise click.UsageError("name one or more flows, or --all")
    with _publishing() as publishing:
        wanted = names or tuple(name for name in publishing.shelf.names() if _changed(publishing, name))
        texts = {name: _text(publishing, name) for name in wanted}
        for name, (text, _) in texts.items():
            publishing.refuse_errors(name, text)
        for name, (text, base) in texts.items():
            click.echo(_told(publishing.publish(name, text, message, _who(), _now(), base=base)))
        if not wanted:
            click.echo("every flow's file is its newest version: nothing to publish")


def _text(publishing: Publishing, name: str) -> tuple[str, str]:
    text, digest = publishing.text(name)
    if not digest:
        raise NotPublished(f"there is no flow '{name}'")
    return text, digest


def _changed(publishing: Publishing, name: str) -> bool:
    versions = publishing.versions(name)
    return not versions or versions[0].digest != publishing.text(name)[1]


@click.command("list")
@click.argument("name", required=False)
def listed(name: str | None) -> None:
    """List flows with their newest version, or the versions of one flow, newest first."""
    with _publishing() as publishing:
        if name is not None:
            versions = publishing.versions(name)
            for version in versions:
                click.echo(_told(version))
            if not versions:
                click.echo(f"{name}: never published")
            return
        pins = publishing.shelf.pins()
        drafts = publishing.shelf.drafts()
        for flow in publishing.shelf.names():
            versions = publishing.versions(flow)
            newest = _told(versions[0]) if versions else f"{flow}: never published"
            edited = " [the file has been edited since]" if versions and _changed(publishing, flow) else ""
            draft = " [has a draft]" if flow in drafts else ""
            click.echo(f"{newest}{edited}{draft}")
        for line, digest in sorted(pins.items()):
            click.echo(f"line {line} is pinned to {digest}")


@click.command()
@click.argument("name")
@click.argument("older", required=False)
@click.argument("newer", required=False, default=_FILE)
def diff(name: str, older: str | None, newer: str) -> None:
    """Tell in words, by step, what is different between two versions, or a version and the file.

    OLDER and NEWER are numbers, or `file`; without them, the newest version and the file.
    """
    with _publishing() as publishing:
        before = _number(older)
        if older is None:
            versions = publishing.versions(name)
            if not versions:
                raise NotPublished(f"'{name}' has never been published")
            before = versions[0].number
        differences = publishing.diff(name, before, _number(newer))
        for difference in differences:
            click.echo(difference)
        if not differences:
            click.echo("nothing that a caller would notice is different")


@click.command()
@click.argument("name")
@click.argument("version", type=int, required=False)
def rollback(name: str, version: int | None) -> None:
    """Bring back an earlier version: the one before the newest, or the one of that number.

    It is published anew and written to the file. Calls under way keep what they began with.
    """
    with _publishing() as publishing:
        click.echo(_told(publishing.rollback(name, _who(), _now(), version)))


@click.command()
@click.argument("line")
@click.argument("version")
def pin(line: str, version: str) -> None:
    """Let a LINE answer with one VERSION of its flow whatever is published; `none` frees it."""
    with _publishing() as publishing:
        found = _line(line)
        number = None if version == "none" else _number(version)
        if number is None and version != "none":
            raise click.UsageError("VERSION is a number, or none")
        publishing.pin(found.name, found.flow, number, _who(), _now())
        click.echo(f"{line}: {'follows its flow again' if number is None else f'{found.flow} version {number}'}")


@click.command()
@click.argument("name")
@click.option("--from", "source", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A file to keep.")
@click.option("--drop", is_flag=True, help="Take the draft away.")
@click.option("--publish", "message", metavar="MESSAGE", help="Publish the draft, with a message.")
def draft(name: str, source: Path | None, drop: bool, message: str | None) -> None:
    """Tell what is wrong with a flow's draft; or keep one, drop it, publish it.

    A draft without error is heard by the callers of `testers.yaml` and HOTLINE_TESTERS, by nobody else.
    """
    with _publishing() as publishing:
        if source is not None:
            problems = publishing.save_draft(name, source.read_text(encoding="utf-8"), _who(), _now())
            _tell_draft(name, problems)
            return
        text = publishing.draft(name)
        if text is None:
            raise NotPublished(f"'{name}' has no draft; make one with --from FILE")
        if drop:
            publishing.drop_draft(name, _who(), _now())
            click.echo(f"{name}: draft dropped")
        elif message is not None:
            click.echo(_told(publishing.publish(name, text, message, _who(), _now())))
        else:
            _tell_draft(name, publishing.check_text(name, text))


def _tell_draft(name: str, problems: list[Problem]) -> None:
    for problem in problems:
        click.echo(str(problem))
    errors = sum(problem.severity == "error" for problem in problems)
    click.echo(f"{name}: draft {f'with {errors} errors: nobody hears it' if errors else 'kept: testers hear it'}")
    sys.exit(1 if errors else 0)


def _number(version: str | None) -> int | None:
    if version is None or version == _FILE:
        return None
    if not version.isdecimal():
        raise click.UsageError(f"'{version}' is not the number of a version")
    return int(version)


def _line(name: str) -> Line:
    lines = Reader().read(Path(setting("HOTLINE_FLOWS"))).lines or ()
    for line in lines:
        if line.name == name:
            return line
    known = ", ".join(line.name for line in lines)
    raise NotPublished(f"there is no line '{name}'; lines are {known or 'not readable: see hotline flows check'}")


def _told(version: Version) -> str:
    at = version.at.astimezone().strftime("%Y-%m-%d %H:%M")
    return f"{version.flow} {version.number}  {at}  {version.who}: {version.message}"
