"""The command line explains itself: `hotline --help` lists every command, and each tells what it does."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from ivr.cli.main import COMMANDS, main

PROJECT = Path(__file__).parents[2]
TYPED = re.compile(r"(?:`|^\.venv/bin/|^)hotline ((?:[a-z][a-z-]*\s?)+)", re.MULTILINE)


def every_command(group: click.Group, way: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Each command as it is typed behind `hotline`, groups included."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None, name
        yield (*way, name)
        if isinstance(command, click.Group):
            yield from every_command(command, (*way, name))


ALL = list(every_command(main))


def test_the_list_has_every_command_with_what_it_does() -> None:
    told = CliRunner().invoke(main, ["--help"])
    assert told.exit_code == 0
    for name, (_, about) in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(about.split()[0])}", told.output, re.MULTILINE), name


@pytest.mark.parametrize("way", ALL, ids=" ".join)
def test_each_explains_itself(way: tuple[str, ...]) -> None:
    told = CliRunner().invoke(main, [*way, "--help"])
    assert told.exit_code == 0, told.output
    usage, _, rest = told.output.partition("\n\n")
    assert usage.startswith(f"Usage: main {' '.join(way)} ")
    assert rest.startswith("  "), "says nothing of what it does"


@pytest.mark.parametrize("page", ["README.md", "CHANGELOG.md", "docs/first-flow.md", "docs/operations.md"])
def test_commands_named_on_pages_are_there(page: str) -> None:
    text = (PROJECT / page).read_text(encoding="utf-8")
    named = {tuple(words.split()) for words in TYPED.findall(text)}
    assert named
    for words in named:
        assert words[:1] in ALL, f"hotline {' '.join(words)}"
        if len(words) > 1 and isinstance(main.get_command(click.Context(main), words[0]), click.Group):
            assert words[:2] in ALL, f"hotline {' '.join(words)}"
