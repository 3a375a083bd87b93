"""The texts of a file that callers hear, found where they stand, and a language added to them in place.

Everything else of the file stays as it was written, comments and line breaks included: only the text that gets a
language is written anew. What comes out is read again before anybody trusts it (`po.py`).
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from textwrap import wrap

import yaml

_BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
_SHORT = 90
"""Characters up to which a text stands on the line of its language."""

_WIDTH = 110
_PLAIN_KEYS = frozenset({"text", "audio"})


@dataclass(frozen=True, slots=True)
class Spot:
    """A text where it stands. `path` is as in problems (`steps.welcome.say`), `line` counts from 1.

    `texts` are its words by language; those given without one stand under "".
    """

    path: str
    line: int
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    written: str


class Source:
    """One YAML file and its nodes. Raises yaml.YAMLError for a file that is none."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(match.end() for match in _BREAK.finditer(text))]
        self._root = yaml.compose(text, Loader=yaml.CSafeLoader)

    def spots(self, paths: Iterable[str]) -> Iterator[Spot]:
        """The texts at these paths, each place once; what isn't there, or is no text, is left out."""
        seen: set[int] = set()
        for path in paths:
            node = self._at(path)[0]
            if node is None or id(node) in seen:
                continue
            seen.add(id(node))
            texts = {language: one.value for language, one in _spoken(node).items()}
            if texts:
                yield Spot(path, node.start_mark.line + 1, texts)

    def below(self, *parts: str) -> Iterator[str]:
        """The paths of all that stands at a pattern of keys, `*` for any: `queues`, `*`, `hold`, `*`."""
        waiting: list[tuple[str, yaml.Node | None]] = [("", self._root)]
        for part in parts:
            waiting = [
                (f"{path}.{key}" if path else key, child)
                for path, node in waiting
                for key, child in _children(node)
                if part in {"*", key}
            ]
        return (path for path, _ in waiting)

    def with_language(self, language: str, base: str, translations: Mapping[str, str]) -> str:
        """The file with a text in `language` at each of these paths; `base` is that of texts given without one."""
        edits = []
        for path, words in translations.items():
            node, parent = self._at(path)
            if node is not None:
                edits.append(self._edit(node, parent, (language, words), base))
        text = self.text
        for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
            text = text[: edit.start] + edit.written + text[edit.end :]
        return text

    def _edit(self, node: yaml.Node, parent: yaml.Node | None, added: tuple[str, str], base: str) -> _Edit:
        language, words = added
        if isinstance(node, yaml.MappingNode) and not _is_plain(node):
            known = _spoken(node).get(language)
            return self._again(known, words, node) if known is not None else self._another(node, language, words)
        if isinstance(node, yaml.MappingNode):
            inside = {key.value: value.value for key, value in node.value}
            first = json.dumps(inside["text"], ensure_ascii=False)
            kept = f"{{text: {first}, audio: {inside.get('audio', '')}}}" if "audio" in inside else first
        else:
            kept = ""
        return self._table(node, parent, kept, (base, language, words))

    def _table(self, node: yaml.Node, parent: yaml.Node | None, kept: str, said: tuple[str, str, str]) -> _Edit:
        """A plain text becomes a table of two languages. `kept` is the first as it is to be written, empty for anew."""
        base, language, words = said
        start, end = self._slice(node)
        if not isinstance(parent, yaml.CollectionNode) or parent.flow_style:
            first = kept or json.dumps(node.value, ensure_ascii=False)
            return _Edit(start, end, f"{{{base}: {first}, {language}: {json.dumps(words, ensure_ascii=False)}}}")
        if isinstance(parent, yaml.SequenceNode):
            indent = node.start_mark.column
            lead = ""
        else:
            indent = next(key.start_mark.column for key, value in parent.value if value is node) + 2
            lead = "\n" + " " * indent
            start = len(self.text[:start].rstrip(" \t"))
        first = kept or _written(node.value, indent)
        return _Edit(start, end, f"{lead}{base}: {first}\n{' ' * indent}{language}: {_written(words, indent)}")

    def _again(self, known: yaml.Node, words: str, table: yaml.MappingNode) -> _Edit:
        """The words of a language it has already."""
        start, end = self._slice(known)
        nested = not any(value is known for _, value in table.value)
        anew = json.dumps(words, ensure_ascii=False) if table.flow_style or nested else None
        written = anew or _written(words, table.start_mark.column)
        return _Edit(start, end, written)

    def _another(self, node: yaml.MappingNode, language: str, words: str) -> _Edit:
        """One more language behind those there are."""
        _, end = self._slice(node.value[-1][1])
        if node.flow_style:
            return _Edit(end, end, f", {language}: {json.dumps(words, ensure_ascii=False)}")
        indent = node.start_mark.column
        return _Edit(end, end, f"\n{' ' * indent}{language}: {_written(words, indent)}")

    def _at(self, path: str) -> tuple[yaml.Node | None, yaml.Node | None]:
        """The node at a path and the one it stands in."""
        node, parent = self._root, None
        for part in path.split("."):
            child = dict(_children(node)).get(part)
            if child is None:  # days from one to another stand under the first of them
                child = next((one for key, one in _children(node) if key.startswith(f"{part} to ")), None)
            node, parent = child, node
        return node, parent

    def _slice(self, node: yaml.Node) -> tuple[int, int]:
        start = self._starts[node.start_mark.line] + node.start_mark.column
        end = self._starts[node.end_mark.line] + node.end_mark.column
        return start, start + len(self.text[start:end].rstrip())


def _children(node: yaml.Node | None) -> list[tuple[str, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        return [(str(key.value), value) for key, value in node.value]
    if isinstance(node, yaml.SequenceNode):
        return [(str(number), value) for number, value in enumerate(node.value, 1)]
    return []


def _is_plain(node: yaml.MappingNode) -> bool:
    return any(key.value in _PLAIN_KEYS for key, _ in node.value)


def _spoken(node: yaml.Node) -> dict[str, yaml.Node]:
    """The scalars with the words of a text, by language."""
    if isinstance(node, yaml.ScalarNode):
        return {"": node} if node.value.strip() else {}
    found: dict[str, yaml.Node] = {}
    if isinstance(node, yaml.MappingNode):
        for language, value in [("", node)] if _is_plain(node) else _children(node):
            words = dict(_children(value)).get("text") if isinstance(value, yaml.MappingNode) else value
            if isinstance(words, yaml.ScalarNode) and words.value.strip():
                found[language] = words
    return found


def _written(words: str, indent: int) -> str:
    """A text as a value in a table indented so far: on its line where it is short, folded below where it is long."""
    if len(words) > _SHORT and " ".join(words.split()) == words:
        margin = "\n" + " " * (indent + 2)
        return ">-" + margin + margin.join(wrap(words, _WIDTH - indent, break_long_words=False, break_on_hyphens=False))
    dumped = yaml.safe_dump(words, allow_unicode=True, width=10**6)
    return str(dumped).removesuffix("...\n").strip() if "\n" not in words else json.dumps(words, ensure_ascii=False)
