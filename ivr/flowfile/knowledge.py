"""`flows/knowledge/NAME.yaml`: questions callers ask, and what is answered."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ivr.core.flow.fields import NAME, Key, Label, Language, Name
from ivr.core.flow.problem import Problem, errors_in
from ivr.core.flow.text import Text
from ivr.core.knowledge import Knowledge, Known
from ivr.core.match import Entry, Phrases
from ivr.flowfile.matching.matcher import WordMatcher
from ivr.flowfile.matching.meaning import MeaningMatcher
from ivr.flowfile.nodes import MAX_BYTES, Table, compose
from ivr.flowfile.reading import Reading
from ivr.flowfile.values import read_table

FOLDER = "knowledge"


@dataclass(frozen=True, slots=True)
class _Entry:
    title: Text
    phrases: Phrases
    answer: Text
    key: Key | None = None


@dataclass(frozen=True, slots=True)
class _File:
    language: Language
    entries: Mapping[Name, _Entry]
    title: Label = ""


def decode_knowledge(source: bytes, name: str, file: str) -> tuple[Knowledge | None, list[Problem]]:
    """A file of answers, or None where it has an error. Never raises."""
    root, problems = compose(source, file)
    reading = Reading(file, problems)
    if not isinstance(root, Table):
        if root is not None:
            reading.shape(root, "a table with language and entries")
        elif not problems:
            reading.problems.append(Problem(file, 1, 1, "F007", "the file is empty"))
        return None, reading.problems
    if NAME.pattern.fullmatch(name) is None:
        reading.problems.append(Problem(file, 0, 0, "F012", f"a knowledge file's name must be {NAME.said}"))
    values = read_table(reading, _File, root, "knowledge")
    if values is None:
        return None, reading.problems
    read = _File(**values)
    _check(reading, read)
    if errors_in(reading.problems):
        return None, reading.problems
    own = read.language
    entries = {
        entry: Known(_spoken(known.title, own), _spoken(known.answer, own), _said(known, own), known.key or "")
        for entry, known in read.entries.items()
    }
    matcher = WordMatcher([Entry(entry, known.phrases) for entry, known in entries.items()], own)
    return Knowledge(name, own, entries, matcher), reading.problems


def _check(reading: Reading, read: _File) -> None:
    keys: dict[str, str] = {}
    said: dict[str, str] = {}
    for name, entry in read.entries.items():
        path = f"knowledge.entries.{name}"
        for part, text in (("title", entry.title), ("answer", entry.answer)):
            spoken = {key.partition("-")[0] for key in text.by_language}
            if "" not in spoken and read.language.partition("-")[0] not in spoken:
                reading.bad(reading.positions[f"{path}.{part}"], "F034", f"this text is not given in {read.language}")
            for value in text.names:
                if value.partition(".")[0] in {"answers", "given", "handed"}:
                    message = f"'{value}' is not known here: several flows may give this answer"
                    reading.bad(reading.positions[f"{path}.{part}"], "F013", message)
        if entry.key is not None and keys.setdefault(entry.key, name) != name:
            message = f"key {entry.key} stands for '{keys[entry.key]}' as well"
            reading.bad(reading.positions[f"{path}.key"], "F074", message)
        for language, phrases in entry.phrases.by_language.items():
            for phrase in phrases:
                if said.setdefault(f"{language} {phrase.casefold()}", name) != name:
                    message = f"'{phrase}' stands for '{said[f'{language} {phrase.casefold()}']}' as well"
                    reading.bad(reading.positions[f"{path}.phrases"], "F074", message)


def _spoken(text: Text, own: str) -> Text:
    """A text given plainly is in the file's language, whatever the flow's is."""
    rename = {"": own}
    return Text(
        {rename.get(key, key): template for key, template in text.by_language.items()},
        {rename.get(key, key): audio for key, audio in text.audio.items()},
    )


def _said(known: _Entry, own: str) -> Phrases:
    """The phrases and, in each language, the title, which is what a caller hears it called."""
    language = own.partition("-")[0]
    phrases = {key or language: several for key, several in known.phrases.by_language.items()}
    for key, template in known.title.by_language.items():
        spoken = (key or language).partition("-")[0]
        if not template.names:
            phrases[spoken] = (*phrases.get(spoken, ()), template.render(lambda _: ""))
    return Phrases(phrases)


def knowledge_files(folder: Path) -> Iterator[Path]:
    """The knowledge files of a folder of flows, in order."""
    root = folder / FOLDER
    if root.is_dir():
        yield from sorted(path for path in root.glob("*.yaml") if path.is_file() and not path.name.startswith("."))


class KnowledgeReader:
    """Reads knowledge files again and again; each only where its text changed, because making a matcher takes time.

    `embeddings` names the function that helps where words don't meet (`matching/meaning.py`); empty for words alone.
    """

    def __init__(self, embeddings: str = "") -> None:
        self._embeddings = embeddings
        self._known: dict[Path, tuple[bytes, Knowledge | None, list[Problem]]] = {}

    def read(self, folder: Path, problems: list[Problem]) -> dict[str, Knowledge | None]:
        """Every file by name; None where it has an error. Never raises."""
        found: dict[str, Knowledge | None] = {}
        for path in knowledge_files(folder):
            try:
                with path.open("rb") as file:
                    source = file.read(MAX_BYTES + 1)
            except OSError as error:
                problems.append(Problem(str(path), 0, 0, "F001", f"the file can't be read: {error.strerror or error}"))
                found[path.stem] = None
                continue
            known = self._known.get(path)
            if known is None or known[0] != source:
                read, wrong = decode_knowledge(source, path.stem, str(path))
                known = self._known[path] = source, self._with_meaning(read), wrong
            found[path.stem] = known[1]
            problems += known[2]
        return found

    def _with_meaning(self, read: Knowledge | None) -> Knowledge | None:
        if read is None or not self._embeddings:
            return read
        entries = [Entry(name, known.phrases) for name, known in read.entries.items()]
        return replace(read, matcher=MeaningMatcher(read.matcher, entries, self._embeddings))
