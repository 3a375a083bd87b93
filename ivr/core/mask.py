"""Masking of telephone numbers, for logs, events and pages: country code and last two digits stay, `+33*******78`."""

import re
from functools import lru_cache

import phonenumbers

# One pass over a text: what is surely no number is stepped over, so that everything else with seven digits can be one.
_KEEP = r"""
    \b[A-Z]{2}[0-9a-fA-F]{32}\b                                                # a carrier's identifier
  | \b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b                            # a UUID
  | \b(?=[0-9a-f]*[a-f])[0-9a-f]{20,}\b                                        # a digest: longer than any number
  | \b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?)?             # a date
  | \b\d{1,3}(?:\.\d{1,3}){3}(?![.\d])                                         # an IPv4 address
  | \b0\.\d+\b                                                                 # a fraction
"""
_BETWEEN = r"[\ .\-_/()\u00a0\u202f\u2010-\u2015]{0,3}"
_NUMBER = rf"(?:\+|%2[Bb]|00)?\(?\d(?:{_BETWEEN}\d){{6,}} | \+\d(?:{_BETWEEN}\d){{5,}}"
_SCAN = re.compile(rf"(?P<keep>{_KEEP})|(?P<number>{_NUMBER})", re.VERBOSE)
_DIGITS = re.compile(r"\d")
_KEPT = 2
_TRUNK = 10


def mask_text(text: str) -> str:
    """The text with everything that looks like a telephone number masked."""
    return _SCAN.sub(_mask_match, text) if len(text) > _KEPT else text


@lru_cache(maxsize=4096)
def mask_number(number: str) -> str:
    """A number with its country code and last two digits: `+33612345678` is `+33*******78`."""
    digits = "".join(_DIGITS.findall(number.replace("%2B", "+").replace("%2b", "+")))
    international = number.startswith(("+", "%2")) or (number.startswith("00") and len(digits) > _TRUNK)
    if number.startswith("00") and international:
        digits = digits[2:]
    lead = _country_code(digits) if international else ""
    return f"{'+' if lead else ''}{lead}{'*' * max(len(digits) - len(lead) - _KEPT, 0)}{digits[-_KEPT:]}"


def _country_code(digits: str) -> str:
    for length in range(1, min(3, len(digits)) + 1):
        if int(digits[:length]) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
            return digits[:length]
    return ""


def _mask_match(found: re.Match[str]) -> str:
    return found[0] if found["keep"] else mask_number(found[0])
