"""The form fields of a voice request (contract 1.2)."""

import base64
import json
from collections.abc import Mapping
from urllib.parse import quote

from exchange.records import Call

API_VERSION = "2010-04-01"
_SHORTEST = 9  # shorter ones spell words on a keypad
_PARTS = ("City", "State", "Zip", "Country")
_COUNTRIES = {
    "+1": "US",
    "+31": "NL",
    "+32": "BE",
    "+33": "FR",
    "+34": "ES",
    "+352": "LU",
    "+39": "IT",
    "+41": "CH",
    "+43": "AT",
    "+44": "GB",
    "+49": "DE",
}


def voice_fields(call: Call, geo: Mapping[str, Mapping[str, str]], *, with_geo: bool = True) -> dict[str, str]:
    """What every TwiML request and status callback of a leg carries, legacy duplicates included."""
    fields = {
        "CallSid": call.sid,
        "AccountSid": call.account_sid,
        "From": call.from_number,
        "To": call.to_number,
        "Caller": call.from_number,
        "Called": call.to_number,
        "CallStatus": call.status,
        "ApiVersion": API_VERSION,
        "Direction": call.direction,
    }
    if call.forwarded_from:
        fields["ForwardedFrom"] = call.forwarded_from
    if call.caller_name:
        fields["CallerName"] = call.caller_name
    if call.parent_sid:
        fields["ParentCallSid"] = call.parent_sid
    if with_geo:
        _add_geo(fields, ("From", "Caller"), call.from_number, geo)
        _add_geo(fields, ("To", "Called"), call.to_number, geo)
    fields.update(call.extra)
    return fields


def _add_geo(fields: dict[str, str], sides: tuple[str, str], number: str, geo: Mapping[str, Mapping[str, str]]) -> None:
    place = geo.get(number)
    if place is None:
        country = country_of(number)
        if country is None:
            return
        place = {"Country": country}
    for side in sides:
        for part in _PARTS:
            fields[side + part] = place.get(part, "")


def country_of(number: str) -> str | None:
    """The country a prefix tells, None where it tells none (withheld, clients, prefixes not listed)."""
    if len(number) < _SHORTEST or not number.startswith("+"):
        return None
    return next((_COUNTRIES[number[:n]] for n in (4, 3, 2) if number[:n] in _COUNTRIES), None)


def call_token(call_sid: str) -> str:
    """An opaque CallToken of the real one's shape: URL-encoded JSON of several hundred bytes."""
    inside = base64.b64encode(f"{call_sid}:{call_sid[::-1]}".encode() * 3).decode()
    return quote(
        json.dumps({"parentCallInfoToken": inside, "identityHeaderTokens": []}, separators=(",", ":")), safe=""
    )
