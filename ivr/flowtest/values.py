"""Readers of single values of a test call: keys, times, moments, who is there. Each tells what is wrong, where."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ivr.core.flow.inputs import DialStatus
from ivr.flowfile.nodes import Items, Node, Scalar, Table
from ivr.flowfile.reading import BAD, Bad, Reading, nearest
from ivr.flowtest.model import Staff

_KEY_WORDS = {"star": "*", "hash": "#"}
_KEYS = re.compile(r"[0-9*#]{1,64}")
_DURATION = re.compile(r"(\d{1,6})\s*(s|sec|seconds?|min|minutes?|h|hours?)?")
_STAFF = re.compile(r"answers after (.+)")
STAFF_WORDS = {
    "available": Staff(),
    "none": Staff(present=False, answers_after=None),
    "nobody answers": Staff(answers_after=None),
    "full": Staff(refuses="full"),
    "failed": Staff(refuses="failed"),
    "closed": Staff(refuses="closed"),
    "unanswered": Staff(refuses="unanswered"),
}
"""Who is there for a line, by the words for it."""

DIAL_WORDS: Mapping[str, DialStatus] = {
    "answers": "completed", "busy": "busy", "no answer": "no-answer", "failed": "failed", "canceled": "canceled",
}  # fmt: skip
"""How a hand-over to another number ends, by the words for it."""

_ENDED_BY = {
    "hangs up": "hangup",
    "silence": "silence",
    "hash": "#",
    "star": "*",
    **{str(key): str(key) for key in range(10)},
}
LONGEST_SECONDS = 86_400

NOTHING = "nothing"


def read_keys(reading: Reading, node: Node) -> str | Bad:
    """Keys, as `2`, `123456#`, `star` or `1234 hash`."""
    words = node.text.split() if isinstance(node, Scalar) else []
    keys = "".join(_KEY_WORDS.get(word, word) for word in words)
    if _KEYS.fullmatch(keys) is None:
        hint = "write for example 2, 123456#, star, hash, or nothing for a caller who does nothing"
        return reading.bad(node, "F018", f"'{written(node)}' is not keys of the phone", hint)
    return keys


def read_text(reading: Reading, node: Node) -> str | Bad:
    """A text that says something."""
    if not isinstance(node, Scalar) or not node.text.strip():
        return reading.shape(node, "a text")
    return node.text


def read_texts(reading: Reading, node: Node) -> tuple[str, ...] | Bad:
    """A text, or a list of them."""
    items = node.items if isinstance(node, Items) else [node]
    texts = [read_text(reading, item) for item in items]
    if not texts:
        return reading.bad(node, "F007", "the list is empty")
    return BAD if any(isinstance(text, Bad) for text in texts) else tuple(map(str, texts))


def read_seconds(reading: Reading, node: Node) -> int | Bad:
    """A time such as `20 s`, `5 min` or `1 h`, in seconds."""
    seconds = seconds_of(node.text) if isinstance(node, Scalar) else None
    if seconds is None:
        hint = "write for example 20 s, 5 min or 1 h"
        return reading.bad(node, "F017", f"expected a time up to 24 h, found '{written(node)}'", hint)
    return seconds


def seconds_of(text: str) -> int | None:
    """A time such as `20`, `20 s`, `5 min` or `1 h` in seconds, up to a day; None where it is none."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        return None
    seconds = int(match[1]) * {"m": 60, "h": 3600}.get((match[2] or "s")[0], 1)
    return seconds if seconds <= LONGEST_SECONDS else None


def read_moment(reading: Reading, node: Node, zone: str) -> datetime | Bad:
    """A moment such as `2026-03-02T22:10:00+01:00`; without an offset it is meant in `zone`. Answers UTC."""
    try:
        moment = datetime.fromisoformat(node.text.strip()) if isinstance(node, Scalar) else None
    except ValueError:
        moment = None
    if moment is None:
        return reading.bad(node, "F017", f"'{written(node)}' is not a moment", "write for example 2026-03-02T22:10")
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def read_staff(reading: Reading, node: Node) -> Staff | Bad:
    """Who is there for a line: `available`, `none`, `nobody answers`, `answers after 40 s`, `full`, `closed` ..."""
    text = " ".join(node.text.split()) if isinstance(node, Scalar) else ""
    if text in STAFF_WORDS:
        return STAFF_WORDS[text]
    match = _STAFF.fullmatch(text)
    seconds = seconds_of(match[1]) if match else None
    if seconds is not None:
        return Staff(answers_after=seconds)
    known = [*STAFF_WORDS, "answers after 40 s"]
    return reading.bad(
        node, "F011", f"'{written(node)}' says nothing about agents", nearest(text, known, _one_of(known))
    )


def read_dial_status(reading: Reading, node: Node) -> DialStatus | Bad:
    """How a hand-over ends: `answers`, `busy`, `no answer`, `failed`."""
    text = " ".join(node.text.replace("-", " ").split()) if isinstance(node, Scalar) else ""
    if text in DIAL_WORDS:
        return DIAL_WORDS[text]
    return reading.bad(
        node, "F011", f"'{written(node)}' is not how a number ends", nearest(text, DIAL_WORDS, _one_of(DIAL_WORDS))
    )


def read_ended_by(reading: Reading, node: Node) -> str | Bad:
    """What ended a recording: `hangs up`, `silence` or a key."""
    text = node.text if isinstance(node, Scalar) else ""
    if text in _ENDED_BY:
        return _ENDED_BY[text]
    return reading.bad(
        node, "F011", f"'{written(node)}' ends no message", "write hangs up, silence, hash or another key"
    )


def read_yes(reading: Reading, node: Node) -> bool | Bad:
    """`yes`; what is not to happen is left out."""
    if isinstance(node, Scalar) and node.text.lower() in {"yes", "true"}:
        return True
    return reading.bad(node, "F011", f"'{written(node)}' is not possible here", "write yes, or take the line out")


def read_yes_no(reading: Reading, node: Node) -> bool | Bad:
    """`yes` or `no`."""
    word = node.text.lower() if isinstance(node, Scalar) else ""
    return word in {"yes", "true"} if word in {"yes", "true", "no", "false"} else reading.shape(node, "yes or no")


def read_word(reading: Reading, node: Node, known: Any, what: str, code: str) -> str | Bad:
    """One word of several known ones."""
    text = node.text if isinstance(node, Scalar) else ""
    if text in known:
        return text
    return reading.bad(node, code, f"there is no {what} '{written(node)}'", nearest(text, known, _one_of(known)))


def read_words(reading: Reading, node: Node) -> dict[str, str] | Bad:
    """A table of texts."""
    if not isinstance(node, Table) or not node.values:
        return reading.shape(node, "a table")
    found: dict[str, str] = {}
    for name, value in node.values.items():
        if not isinstance(value, Scalar):
            return reading.shape(value, "a text")
        found[name] = value.text
    return found


def data_of(node: Node) -> Any:
    """A node as plain data: what an outside system would answer. Unquoted numbers, true, false and null are those."""
    match node:
        case Table():
            return {name: data_of(value) for name, value in node.values.items()}
        case Items():
            return [data_of(item) for item in node.items]
        case Scalar():
            return _scalar(node)


def _scalar(node: Scalar) -> Any:
    text = node.text
    if not node.plain:
        return text
    if text in {"true", "false"}:
        return text == "true"
    if text in {"null", "~", ""}:
        return None
    if re.fullmatch(r"-?(?:0|[1-9]\d{0,17})", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?\d{1,15}\.\d{1,15}", text) else text


def written(node: Node) -> str:
    """What stands there, short."""
    return node.text[:40] if isinstance(node, Scalar) else "a list or a table"


def _one_of(known: Any) -> str:
    names = sorted(known)
    return f"one of {', '.join(names)}" if len(names) <= 30 else ""  # noqa: PLR2004 - a line's worth
