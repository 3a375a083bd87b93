"""Texts for translators: a folder's texts as a gettext PO file, and a translated PO file back into the folder.

An entry's context is its file and its place (`town-hall:steps.welcome.say`), its id the words in the file's own
language. Where these have changed since, the translation is left out and told: it would be one of something else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path

import yaml
from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po, write_po

from ivr.core.flow.fields import LANGUAGE
from ivr.core.flow.links import links
from ivr.core.flow.problem import errors_in
from ivr.core.flow.text import TemplateError, Text, parse_template
from ivr.flowfile.decode import decode_flow
from ivr.flowfile.neighbours import decode_calendars, decode_lines
from ivr.flowfile.paths import CALENDARS, LINES, NEIGHBOURS, QUEUES, flow_files
from ivr.flowfile.queues import decode_queues
from ivr.flowfile.translations import Source, Spot

_SAID = ("greeting", "thanks", "words", "tell")
"""Texts of the steps that a line leads on to by itself."""

_BESIDE = {
    QUEUES: (
        ("queues", "*", "hold"),
        ("queues", "*", "hold", "*"),
        *(("queues", "*", "menu", said) for said in ("text", "offer", "if_nothing", "if_wrong")),
        *(("queues", "*", "menu", "keys", "*", said) for said in _SAID),
        *(("queues", "*", "overflow", said) for said in _SAID),
        *(("queues", "*", "overflow", "*", said) for said in _SAID),
    ),
    CALENDARS: (("calendars", "*", "closures", "*"),),
}
"""Where texts stand in the files beside the flows."""


class NotTranslatable(Exception):  # noqa: N818 - reads as what it says
    """A file can't be read, or would not be what it was; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What a PO file did: the files changed, how many texts, and what was left out and why."""

    files: Mapping[str, str] = field(default_factory=dict)
    texts: int = 0
    left_out: tuple[str, ...] = ()


def export_po(folder: Path, language: str, now: datetime, only: tuple[str, ...] = ()) -> tuple[bytes, int, int]:
    """A folder's texts for a translator into `language`: the PO file, how many texts, how many still lack it.

    `only` names flows; without any, all flows are meant and what is said in queues and calendars. Raises
    NotTranslatable.
    """
    catalog = Catalog(
        locale=language.replace("-", "_"), project="hotline", creation_date=now, revision_date=now, fuzzy=False
    )
    count = lacking = 0
    for file in _files(folder, only):
        for spot in file.spots:
            own = file.own_words(spot)
            if own is None or language == file.language:
                continue
            words = spot.texts.get(language, "")
            catalog.add(own, words, locations=[(file.name, spot.line)], context=file.context(spot))
            count += 1
            lacking += not words
    written = BytesIO()
    write_po(written, catalog, width=100)
    return written.getvalue(), count, lacking


def import_po(folder: Path, po: bytes, language: str = "") -> Imported:
    """The folder's files with the translations of a PO file in them; nothing is written here.

    `language` is the PO file's own where it is left out. Raises NotTranslatable.
    """
    try:
        catalog = read_po(BytesIO(po))
    except (PoFileError, ValueError, LookupError) as error:
        raise NotTranslatable(f"not a PO file: {error}") from error
    spoken = language or str(catalog.locale_identifier or "").replace("_", "-")
    if LANGUAGE.pattern.fullmatch(spoken) is None:
        raise NotTranslatable("the PO file doesn't say its language: give it, such as nl or nl-BE")
    messages = {str(message.context): message for message in catalog if message.id and message.context}
    changed: dict[str, str] = {}
    left_out: list[str] = []
    texts = 0
    for file in _files(folder, ()):
        wanted: dict[str, str] = {}
        for spot in file.spots:
            message = messages.pop(file.context(spot), None)
            if message is None or not message.string or spoken == file.language:
                continue
            fault = _fault(str(message.id), str(message.string), file.own_words(spot), fuzzy=message.fuzzy)
            if fault:
                left_out.append(f"{file.context(spot)}: {fault}")
            elif spot.texts.get(spoken) != message.string:
                wanted[spot.path] = str(message.string)
        if wanted:
            changed[file.name] = file.translated(spoken, wanted)
            texts += len(wanted)
    left_out += [f"{context}: there is no such text any more" for context in sorted(messages)]
    return Imported(changed, texts, tuple(left_out))


def _fault(source: str, words: str, own: str | None, *, fuzzy: bool) -> str:
    """Why a translation can't be taken; empty where it can."""
    if fuzzy:
        return "marked as unsure (fuzzy)"
    if own != source:
        return "the text has changed since it was given to the translator"
    try:
        given, wanted = parse_template(words).names, parse_template(source).names
    except TemplateError as problem:
        return str(problem)
    if set(given) != set(wanted):
        missing = sorted(set(wanted) ^ set(given))
        return f"its {{{{ }}}} are not those of the text: {', '.join(missing)}"
    return ""


@dataclass(frozen=True, slots=True)
class _File:
    """One file with texts. `name` is its path in the folder, `language` its own."""

    name: str
    language: str
    source: Source
    spots: tuple[Spot, ...]
    bom: str = ""

    def context(self, spot: Spot) -> str:
        """The entry's context: the file's name without its ending, and the place."""
        return f"{self.name.removesuffix('.yaml')}:{spot.path}"

    def own_words(self, spot: Spot) -> str | None:
        """The text in the file's own language; None where it isn't given in it."""
        for key in (self.language, self.language.partition("-")[0], ""):
            if key in spot.texts:
                return spot.texts[key]
        return None

    def translated(self, language: str, words: Mapping[str, str]) -> str:
        """The file with these words in a language. Raises NotTranslatable where it would not be the same otherwise."""
        text = self.source.with_language(language, self.language.partition("-")[0], words)
        spots = {spot.path: spot.texts for spot in Source(text).spots(spot.path for spot in self.spots)}
        for spot in self.spots:
            own = {key or self.language.partition("-")[0]: said for key, said in spot.texts.items()}
            wanted = own | {language: words[spot.path]} if spot.path in words else dict(spot.texts)
            if spots.get(spot.path) != wanted:
                raise NotTranslatable(
                    f"{self.name}, line {spot.line}: this text can't be rewritten safely; do it by hand"
                )
        if self.name not in NEIGHBOURS:
            name = Path(self.name).stem
            problems = decode_flow((self.bom + text).encode(), name, self.name).problems
        else:
            decode = decode_queues if self.name == QUEUES else decode_calendars
            problems = tuple(decode((self.bom + text).encode(), self.name)[1])
        if wrong := errors_in(problems):
            raise NotTranslatable(f"{self.name} would have a problem: {wrong[0]}")
        return self.bom + text


def _files(folder: Path, only: tuple[str, ...]) -> Iterator[_File]:
    own = _house_language(folder)
    for path in flow_files(folder):
        name = path.relative_to(folder).as_posix()
        if name in NEIGHBOURS and (name not in _BESIDE or only):
            continue
        if only and path.stem not in only:
            continue
        written = path.read_bytes()
        text = written.decode("utf-8-sig")
        bom = "\ufeff" if written.startswith(b"\xef\xbb\xbf") else ""
        try:
            source = Source(text)
        except yaml.YAMLError as error:
            raise NotTranslatable(f"{name}: {error}") from error
        if name in _BESIDE:
            paths = [path for pattern in _BESIDE[name] for path in source.below(*pattern)]
            yield _File(name, own, source, tuple(source.spots(paths)), bom)
            continue
        decoded = decode_flow(written, path.stem, str(path))
        if decoded.flow is None:
            raise NotTranslatable(f"{decoded.problems[0]}" if decoded.problems else f"{name} can't be read")
        paths = [
            f"steps.{step_name}.{link.path}"
            for step_name, step in decoded.flow.steps.items()
            for link in links(step)
            if link.kind is Text
        ]
        yield _File(name, decoded.flow.language, source, tuple(source.spots(paths)), bom)


def _house_language(folder: Path) -> str:
    """The language of texts that belong to no flow: the first line's."""
    path = folder / LINES
    names = {path.stem for path in flow_files(folder)}
    lines, _ = decode_lines(path.read_bytes(), LINES, names) if path.is_file() else (None, [])
    return lines[0].language if lines else "en"
