"""`hotline flows po`: what callers hear, to translators and back, as gettext PO files."""

from datetime import UTC, datetime
from pathlib import Path

import click

from ivr.core.flow.fields import LANGUAGE
from ivr.flowfile.po import NotTranslatable, export_po, import_po

_FOLDER = click.option(
    "--folder", type=click.Path(path_type=Path, exists=True, file_okay=False), default=Path("flows"), show_default=True
)


@click.group()
def po() -> None:
    """Texts to translators and back (gettext PO)."""


@po.command("export")
@click.argument("language")
@click.argument("flows", nargs=-1)
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="The file; printed without.")
@_FOLDER
def export(language: str, flows: tuple[str, ...], output: Path | None, folder: Path) -> None:
    """Write the texts of all FLOWS, or of those named, for a translator into LANGUAGE (nl, nl-BE)."""
    if LANGUAGE.pattern.fullmatch(language) is None:
        raise click.BadParameter(f"'{language}' must be {LANGUAGE.said}", param_hint="LANGUAGE")
    try:
        written, count, lacking = export_po(folder, language, datetime.now(UTC), flows)
    except (NotTranslatable, OSError) as error:
        raise click.ClickException(str(error)) from error
    if not count:
        raise click.ClickException(f"there are no texts to translate into {language}")
    if output is None:
        click.echo(written.decode())
        return
    output.write_bytes(written)
    click.echo(f"{output}: {count} texts, {lacking} not yet in {language}")


@po.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--language", default="", help="Where the file doesn't say its language, or another is meant.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@_FOLDER
def import_(file: Path, language: str, dry_run: bool, folder: Path) -> None:
    """Put a translator's FILE into the flows. What can't be taken is told and left out; nothing else changes."""
    try:
        done = import_po(folder, file.read_bytes(), language)
        for name, text in done.files.items():
            if not dry_run:
                _write(folder / name, text)
            click.echo(f"{folder / name}: {'would be ' if dry_run else ''}translated")
    except (NotTranslatable, OSError) as error:
        raise click.ClickException(str(error)) from error
    for reason in done.left_out:
        click.echo(f"left out: {reason}")
    click.echo(f"{done.texts} texts, {len(done.left_out)} left out")


def _write(path: Path, text: str) -> None:
    """A file as a whole or not at all: the server reads it the moment it changes."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(text.encode())
    part.replace(path)
