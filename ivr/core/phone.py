"""Telephone numbers as they come, and what they are: a number, hidden, an address, or not readable at all.

Carriers pass on what they are given. A caller who hides arrives as a word, as nothing, or as a number that spells a
word on a keypad; five such stand-ins look like E.164, and none is anybody's (contract 1.3, D and M). They get a type of
their own, so that no code can key a history, a callback or a limit on one by accident.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from ivr.core.mask import mask_number


@dataclass(frozen=True, slots=True)
class Number:
    """A valid telephone number in E.164: the only form a person is recognised by."""

    e164: str


@dataclass(frozen=True, slots=True)
class Hidden:
    """The caller doesn't show a number. Nobody's: no history, no callback."""

    raw: str


@dataclass(frozen=True, slots=True)
class Address:
    """A browser phone (`client:name`) or a SIP address (`sip:name@host`): reachable, but no telephone number."""

    kind: Literal["client", "sip"]
    raw: str


@dataclass(frozen=True, slots=True)
class Malformed:
    """Something else; also a genuine number outside every known numbering plan. No history, no callback."""

    raw: str


Caller = Number | Hidden | Address | Malformed

HIDDEN_WORDS = frozenset(
    {"", "anonymous", "restricted", "private", "unavailable", "unknown", "blocked", "withheld", "hidden", "nonumber"}
)
# ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN, UNAVAILABLE on a keypad (contract 1.3, M).
STAND_INS = frozenset({"266696687", "7378742833", "2562533", "8656696", "86282452253"})

# Ranges that regulators keep free for films, demos and tests (ARCEP 06 39 98, Ofcom 07700 900, 01632 960): valid here,
# though no plan in use has them. Other such ranges lie inside plans that are in use and need no exception.
FICTION = re.compile(r"\+(?:3363998\d{4}|447700900\d{3}|441632960\d{3})")

_LONGEST = 128  # longer than any number or address; what is longer is not read at all
_SPACES = re.compile(r"\s")  # the narrow no-break space of French typography too
_BEGINS = re.compile(r"[+\uff0b(]{0,2}\d")
_SEPARATORS = re.compile(r"[\s\-_.()/+]")
_SCHEMES: dict[str, Literal["client", "sip"]] = {"client": "client", "sip": "sip", "sips": "sip"}
_E164 = PhoneNumberFormat.E164


@lru_cache(maxsize=8192)
def normalise(raw: str, region: str) -> Caller:
    """What `raw` is, national numbers read as those of `region` (two letters, upper case). Never raises."""
    if len(raw) > _LONGEST:
        return Malformed(raw)
    text = _SPACES.sub(" ", raw).strip()
    scheme, colon, rest = text.partition(":")
    if colon and scheme.lower() in _SCHEMES:
        return Hidden(raw) if _hides(rest.partition("@")[0]) else Address(_SCHEMES[scheme.lower()], text)
    text = _bare(text)
    if _hides(text):
        return Hidden(raw)
    number = _parse(text, region)
    return Malformed(raw) if number is None else Number(phonenumbers.format_number(number, _E164))


def e164(raw: str, region: str) -> str:
    """The E.164 form of `raw`, empty where it is not a telephone number."""
    caller = normalise(raw, region)
    return caller.e164 if isinstance(caller, Number) else ""


def mask(number: str) -> str:
    """A number as logs and screens may show it: country code and last two digits (`+33*******78`).

    A hidden caller is `hidden`; of an address only the scheme is shown; of anything else two last digits at most.
    """
    text = _bare(number.strip())
    if _hides(text):
        return "hidden"
    scheme, colon, _ = text.partition(":")
    if colon and scheme.lower() in _SCHEMES:
        return f"{scheme.lower()}:***"
    return mask_number(text) or "***"


def spaced(number: str) -> str:
    """A number as people write it (`+33 1 39 75 39 75`); anything else as it is."""
    known = _parse(number, "ZZ")
    return number if known is None else phonenumbers.format_number(known, PhoneNumberFormat.INTERNATIONAL)


def spoken(number: str, language: str, region: str = "") -> str:
    """A number as a voice should read it in `language` (`fr`, `fr-FR`, ...): in groups, with pauses between them.

    Without its country code where that is `region`'s. French reads pairs as numbers ("trente-neuf"); every other group,
    and every other language, is read digit by digit. What is no number is said as it is.
    """
    known = _parse(number, region or "ZZ")
    if known is None:
        return number
    home = bool(region) and known.country_code == phonenumbers.country_code_for_region(region)
    form = PhoneNumberFormat.NATIONAL if home else PhoneNumberFormat.INTERNATIONAL
    groups = re.findall(r"\d+", phonenumbers.format_number(known, form))
    words = ", ".join(_group(group, language) for group in groups)
    return words if home else f"plus {words}"


def _group(digits: str, language: str) -> str:
    whole = language.startswith("fr") and len(digits) == len("39") and digits[0] != "0"
    return digits if whole else " ".join(digits)


def _bare(text: str) -> str:
    """Without the `tel:` of a telephone address."""
    return text[4:].strip() if text[:4].lower() == "tel:" else text


def _hides(text: str) -> bool:
    """Whether `text` is one of the ways carriers say that a caller hides."""
    bare = _SEPARATORS.sub("", text).lower()
    return bare in HIDDEN_WORDS or bare in STAND_INS


def _parse(text: str, region: str) -> PhoneNumber | None:
    if not _BEGINS.match(text):  # the library would look for a number anywhere in the text
        return None
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    if number.extension is not None:
        return None
    if phonenumbers.is_valid_number(number) or FICTION.fullmatch(phonenumbers.format_number(number, _E164)):
        return number
    return None
