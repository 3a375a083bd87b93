"""YAML to nodes with positions, in bounded time and space. All scalars stay text: the schema decides what they are.

Plain YAML reads `+15551234567` as an integer, `9:00` as 540 and `no` as False, keeps the last of two equal keys in
silence, and lets a few hundred bytes of aliases grow into billions of nodes. So the events of libyaml's parser are read
one by one, limits are checked on the way, and tags, anchors, aliases and merge keys are refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from ivr.core.flow.model import Position
from ivr.core.flow.problem import Problem, shortened

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32
MAX_NODES = 20_000
MAX_PROBLEMS = 200
"""Problems told about one file; a file with more is not a flow."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text. `plain`: written without quotes, so that an empty one means nothing was written."""

    text: str
    at: Position
    plain: bool = True

    @property
    def empty(self) -> bool:
        """Nothing was written (`hangup:`, or `~`)."""
        return self.plain and self.text in {"", "~"}


@dataclass(slots=True)
class Items:
    """A list."""

    at: Position
    items: list["Node"] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    """Keys and values in the order written; `keys` tells where each key stands."""

    at: Position
    values: dict[str, "Node"] = field(default_factory=dict)
    keys: dict[str, Position] = field(default_factory=dict)


Node = Scalar | Items | Table


_STAR = re.compile(r"(?:^|[\s{\[,])\*(?=[\s:,}\]]|$)")
"""A star that stands alone, as if it were a key."""


class _Refused(Exception):  # noqa: N818 - ends the reading of one file
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def compose(source: bytes, file: str) -> tuple[Node | None, list[Problem]]:
    """The file's one document as nodes, and what was wrong with it. None where it can't be read at all.

    `file` is the name told in problems. Never raises; takes at most MAX_NODES nodes and MAX_DEPTH levels.
    """
    if len(source) > MAX_BYTES:
        return None, [
            Problem(file, 0, 0, "F005", f"the file has {len(source):,} bytes; at most {MAX_BYTES:,} are read")
        ]
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        column = error.start - source.rfind(b"\n", 0, error.start)
        return None, [Problem(file, line, column, "F001", "the file is not in UTF-8", "save it as UTF-8")]
    composer = _Composer(file)
    try:
        node = composer.document(text)
    except _Refused as refused:
        return None, [*composer.problems, refused.problem]
    except yaml.YAMLError as error:
        return None, [*composer.problems, _syntax(error, text, file)]
    return node, composer.problems


class _Composer:
    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.nodes = 0

    def document(self, text: str) -> Node | None:
        events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.CSafeLoader)
        root: Node | None = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _Refused(self.problem(_at(event), "F002", "a second document", "take out the line `---`"))
            elif isinstance(event, yaml.NodeEvent):
                root = self.node(event, events, 0)
        return root

    def node(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
        at = _at(event)
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise _Refused(self.problem(at, "F005", f"more than {MAX_NODES:,} parts"))
        if depth > MAX_DEPTH:
            raise _Refused(self.problem(at, "F005", f"more than {MAX_DEPTH} levels in one another"))
        self.plain_yaml(event, at)
        if isinstance(event, yaml.ScalarEvent):
            return Scalar(event.value, at, not event.style)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.items(events, at, depth)
        if isinstance(event, yaml.MappingStartEvent):
            return self.table(events, at, depth)
        return Scalar("", at)

    def items(self, events: Iterator[yaml.Event], at: Position, depth: int) -> Items:
        items = Items(at)
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.items.append(self.node(event, events, depth + 1))
        return items

    def table(self, events: Iterator[yaml.Event], at: Position, depth: int) -> Table:
        table = Table(at)
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self.node(event, events, depth + 1)
            value = self.node(next(events), events, depth + 1)
            if not isinstance(key, Scalar):
                self.note(self.problem(key.at, "F006", "a key must be a word, not a list or a table"))
            elif key.plain and key.text == "<<":
                self.note(self.problem(key.at, "F004", "a merge key (`<<`)", "write the fields out"))
            elif key.text in table.values:
                before = table.keys[key.text]
                message = f"'{key.text}' stands here twice; first in line {before.line}, column {before.column}"
                self.note(self.problem(key.at, "F003", message))
            else:
                table.values[key.text] = value
                table.keys[key.text] = key.at
        return table

    def plain_yaml(self, event: yaml.Event, at: Position) -> None:
        """Refuses what isn't plain: the part is still read, as far as it can be."""
        if isinstance(event, yaml.AliasEvent):
            self.note(self.problem(at, "F004", f"an alias (`*{event.anchor}`)", 'write it out; the star key is "star"'))
        elif (anchor := getattr(event, "anchor", None)) is not None:
            self.note(self.problem(at, "F004", f"an anchor (`&{anchor}`)", "take it out; for a text, use quotes"))
        if (tag := getattr(event, "tag", None)) is not None:
            self.note(self.problem(at, "F004", f"a tag (`{tag}`)", "take it out; for a text, use quotes"))

    def note(self, problem: Problem) -> None:
        self.problems.append(problem)
        if len(self.problems) > MAX_PROBLEMS:
            raise _Refused(self.problem(Position(problem.line, problem.column), "F005", "too many problems to tell"))

    def problem(self, at: Position, code: str, message: str, hint: str = "") -> Problem:
        return Problem(self.file, at.line, at.column, code, shortened(message), hint)


def _at(event: yaml.Event) -> Position:
    mark = event.start_mark
    return Position(mark.line + 1, mark.column + 1) if mark else Position(1, 1)


def _syntax(error: yaml.YAMLError, text: str, file: str) -> Problem:
    """A parser's error in words, at the place it names."""
    opened = getattr(error, "context_mark", None)
    if opened is not None and "quoted scalar" in str(getattr(error, "context", "")):
        return Problem(file, opened.line + 1, opened.column + 1, "F002", "the quote opened here is never closed")
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        at = getattr(error, "position", 0)
        line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
        return Problem(file, line, column, "F002", f"a character that isn't allowed: {error}".splitlines()[0])
    line, column = mark.line + 1, mark.column + 1
    lines = text.splitlines()
    written = lines[mark.line] if mark.line < len(lines) else ""
    said = str(getattr(error, "problem", None) or error).splitlines()[0]
    return Problem(file, line, column, "F002", said, _syntax_hint(written, said))


def _syntax_hint(written: str, said: str) -> str:
    if "\t" in written[: len(written) - len(written.lstrip())]:
        return "indent with spaces, not with tabs"
    if _STAR.search(written):
        return 'put it in quotes; the star key is "star"'
    if "mapping values are not allowed" in said or written.count(": ") > 1:
        return "a text that contains a colon must stand in quotes"
    if written.lstrip().startswith(("*", "%", "@", "`")) or ": *" in written:
        return 'put it in quotes; the star key is "star"'
    return ""
