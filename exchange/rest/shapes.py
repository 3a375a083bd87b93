"""How values look in the carrier's JSON: dates, numbers, addresses of resources."""

import hashlib
import re
from datetime import datetime
from email.utils import format_datetime
from typing import TypeAlias

VERSION = "2010-04-01"
Json: TypeAlias = dict[str, object]


def when(moment: datetime | None) -> str | None:
    """A date as RFC 2822 in UTC: `Tue, 31 Aug 2010 20:36:28 +0000`."""
    return None if moment is None else format_datetime(moment.replace(microsecond=0))


def formatted(number: str) -> str:
    """A number as the carrier shows it: North American ones as `(415) 555-0100`, others as they are."""
    found = re.fullmatch(r"\+1(\d{3})(\d{3})(\d{4})", number, re.ASCII)
    return f"({found[1]}) {found[2]}-{found[3]}" if found else number


def account_uri(account_sid: str) -> str:
    """The address of an account, without its suffix."""
    return f"/{VERSION}/Accounts/{account_sid}"


def uri(account_sid: str, *path: str) -> str:
    """The address of a resource, relative to the API's host: `uri(ac, "Calls", ca)`."""
    return "/".join((account_uri(account_sid), *path)) + ".json"


def subresources(account_sid: str, *path: str, names: dict[str, str]) -> dict[str, str]:
    """`subresource_uris` below a resource: JSON name to path segment."""
    return {name: uri(account_sid, *path, segment) for name, segment in names.items()}


def number_sid(account_sid: str, number: str) -> str:
    """The identifier of a number of the account: the same as long as the number is."""
    return "PN" + hashlib.md5(f"{account_sid}/{number}".encode(), usedforsecurity=False).hexdigest()
