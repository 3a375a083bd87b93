"""Lists in pages, as the carrier cuts them (contract 4.0): `PageSize`, `Page`, `PageToken` and the `..._uri` fields.

A page's token names the resource it continues after (`PA...`) or before (`PB...`), so that what is created between two
requests neither repeats nor hides anything.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import urlencode

from aiohttp import web

from exchange.rest import refusals
from exchange.rest.endpoint import Ask, found
from exchange.rest.shapes import Json

DEFAULT_SIZE = 50
LARGEST_SIZE = 1000
_PAGING = frozenset({"Page", "PageSize", "PageToken"})
T = TypeVar("T")


def page(ask: Ask, key: str, items: Sequence[T], sid_of: Callable[[T], str], show: Callable[[T], Json]) -> web.Response:
    """The page of `items` a request asks for, under `key`. `sid_of` gives what a token may name; `show` its JSON."""
    size = ask.query.integer("PageSize", 1, LARGEST_SIZE, code=20007) or DEFAULT_SIZE
    number = ask.query.integer("Page", 0, 10**9) or 0
    start = _start(ask.query.text("PageToken"), [sid_of(item) for item in items], number, size)
    chosen = items[start : start + size]

    def address(wanted: int, token: str = "") -> str:
        filters = [(name, value) for name, value in ask.query.fields.items() if name not in _PAGING]
        place = [("PageSize", str(size)), ("Page", str(wanted))] + ([("PageToken", token)] if token else [])
        return f"{ask.address}?{urlencode(filters + place)}"

    more = start + size < len(items)
    return found({
        "first_page_uri": address(0),
        "next_page_uri": address(number + 1, "PA" + sid_of(chosen[-1])) if more and chosen else None,
        "previous_page_uri": address(max(0, number - 1), "PB" + sid_of(chosen[0])) if start > 0 and chosen else None,
        "page": number,
        "page_size": size,
        "start": number * size,
        "end": number * size + max(0, len(chosen) - 1),
        "uri": address(number, ask.query.text("PageToken") or ""),
        key: [show(item) for item in chosen],
    })  # fmt: skip


def _start(token: str | None, sids: list[str], number: int, size: int) -> int:
    if token is None:
        return number * size
    if token[:2] not in ("PA", "PB") or token[2:] not in sids:
        raise refusals.invalid_parameter("PageToken", token)
    place = sids.index(token[2:])
    return place + 1 if token.startswith("PA") else max(0, place - size)
