"""`hotline incident`: what callers are told of a disturbance, until when, on which lines."""

import getpass
import re
from datetime import UTC, datetime

import click

from ivr.cli.here import hotline_here
from ivr.core.flow.fields import LANGUAGE, NAME
from ivr.core.flow.session import Incident
from ivr.core.flow.text import MAX_TEXT
from ivr.services.incidents import Declared
from ivr.services.ports import StoreDown
from ivr.wiring import Hotline

_LASTS = re.compile(r"(\d{1,4})\s*(min|h|d)")
_MINUTES = {"min": 1, "h": 60, "d": 1440}
_LONGEST_MINUTES = 30 * 1440
_AWAY = "the state store can't be reached: is the hotline running?"


@click.group()
def incident() -> None:
    """Tell callers of a disturbance: new ones at once, waiting ones in their line."""


@incident.command()
@click.argument("words", required=False)
@click.option("--text", "texts", multiple=True, metavar="LANGUAGE=WORDS", help="The words in a language; repeatable.")
@click.option("--line", "lines", multiple=True, help="Only on this line; repeatable. All lines where left out.")
@click.option("--about", default="", help="A matter: told where an `incident` step names it, and where one names none.")
@click.option("--for", "lasts", default="4h", show_default=True, help="How long: 90min, 2h, 3d.")
@click.option("--id", "incident_id", default="", help="A name of your own; starting it again changes it.")
def start(  # noqa: PLR0917 - one argument an option
    words: str | None, texts: tuple[str, ...], lines: tuple[str, ...], about: str, lasts: str, incident_id: str
) -> None:
    """Begin an incident. WORDS are in the lines' own language; with --text in several."""
    by_language = _texts(words, texts)
    minutes = _minutes(lasts)
    for name in (incident_id, about):
        if name and NAME.pattern.fullmatch(name) is None:
            raise click.BadParameter(f"'{name}' must be {NAME.said}")
    with _here() as here:
        unknown = set(lines) - {line.name for line in here.flows.lines()}
        if unknown:
            known = ", ".join(line.name for line in here.flows.lines())
            raise click.BadParameter(f"no line '{min(unknown)}'; lines are {known}", param_hint="--line")
        now_ms = here.clock.now_ms()
        known_ids = {one.incident.id for one in here.incidents.all(now_ms)}
        chosen = incident_id or _free(known_ids)
        begun = Incident(chosen, by_language, about, now_ms, now_ms + minutes * 60_000)
        here.incidents.start(Declared(begun, tuple(lines), getpass.getuser()))
        click.echo(f"{chosen}: told until {_at(begun.until_ms)}; end it earlier with: hotline incident stop {chosen}")


@incident.command()
@click.argument("incident_id")
def stop(incident_id: str) -> None:
    """End an incident before its time."""
    with _here() as here:
        if not here.incidents.stop(incident_id):
            raise click.ClickException(f"there is no incident '{incident_id}'; see: hotline incident list")
    click.echo(f"{incident_id}: over")


@incident.command("list")
def list_() -> None:
    """What callers are told now."""
    with _here() as here:
        found = here.incidents.all(here.clock.now_ms())
    if not found:
        click.echo("no incident")
    for one in found:
        told = one.incident
        where = ", ".join(one.lines) or "all lines"
        about = f", about {told.about}" if told.about else ""
        click.echo(f"{told.id}: on {where}{about}, {_at(told.since_ms)} to {_at(told.until_ms)}, by {one.by or '?'}")
        for language, words in told.texts.items():
            click.echo(f"    {language + ': ' if language else ''}{words}")


class _here:  # noqa: N801 - reads as what it is: `with _here() as here`
    """The application for one command, closed afterwards; a store that is away ends the command with a sentence."""

    def __enter__(self) -> Hotline:
        self._hotline = hotline_here()
        return self._hotline

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._hotline.close()
        if isinstance(error, StoreDown):
            raise click.ClickException(_AWAY) from error


def _texts(words: str | None, texts: tuple[str, ...]) -> dict[str, str]:
    found = {"": words.strip()} if words and words.strip() else {}
    for text in texts:
        language, sign, said = text.partition("=")
        if not sign or LANGUAGE.pattern.fullmatch(language) is None or not said.strip():
            raise click.BadParameter(f"'{text}': write for example fr=\"Le guichet est fermé.\"", param_hint="--text")
        found[language] = said.strip()
    if not found:
        raise click.UsageError("say what callers are to hear")
    if any(len(said) > MAX_TEXT for said in found.values()):
        raise click.UsageError(f"at most {MAX_TEXT} characters can be followed")
    return found


def _minutes(lasts: str) -> int:
    match = _LASTS.fullmatch(lasts.strip())
    minutes = int(match[1]) * _MINUTES[match[2]] if match else 0
    if not 0 < minutes <= _LONGEST_MINUTES:
        raise click.BadParameter(f"'{lasts}': write 90min, 2h or 3d, at most 30d", param_hint="--for")
    return minutes


def _free(known: set[str]) -> str:
    number = 1
    while f"incident-{number}" in known:
        number += 1
    return f"incident-{number}"


def _at(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone().strftime("%Y-%m-%d %H:%M")
