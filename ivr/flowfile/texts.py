"""Texts as an operator writes them: plain or by language, each with a recording beside it or without."""

import re
from typing import Any

from ivr.core.flow.fields import LANGUAGE
from ivr.core.flow.text import TemplateError, parse_text
from ivr.flowfile.nodes import Node, Scalar, Table
from ivr.flowfile.reading import BAD, Reading, nearest

_SPOKEN = frozenset({"text", "audio"})
_PROMPT = re.compile(r"(?!.*\.\.)[A-Za-z0-9][\w./-]{0,200}\.(?:wav|mp3)")


def read_text(reading: Reading, node: Node, path: str) -> Any:
    """A text: plain, with a recording (`text` and `audio`), or one of both by language."""
    parts: dict[str, tuple[str, str]] = {}
    plain = isinstance(node, Scalar) or (isinstance(node, Table) and bool(_SPOKEN & node.values.keys()))
    whole = True
    if plain:
        whole = _read_spoken(reading, node, path, "", parts)
    elif isinstance(node, Table):
        for language, value in node.values.items():
            if LANGUAGE.pattern.fullmatch(language) is None:
                message = f"'{language}' is not a language"
                return reading.bad(node.keys[language], "F015", message, "write fr, fr-FR, nl-BE, en ...")
            reading.positions[f"{path}.{language}"] = node.keys[language]
            if not _read_spoken(reading, value, f"{path}.{language}", language, parts):
                return BAD
    else:
        return reading.shape(node, "a text, or one text per language")
    if not whole:
        return BAD
    if not parts or not all(text.strip() for text, _ in parts.values()):
        return reading.bad(node, "F016", "this text says nothing")
    reading.positions[path] = node.at
    texts = {language: text for language, (text, _) in parts.items()}
    try:
        return parse_text(texts, {language: audio for language, (_, audio) in parts.items() if audio})
    except TemplateError as problem:
        return reading.bad(node, "F013", str(problem), problem.hint)


def _read_spoken(reading: Reading, node: Node, path: str, language: str, parts: dict[str, tuple[str, str]]) -> bool:
    """One language of a text into `parts`, with its recording; whether it could be read."""
    if isinstance(node, Scalar):
        parts[language] = node.text, ""
        return True
    if not isinstance(node, Table) or not _SPOKEN & node.values.keys():
        reading.shape(node, "a text")
        return False
    for key in node.values:
        if key not in _SPOKEN:
            hint = nearest(key, _SPOKEN, "fields here are text and audio")
            reading.bad(node.keys[key], "F008", f"unknown field '{key}'", hint)
            return False
    text, audio = node.values.get("text"), node.values.get("audio")
    if not isinstance(text, Scalar):
        reading.bad(node, "F007", "`text` is missing", "write the words as well: they are spoken where the file is not")
        return False
    found = read_prompt_file(reading, audio, f"{path}.audio") if audio is not None else ""
    parts[language] = text.text, "" if found is BAD else found
    return found is not BAD


def read_prompt_file(reading: Reading, node: Node, path: str) -> Any:
    """A sound file's path below `flows/prompts/`."""
    if not isinstance(node, Scalar) or _PROMPT.fullmatch(node.text) is None:
        return reading.bad(
            node, "F011", "expected a .wav or .mp3 file below flows/prompts/", "write for example jingle.wav"
        )
    reading.positions[path] = node.at
    return node.text
