"""The `To` and `From` of calls and messages."""

import re

from exchange.errors import ExchangeError
from exchange.switch import Switch

_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_CLIENT = re.compile(r"client:[^\s/?#]{1,256}")
_SIP = re.compile(r"sips?:[^\s@]+@[^\s@]+")
_PUNCTUATION = str.maketrans("", "", " ()-.")
_NATIONAL_LENGTH = 10


def normalised(number: str) -> str | None:
    """A number in E.164, US national forms completed; None where it can't be one."""
    bare = number.translate(_PUNCTUATION)
    if re.fullmatch(r"1?[2-9]\d{9}", bare, re.ASCII):
        bare = f"+1{bare[-_NATIONAL_LENGTH:]}"
    return bare if _E164.fullmatch(bare) else None


def destination(to: str | None) -> str:
    """Whom to call: a number in E.164, `client:<identity>` or a SIP address. 21201: missing; 21211: none of these."""
    if to is None:
        raise ExchangeError(21201, "No 'To' number is specified")
    if _CLIENT.fullmatch(to) or _SIP.fullmatch(to):
        return to
    number = normalised(to)
    if number is None:
        raise ExchangeError(21211, f"The phone number you are attempting to call, {to}, is not valid.")
    return number


def caller_id(switch: Switch, given: str | None, *, forwarded: bool = False) -> str:
    """Who calls: one of the account's numbers, a verified one or a client.

    21213 where missing, 21212 where it isn't a number, 21210 where it isn't the account's; `forwarded` (a `CallToken`
    came along) lets an original caller's number pass.
    """
    if given is None:
        raise ExchangeError(21213, "No 'From' number is specified")
    if _CLIENT.fullmatch(given):
        return given
    number = normalised(given)
    if number is None:
        raise ExchangeError(21212, f"Invalid From Number (caller ID): {given}")
    if not forwarded and number not in switch.numbers and number not in switch.verified:
        raise ExchangeError(
            21210,
            f"The source phone number provided, {given}, is not yet verified for your account. "
            "You may only make calls from phone numbers that you've verified or purchased from Twilio.",
        )
    return number
