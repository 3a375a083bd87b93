"""A small real application that answers TwiML, phones that do as told, and a switch on a fast clock between them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from twilio.request_validator import RequestValidator

from exchange.behaviour import Behaviour
from exchange.clock import fast_clock
from exchange.config import Config
from exchange.handset import Handset, Line, Listening, Sound
from exchange.leg import Leg
from exchange.records import Call, CallStatus, Hook, Number, StatusHook
from exchange.switch import Switch

ACCOUNT = "AC" + "a" * 32
TOKEN = "t" * 32
HOTLINE = "+33139750000"
CALLER = "+33612345678"
AGENT = "+33699000001"
OTHER = "+33699000002"
SPEED = 40.0

Answer = str | web.StreamResponse
Page = str | Callable[[dict[str, str]], "Answer | Awaitable[Answer]"]


@dataclass
class Asked:
    """A request the application got."""

    path: str
    method: str
    form: dict[str, str]
    headers: dict[str, str]
    signed: bool
    query: dict[str, str]


@dataclass
class App:
    """Pages by path; what isn't there is 404. Notices are whatever path begins with /notice."""

    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    base: str = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        posted = {name: str(value) for name, value in (await request.post()).items()}
        query = dict(request.query)
        header = request.headers.get("X-Twilio-Signature", "")
        signed = RequestValidator(TOKEN).validate(f"{self.base}{request.rel_url.raw_path_qs}", posted, header)
        form = posted if request.method == "POST" else query
        self.asked.append(Asked(request.path, request.method, form, dict(request.headers), signed, query))
        if request.path.startswith("/notice"):
            return web.Response(status=204)
        page = self.pages.get(request.path)
        if page is None:
            return web.Response(status=404, text="nothing here")
        answer = page(form) if callable(page) else page
        if isinstance(answer, Awaitable):
            answer = await answer
        if isinstance(answer, web.StreamResponse):
            return answer
        return web.Response(text=f"<Response>{answer}</Response>", content_type="text/xml")

    def to(self, path: str) -> list[Asked]:
        return [asked for asked in self.asked if asked.path == path]

    def forms(self, path: str) -> list[dict[str, str]]:
        return [asked.form for asked in self.to(path)]

    def hook(self, path: str, method: str = "POST") -> Hook:
        return Hook(self.base + path, method)


class Phone:
    """Answers after `after` seconds (None: never) and keeps what happened. `on` maps happenings to deeds."""

    def __init__(self, after: float | None = 0.5, *, machine: bool = False, decline: str | None = None) -> None:
        self.after, self.machine, self.decline = after, machine, decline
        self.lines: list[Line] = []
        self.heard: list[str] = []
        self.sounds: list[Sound] = []
        self.peers: list[str | None] = []
        self.endings: list[CallStatus] = []
        self.listening: Listening | None = None
        self.on_asked: Callable[[Line, Listening], None] | None = None
        self.on_bridged: Callable[[Line, Call | None], None] | None = None
        self.switch: Switch | None = None

    @property
    def line(self) -> Line:
        return self.lines[-1]

    def ringing(self, line: Line) -> None:
        self.lines.append(line)
        if line.call.direction == "inbound":
            return
        loop = asyncio.get_running_loop()
        if self.decline is not None:
            line.decline(self.decline)  # type: ignore[arg-type]
        elif self.after is not None:
            loop.call_later(self.after / SPEED, lambda: line.answer(machine=self.machine))

    def answered(self, line: Line) -> None:
        pass

    def hears(self, line: Line, sound: Sound) -> None:
        self.sounds.append(sound)
        if sound.text:
            self.heard.append(sound.text)

    def asked(self, line: Line, listening: Listening | None) -> None:
        self.listening = listening
        if listening is not None and self.on_asked is not None:
            asyncio.get_running_loop().call_soon(self.on_asked, line, listening)

    def bridged(self, line: Line, peer: Call | None) -> None:
        self.peers.append(None if peer is None else peer.sid)
        if self.on_bridged is not None:
            self.on_bridged(line, peer)

    def ended(self, line: Line, status: CallStatus, reason: str) -> None:
        self.endings.append(status)


class Book(dict[str, Phone]):
    """Numbers to phones."""

    def handset(self, number: str) -> Handset | None:
        return self.get(number)


@dataclass
class Rig:
    app: App
    switch: Switch
    book: Book

    def dial(
        self, phone: Phone | None = None, to: str = HOTLINE, from_number: str = CALLER, **options: Any
    ) -> tuple[Phone, Leg]:
        phone = phone or Phone()
        call = self.switch.dial_in(from_number, to, phone, **options)
        return phone, self.switch.leg(call.sid)

    def phone(self, number: str, phone: Phone | None = None) -> Phone:
        self.book[number] = phone or Phone()
        return self.book[number]

    async def until(self, ready: Callable[[], object], seconds: float = 30.0) -> None:
        """Wait in real seconds."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not ready():
            if asyncio.get_running_loop().time() > deadline:
                raise AssertionError(
                    f"never came about; asked {[a.path for a in self.app.asked[-20:]]}, alerts {self.codes()[-20:]}"
                )
            await asyncio.sleep(0.002)

    async def over(self, leg: Leg) -> None:
        await self.until(lambda: leg.call.ended)
        await asyncio.sleep(0.03)

    def codes(self) -> list[int]:
        return [alert.code for alert in self.switch.alerts]


@asynccontextmanager
async def running(
    speed: float = SPEED, behaviour: Behaviour | None = None, cps: float = 0.0, limit: float = 0.4, **config: Any
) -> AsyncIterator[Rig]:
    app = App()
    server = web.Application()
    server.router.add_route("*", "/{rest:.*}", app.handle)
    runner = web.AppRunner(server, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    app.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    number = Number(HOTLINE, app.hook("/voice"), app.hook("/fallback") if config.pop("fallback", False) else None)
    number.status = StatusHook(app.base + "/notice/number")
    book = Book()
    settings = Config(ACCOUNT, TOKEN, [number], cps=cps, base_url="http://127.0.0.1:1", **config)
    settings.behaviour = behaviour or Behaviour()
    switch = Switch(settings, book, fast_clock(speed, least_timeout=limit))
    await switch.open()
    try:
        yield Rig(app, switch, book)
    finally:
        await switch.close()
        await runner.cleanup()


def play(work: Callable[[Rig], Coroutine[Any, Any, None]], **options: Any) -> None:
    """Run a test against a rig."""

    async def run() -> None:
        async with running(**options) as rig:
            await work(rig)

    asyncio.run(run())
