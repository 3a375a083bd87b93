"""Whether a number may be dialled or texted: one question, asked before every leg and every text that costs money.

Callers ask to be called back, and type numbers in: without a fence that is how telephone systems are milked, at
satellite, premium and far-away numbers (toll fraud, text pumping). So everything is denied but what the house allows,
and countries are told by the number's region, never by its country code: a dozen islands share +1.

Pure. Budgets, which need a memory, stand in `services/dialling.py`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberType, shortnumberinfo

from ivr.core.phone import FICTION, Hidden, Number, normalise

Purpose = Literal["callback", "text", "handover", "agent"]
Reason = Literal[
    "allowed",
    "hidden",       # a stand-in for a caller who hides, or nothing at all
    "not-a-number",
    "short",        # emergency and other short numbers
    "country",      # outside the countries the house allows, satellites and ships included
    "kind",         # premium rate, shared cost, pager, voice mail, ...
    "no-text",      # a line texts can't be sent to
    "prefix",       # below a prefix the house denies
]  # fmt: skip

_ORDINARY = frozenset({PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
_KINDS: Mapping[Purpose, frozenset[int]] = {
    "callback": _ORDINARY,
    "text": frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}),
    # Written by the operator, not by a caller: an office or a colleague may have a service number or an internet phone.
    "handover": _ORDINARY
    | {PhoneNumberType.VOIP, PhoneNumberType.TOLL_FREE, PhoneNumberType.UAN, PhoneNumberType.SHARED_COST},
    "agent": _ORDINARY | {PhoneNumberType.VOIP},
}
_EVERYWHERE = "001"
"""The region of numbers that belong to no country: satellites, ships, international services."""

_DIGITS = re.compile(r"[^0-9+]")


@dataclass(frozen=True, slots=True)
class DialRules:
    """What the house allows. `home` reads national numbers and is always allowed; `regions` are further countries, by
    their two letters. `voip` lets callbacks go to internet numbers. `denied` are prefixes in E.164 no leg may go to."""

    home: str = "FR"
    regions: tuple[str, ...] = ()
    voip: bool = False
    denied: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a number may be dialled, and why not. `number` is its E.164 form where it is one, else empty."""

    reason: Reason
    number: str = ""

    @property
    def allowed(self) -> bool:
        """Whether it may."""
        return self.reason == "allowed"


@lru_cache(maxsize=8192)
def may_dial(number: str, purpose: Purpose, rules: DialRules) -> Verdict:
    """The verdict on a number as it came or was typed. Never raises; whatever can't be read is denied."""
    if _is_short(number, rules):
        return Verdict("short")
    caller = normalise(number, rules.home)
    if not isinstance(caller, Number):
        return Verdict("hidden" if isinstance(caller, Hidden) else "not-a-number")
    known = phonenumbers.parse(caller.e164, None)
    return Verdict(_reason(known, caller.e164, purpose, rules), caller.e164)


def _reason(known: PhoneNumber, e164: str, purpose: Purpose, rules: DialRules) -> Reason:
    fiction = bool(FICTION.fullmatch(e164))
    region = (
        phonenumbers.region_code_for_country_code(known.country_code or 0)
        if fiction
        else phonenumbers.region_code_for_number(known)
    )
    if region is None or region == _EVERYWHERE or region not in {rules.home, *rules.regions}:
        return "country"
    if any(e164.startswith(prefix) for prefix in rules.denied):
        return "prefix"
    kind = PhoneNumberType.MOBILE if fiction else phonenumbers.number_type(known)
    kinds = _KINDS[purpose] | ({PhoneNumberType.VOIP} if rules.voip and purpose == "callback" else set())
    if kind in kinds:
        return "allowed"
    return "no-text" if purpose == "text" and kind in _KINDS["handover"] else "kind"


def _is_short(number: str, rules: DialRules) -> bool:
    """Emergency and other short numbers as dialled in any country the house allows, with a country code before, too."""
    bare = _DIGITS.sub("", number)
    if not bare or len(bare) > 12:  # noqa: PLR2004 - a country code and the longest short number
        return False
    for region in (rules.home, *rules.regions):
        code = str(phonenumbers.country_code_for_region(region))
        plain = bare.lstrip("+")
        for digits in (plain, *([plain[len(code) :]] if plain.startswith(code) else [])):
            if digits and shortnumberinfo.is_emergency_number(digits, region):
                return True
        national = PhoneNumber(country_code=int(code), national_number=int(plain) if plain.isdigit() else 0)
        if len(plain) <= 6 and shortnumberinfo.is_possible_short_number_for_region(national, region):  # noqa: PLR2004 - as above
            return True
    return False
