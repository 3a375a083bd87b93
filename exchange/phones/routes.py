"""The phones' HTTP face (`protocol.md`): place calls, drive them, follow them; scripted phones; the browser phone.

The exchange listens on loopback, where any web page the operator visits could reach it: changes are taken only as JSON
(a page of another origin can't send it without asking first, and is never allowed), sockets only from its own pages.
"""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from aiohttp import web

from exchange.load.routes import load_routes
from exchange.phones.book import Phones
from exchange.phones.browser import BrowserSocket
from exchange.phones.decode import ScriptProblem, phone, script
from exchange.phones.desk import Desk
from exchange.phones.traced import TracedCall, audio_of
from exchange.switch import Switch

STATIC = Path(__file__).parent / "static"
CONTENT_POLICY = (  # `{}`: who may show the phone in a frame
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "media-src http: https:; "  # what documents play lies wherever they say
    "base-uri 'none'; form-action 'none'; frame-ancestors {}"
)
PAGE_HEADERS = {
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".html": "text/html",
    ".webmanifest": "application/json",
}
NDJSON = "application/x-ndjson"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def routes(switch: Switch) -> list[web.AbstractRouteDef]:
    """What the exchange's server mounts (`app.add_routes(routes(switch))`). `switch.phones` has to be a `Phones`."""
    phones = switch.phones
    if not isinstance(phones, Phones):
        raise TypeError("the phones' routes need an exchange.phones.book.Phones as the switch's phone book")
    face = _Face(Desk(switch, phones), switch.config.framed_by)
    return [
        web.get("/phone", face.page),
        web.get("/phone/{name}", face.static),
        web.get("/phones", face.phones),
        web.post("/phones/scripted", face.add),
        web.delete("/phones/scripted/{number}", face.remove),
        web.get("/phones/socket", face.socket),
        web.post("/phones/calls", face.place),
        web.get("/phones/calls/{sid}", face.summary),
        web.get("/phones/calls/{sid}/events", face.events),
        web.post("/phones/calls/{sid}/press", face.press),
        web.post("/phones/calls/{sid}/speak", face.speak),
        web.post("/phones/calls/{sid}/hang-up", face.hang_up),
        *load_routes(switch),
    ]


class _Face:
    """The handlers."""

    def __init__(self, desk: Desk, framed_by: Iterable[str] = ()) -> None:
        self.desk = desk
        rules = CONTENT_POLICY.format(" ".join(framed_by) or "'none'")
        self.headers = {**PAGE_HEADERS, "Content-Security-Policy": rules}

    async def page(self, request: web.Request) -> web.StreamResponse:
        del request
        return _file("index.html", self.headers)

    async def static(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name not in {path.name for path in STATIC.iterdir()}:
            raise _refuse(404, f"no file {name}")
        return _file(name, self.headers)

    async def phones(self, request: web.Request) -> web.StreamResponse:
        del request
        phones = self.desk.phones
        return web.json_response(
            {
                "numbers": [{"number": n.number, "name": n.friendly_name} for n in self.desk.switch.numbers.values()],
                "scripted": [
                    {"name": p.spec.name, "number": p.spec.number, "busy": p.busy, "calls": p.calls}
                    for p in phones.scripted.values()
                ],
                "registered": [{"name": name, "number": number} for number, (name, _) in phones.registered.items()],
            }
        )

    async def add(self, request: web.Request) -> web.StreamResponse:
        try:
            spec = phone(await _body(request))
        except ScriptProblem as problem:
            raise _refuse(400, *problem.problems) from problem
        self.desk.phones.add(spec)
        return web.json_response({"name": spec.name, "number": spec.number}, status=201)

    async def remove(self, request: web.Request) -> web.StreamResponse:
        number = request.match_info["number"]
        if not self.desk.phones.remove(number):
            raise _refuse(404, f"no scripted phone {number}")
        return web.Response(status=204)

    async def place(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        from_number, to_number = body.get("from"), body.get("to")
        if not isinstance(from_number, str) or not isinstance(to_number, str) or not to_number:
            raise _refuse(400, "`from` and `to` have to be numbers as text")
        seed = body.get("seed", 0)
        try:
            behaviour = script(body["script"]) if body.get("script") is not None else None
        except ScriptProblem as problem:
            raise _refuse(400, *problem.problems) from problem
        sid, _ = self.desk.place(from_number, to_number, behaviour, seed if isinstance(seed, int) else 0)
        where = f"/phones/calls/{sid}"
        return web.json_response(
            {"call_sid": sid, "events": f"{where}/events"}, status=201, headers={"Location": where}
        )

    async def summary(self, request: web.Request) -> web.StreamResponse:
        sid, traced = self._call(request)
        return web.json_response(self.desk.summary(sid, traced))

    async def events(self, request: web.Request) -> web.StreamResponse:
        sid, traced = self._call(request)
        after = request.query.get("after", "0")
        if not after.isdigit():
            raise _refuse(400, "`after` has to be the number of an entry")
        reply = web.StreamResponse(headers={"Content-Type": NDJSON, "Cache-Control": "no-store"})
        await reply.prepare(request)
        async for entry in traced.transcript.follow(int(after)):
            await reply.write(_line(entry.json()))
        await reply.write(_line({"type": "summary", **self.desk.summary(sid, traced)}))
        await reply.write_eof()
        return reply

    async def press(self, request: web.Request) -> web.StreamResponse:
        _, traced = self._call(request)
        keys = (await _body(request)).get("keys")
        if not isinstance(keys, str) or not keys or set(keys) - set("0123456789*#ABCDwW"):
            raise _refuse(400, "`keys` has to be text of 0-9 * # A-D w W")
        if traced.line is not None:
            traced.line.press(keys)
        return web.Response(status=204)

    async def speak(self, request: web.Request) -> web.StreamResponse:
        _, traced = self._call(request)
        body = await _body(request)
        text, audio = body.get("text", ""), body.get("audio")
        try:
            wav = audio_of(str(audio)) if audio else None
        except ValueError as error:
            raise _refuse(400, str(error)) from error
        if not isinstance(text, str) or not (text or wav):
            raise _refuse(400, "`text` or `audio` has to be there")
        if traced.line is not None:
            traced.line.speak(text, None, wav)
        return web.Response(status=204)

    async def hang_up(self, request: web.Request) -> web.StreamResponse:
        _, traced = self._call(request)
        await _body(request)
        if traced.line is not None:
            traced.line.hang_up()
        return web.Response(status=204)

    async def socket(self, request: web.Request) -> web.StreamResponse:
        origin = request.headers.get("Origin")
        if origin is not None and origin.partition("://")[2] != request.host:
            raise _refuse(403, "phones connect only from the exchange's own pages")
        socket = web.WebSocketResponse(heartbeat=20.0, max_msg_size=24 * 2**20)
        await socket.prepare(request)
        await BrowserSocket(self.desk, socket).serve()
        return socket

    def _call(self, request: web.Request) -> tuple[str, TracedCall]:
        sid = request.match_info["sid"]
        traced = self.desk.calls.get(sid)
        if traced is None:
            raise _refuse(404, f"no call {sid} was placed here")
        return sid, traced


def _file(name: str, headers: Mapping[str, str]) -> web.StreamResponse:
    path = STATIC / name
    kind = TYPES[path.suffix]
    return web.Response(body=path.read_bytes(), content_type=kind, charset="utf-8", headers=headers)


async def _body(request: web.Request) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise _refuse(415, "send application/json")
    try:
        body = await request.json()
    except json.JSONDecodeError as error:
        raise _refuse(400, f"not JSON: {error}") from error
    if not isinstance(body, dict):
        raise _refuse(400, "expected a JSON object")
    return body


def _line(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode() + b"\n"


def _refuse(status: int, *problems: str) -> web.HTTPException:
    text = json.dumps({"errors": list(problems)}, ensure_ascii=False)
    kinds: dict[int, type[web.HTTPException]] = {
        400: web.HTTPBadRequest,
        403: web.HTTPForbidden,
        404: web.HTTPNotFound,
        415: web.HTTPUnsupportedMediaType,
    }
    return kinds[status](text=text, content_type="application/json")
