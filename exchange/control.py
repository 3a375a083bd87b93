"""The exchange's own pages: health, numbers, faults, alerts, live calls. JSON in and out.

`GET /healthz`, `GET|POST /exchange/numbers`, `GET|POST /exchange/faults`, `GET /exchange/alerts`, `GET
/exchange/calls`, `GET /exchange/calls/{sid}`. A refusal is `{"code", "message"}` with its status. Changes are taken
only as JSON: a web page of another origin cannot send that without being allowed to, and never is.
"""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from exchange.config import ConfigError, number_from
from exchange.errors import ExchangeError, not_found
from exchange.faults import FAULTS
from exchange.leg import Leg
from exchange.records import Number
from exchange.switch import Switch

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_MOST_ALERTS = 1000


def routes(switch: Switch) -> list[web.RouteDef]:
    """The routes, for one switch."""
    control = _Control(switch)
    pages: list[tuple[str, str, _Handler]] = [
        ("GET", "/healthz", control.health),
        ("GET", "/exchange/numbers", control.numbers),
        ("POST", "/exchange/numbers", control.add_number),
        ("GET", "/exchange/faults", control.faults),
        ("POST", "/exchange/faults", control.set_faults),
        ("GET", "/exchange/alerts", control.alerts),
        ("GET", "/exchange/calls", control.calls),
        ("GET", "/exchange/calls/{sid}", control.call),
    ]
    return [web.RouteDef(method, path, _refusing(handler), {}) for method, path, handler in pages]


def _refusing(handler: _Handler) -> _Handler:
    async def wrapped(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except ExchangeError as error:
            return web.json_response({"code": error.code, "message": error.message}, status=error.http_status)
        except ConfigError as error:
            return web.json_response({"code": 20001, "message": str(error)}, status=400)

    return wrapped


async def _body(request: web.Request) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise ExchangeError(20001, "expected Content-Type: application/json", 415)
    try:
        data = await request.json()
    except ValueError as error:
        raise ExchangeError(20001, f"not JSON: {error}") from error
    if not isinstance(data, dict):
        raise ExchangeError(20001, "expected a JSON object")
    return data


class _Control:
    """The handlers."""

    def __init__(self, switch: Switch) -> None:
        self.switch = switch

    async def health(self, request: web.Request) -> web.Response:
        """Lives; how many calls it holds, what time it has."""
        _ = request
        live = sum(not call.ended for call in self.switch.calls.values())
        clock = self.switch.clock
        return web.json_response(
            {
                "status": "ok",
                "live_calls": live,
                "calls": len(self.switch.calls),
                "time": clock.now().isoformat(),
                "speed": clock.speed,
            }
        )

    async def numbers(self, request: web.Request) -> web.Response:
        """All numbers with their webhooks."""
        _ = request
        return web.json_response({"numbers": [_number(number) for number in self.switch.numbers.values()]})

    async def add_number(self, request: web.Request) -> web.Response:
        """Add a number, or give a known one other webhooks."""
        data = await _body(request)
        if not isinstance(data.get("number"), str) or not data["number"]:
            raise ExchangeError(21421, "number is missing")
        number = number_from(data)
        self.switch.numbers[number.number] = number
        return web.json_response(_number(number), status=201)

    async def faults(self, request: web.Request) -> web.Response:
        """What is on, what there is, and how the open points are set."""
        _ = request
        return web.json_response(self._faults())

    def _faults(self) -> dict[str, Any]:
        return {"on": self.switch.faults.as_list(), "behaviour": asdict(self.switch.behaviour), "known": FAULTS}

    async def set_faults(self, request: web.Request) -> web.Response:
        """`{"set": {name: {probability, count, seed, seconds, value, only}}, "clear": [names] or true, "behaviour":
        {...}}`.
        """
        data = await _body(request)
        unknown = set(data) - {"set", "clear", "behaviour"}
        if unknown:
            raise ExchangeError(20001, f"unknown field {', '.join(sorted(unknown))}; known: set, clear, behaviour")
        clear = data.get("clear")
        if clear is True:
            self.switch.faults.clear()
        for name in clear if isinstance(clear, list) else ():
            self.switch.faults.clear(str(name))
        if data.get("behaviour"):
            self.switch.behaviour = self.switch.behaviour.changed(data["behaviour"])
        for name, settings in (data.get("set") or {}).items():
            self.switch.faults.set(name, **(settings or {}))
        return web.json_response(self._faults())

    async def alerts(self, request: web.Request) -> web.Response:
        """The debugger, newest first; `?call=SID` for one call's."""
        call = request.query.get("call")
        found = [alert for alert in reversed(self.switch.alerts) if call is None or alert.call_sid == call]
        shown = [asdict(alert) | {"at": alert.at.isoformat()} for alert in found[:_MOST_ALERTS]]
        return web.json_response({"alerts": shown})

    async def calls(self, request: web.Request) -> web.Response:
        """Calls, newest first: the live ones, or with `?all=1` the ended ones too; `?timeline=0` without what
        happened.
        """
        everything = request.query.get("all") == "1"
        timeline = request.query.get("timeline") != "0"
        legs = [leg for leg in reversed(self.switch.legs.values()) if everything or not leg.call.ended]
        return web.json_response({"calls": [show(leg, timeline=timeline) for leg in legs[:_MOST_ALERTS]]})

    async def call(self, request: web.Request) -> web.Response:
        """One call with all that happened on it."""
        leg = self.switch.legs.get(request.match_info["sid"])
        if leg is None:
            raise not_found(request.path)
        return web.json_response(show(leg, timeline=True))


def show(leg: Leg, *, timeline: bool) -> dict[str, Any]:
    """A leg as JSON: who, how it stands, with whom it talks, and its timeline."""
    call = leg.call
    shown: dict[str, Any] = {
        "sid": call.sid,
        "from": call.from_number,
        "to": call.to_number,
        "direction": call.direction,
        "status": call.status,
        "parent": call.parent_sid,
        "talking_with": leg.peer_sid,
        "created": call.date_created.isoformat() if call.date_created else None,
        "answered": call.start_time.isoformat() if call.start_time else None,
        "ended": call.end_time.isoformat() if call.end_time else None,
        "answered_by": call.answered_by,
    }
    if timeline:
        shown["timeline"] = [entry.as_dict() for entry in leg.timeline.entries]
    return shown


def _number(number: Number) -> dict[str, Any]:
    return {
        "number": number.number,
        "friendly_name": number.friendly_name,
        "voice": None if number.voice is None else asdict(number.voice),
        "fallback": None if number.fallback is None else asdict(number.fallback),
        "status": None if number.status is None else {"url": number.status.url, "method": number.status.method},
    }
