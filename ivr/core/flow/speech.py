"""About how long a text takes to say, by language."""

from collections.abc import Mapping

from ivr.core.flow.text import Template

CHARACTERS_A_SECOND: Mapping[str, float] = {"fr": 15.5, "en": 15.0, "de": 14.0, "nl": 14.5, "es": 16.0, "it": 15.5}
"""Characters, spaces included, that an ordinary voice says in a second.

Ours: an announcer's 150 to 160 words a minute times the mean length of a word and its space in each language (English
5.7 characters, French 5.9, Dutch 5.7, German 6.3, slowed for the longer words). Real voices differ by a fifth.
"""

OTHERWISE = 15.0

VALUE_CHARACTERS = 12
"""What a value filled in is counted as: a name, a date, a time."""

_DIGITS_CHARACTERS = 30
"""The same said digit by digit."""


def spoken_seconds(template: Template, language: str) -> float:
    """Seconds of speech, values counted at their usual length."""
    length = 0
    for part in template.parts:
        if isinstance(part, str):
            length += len(" ".join(part.split()))
        else:
            length += _DIGITS_CHARACTERS if ("digits", "") in part.filters else VALUE_CHARACTERS
    return length / CHARACTERS_A_SECOND.get(language.partition("-")[0], OTHERWISE)
