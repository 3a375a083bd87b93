"""Stand-ins for what a record doesn't keep: sensitive answers, names, the values look-ups found."""

from collections.abc import Iterator, Mapping
from typing import Any

from ivr.core.flow.effects import Gather
from ivr.core.flow.expected import Part

NAME = "Camille Exemple"
"""For a caller whose name was known."""

_LENGTHS = (4, 6, 8, 10, 5, 7, 9, 3, 2, 1, 11, 12, 13, 14, 15, 16, 20)
_SPECIAL = ("01012000", "0639980099", "123456789", "1234567890", "4532015112830366")
_WORDS = ("oui", "non", "un renseignement")
_BY_KIND: Mapping[str, Any] = {"text": "exemple", "number": 1, "yes_no": True, "date": "2026-01-01"}


def keys_for(gather: Gather) -> Iterator[str]:
    """Keys that could answer, the likeliest first: as many as are asked for, else of usual lengths; dates, numbers."""
    if gather.num_digits:
        yield "1" * gather.num_digits
        yield "2" * gather.num_digits
    yield from ("1" * length for length in _LENGTHS)
    yield from _SPECIAL


def words_for() -> Iterator[str]:
    """Words that could answer."""
    yield from _WORDS


def body_for(parts: Mapping[str, Part]) -> Any:
    """An answer that holds every value a step keeps, of its kind."""
    root: Any = {}
    for part in parts.values():
        _put(root, part.at.split("."), _BY_KIND[part.kind])
    return root


def _put(node: Any, path: list[str], value: Any) -> None:
    """Puts a value where the path leads; a number in the path is a place in a list."""
    key: Any = int(path[0]) if isinstance(node, list) else path[0]
    while isinstance(node, list) and len(node) <= key:
        node.append(None)
    if len(path) == 1:
        node[key] = value
        return
    below = node[key] if isinstance(node, list) else node.get(key)
    if below is None:
        below = node[key] = [] if path[1].isdecimal() else {}
    _put(below, path[1:], value)
