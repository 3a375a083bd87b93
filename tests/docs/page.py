"""A page for operators, as things to do: its files are written, its commands given, what it shows is compared.

- A ```yaml block belongs to the file named in bold above it. Where that file exists already, the block replaces the
  step of the same name; a comment goes to the top.
- Each line of a ```sh block is a command. A ```text block shows what the commands right before it print; its lines
  with `> ` are typed.
- In what is shown, `...` alone on a line stands for any lines. A date with its time (2026-11-24 10:32), the clock of
  a call (00:07.5) and a length in seconds (5.3 s) stand for any other of their kind. All else must be as written.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ANY_LINES = "..."
TYPED = "> "
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"\*\*`([^`]+)`\*\*\n\n\Z")
_VARYING = (
    (re.compile(r"\b\d{4}-\d\d-\d\d \d\d:\d\d\b(?!:)"), "DATE"),
    (re.compile(r"^\d\d:\d\d\.\d  "), "CLOCK  "),
    (re.compile(r"\b\d+(\.\d+)? s (?=of talk|in line)"), "SECONDS "),
)


@dataclass(frozen=True, slots=True)
class Written:
    """A file to write, or the part of it that changes. `line` is where it stands on the page."""

    line: int
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Given:
    """Commands to give, and what they print; None where the page doesn't show it."""

    line: int
    commands: tuple[str, ...]
    shown: str | None

    @property
    def typed(self) -> str:
        """What is typed while the commands run."""
        lines = (self.shown or "").splitlines()
        return "".join(f"{line.removeprefix(TYPED)}\n" for line in lines if line.startswith(TYPED))


def read_page(page: Path) -> Iterator[Written | Given]:
    """What the page lets its reader do, in order. Raises ValueError for a block that is neither."""
    text = page.read_text(encoding="utf-8")
    waiting: Given | None = None
    for block in _FENCE.finditer(text):
        kind, content = block.groups()
        line = text.count("\n", 0, block.start()) + 1
        if kind == "text" and waiting is not None:
            yield Given(waiting.line, waiting.commands, content)
            waiting = None
            continue
        if waiting is not None:
            yield waiting
            waiting = None
        if kind == "sh":
            waiting = Given(line, tuple(content.splitlines()), None)
        elif kind == "yaml" and (named := _FILE.search(text[: block.start()])):
            yield Written(line, named.group(1), content)
        else:
            raise ValueError(f"{page.name}:{line}: neither a named file, nor commands, nor what they print")
    if waiting is not None:
        yield waiting


def changed(before: str, part: str) -> str:
    """A file with a part of it replaced: the step of the same name, or a comment put on top."""
    if part.startswith("#"):
        return part + before
    first = part.splitlines()[0]
    indent = len(first) - len(first.lstrip())
    step = re.compile(rf"^{re.escape(first)}\n(?:(?: {{{indent + 1},}}[^\n]*)?\n)*", re.MULTILINE)
    found = step.findall(before)
    if len(found) != 1:
        raise ValueError(f"{first.strip()!r} stands {len(found)} times in the file")
    return step.sub(lambda _: part.rstrip("\n") + "\n\n", before)


def is_as_shown(printed: str, shown: str) -> bool:
    """Whether what was printed is what the page shows, but for what may differ."""
    return _matches(list(map(_steady, printed.rstrip().splitlines())), list(map(_steady, shown.rstrip().splitlines())))


def _matches(printed: Sequence[str], shown: Sequence[str]) -> bool:
    if ANY_LINES not in shown:
        return list(printed) == list(shown)
    before = shown.index(ANY_LINES)
    if list(printed[:before]) != list(shown[:before]):
        return False
    behind = shown[before + 1 :]
    return any(_matches(printed[start:], behind) for start in range(before, len(printed) + 1))


def _steady(line: str) -> str:
    for varying, word in _VARYING:
        line = varying.sub(word, line)
    return line.rstrip()
