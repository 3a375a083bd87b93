"""Two worlds for the contract of the `Carrier` port: the fake in memory, and REST through `twilio` to an exchange."""

import socket
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from exchange.config import Config
from exchange.records import Hook, Number
from ivr.carrier.rest import Credentials, RestCarrier
from ivr.services.ports import Carrier, CarrierError
from tests.exchange.contract.exchange_thread import ExchangeThread, LoopThread
from tests.exchange.contract.handsets import Desk, Phone
from tests.exchange.contract.webhook_app import Application, eventually
from tests.fakes import FakeCarrier

ACCOUNT, TOKEN = "AC" + "5a" * 16, "a token of the contract suite"
OWN, AGENT, OTHER = "+33139753975", "+33612345678", "+33698765432"
SPEED = 20.0


class World(Protocol):
    """A carrier and what a test needs to see and do around it. Phones ring until `pick_up`."""

    @property
    def carrier(self) -> Carrier: ...

    def now(self) -> datetime:
        """The carrier's time, to the second before."""

    def pick_up(self, leg: str) -> None:
        """The phone of a leg is answered."""

    def fetched(self, leg: str, path: str) -> None:
        """Wait until the leg has asked for that document."""

    def dial_in(self) -> str:
        """Somebody calls `OWN`; their leg."""

    def hang_up(self, leg: str) -> None:
        """The phone of a leg is hung up, or never picked up: not by a request."""

    def too_many(self) -> None:
        """The next request is refused by rate."""

    def lost_answer(self) -> None:
        """The next request is carried out, and its answer lost."""

    def close(self) -> None: ...


def ring(world: World, to: str = AGENT, path: str = "/voice/offer/r") -> str:
    """Ring a phone; the leg."""
    return world.carrier.call(to_number=to, from_number=OWN, path=path, status_path=f"/notice{path}", ring_seconds=20)


@dataclass
class FakeWorld:
    """The fake."""

    carrier: FakeCarrier = field(default_factory=FakeCarrier)

    def now(self) -> datetime:
        return self.carrier.clock.now() - timedelta(seconds=1)

    def pick_up(self, leg: str) -> None:
        self.carrier.pick_up(leg)

    def fetched(self, leg: str, path: str) -> None:
        assert (leg, path) in [(made.sid, made.path) for made in self.carrier.legs.values()] + self.carrier.redirects

    def dial_in(self) -> str:
        sid = f"CA{'d' * 32}"
        self.carrier.inbound(sid, to_number=OWN)
        return sid

    def hang_up(self, leg: str) -> None:
        self.carrier.legs[leg].status = "completed"

    def too_many(self) -> None:
        self._next(CarrierError("too many", code=20429, retry=True), after=False)

    def lost_answer(self) -> None:
        self._next(CarrierError("no answer", ambiguous=True), after=True)

    def close(self) -> None:
        pass

    def _next(self, error: CarrierError, *, after: bool) -> None:
        for request in ("call", "redirect", "hang_up", "text"):
            self.carrier.fail(request, error, after=after)


class ExchangeWorld:
    """The adapter, the real library, an exchange and an application that it calls."""

    def __init__(self) -> None:
        now = time.time()
        self._phones = {AGENT: Phone("ring"), OTHER: Phone("ring")}
        self._listening = socket.create_server(("127.0.0.1", 0))
        base = "http://{}:{}".format(*self._listening.getsockname())
        self._app = Application(TOKEN)
        # Who calls in is answered and hears nothing: without a webhook the exchange ends the call at its own pace.
        own = Number(OWN, Hook(f"{self._app.url}/live"))
        config = Config(ACCOUNT, TOKEN, [own], {}, base_url=base, clock=f"{SPEED}@{now}={now}", cps=0)
        self._thread = LoopThread()
        self._exchange = ExchangeThread(self._thread, config, Desk(self._phones), self._listening)
        self.carrier = RestCarrier(Credentials(ACCOUNT, TOKEN), self._app.url, api_url=base)

    def now(self) -> datetime:
        return self._exchange.switch.clock.now().astimezone(UTC) - timedelta(seconds=1)

    def pick_up(self, leg: str) -> None:
        eventually(lambda: self.carrier.leg(leg).status == "ringing")
        self._thread.call(lambda: self._exchange.switch.line(leg).answer())
        eventually(lambda: self.carrier.leg(leg).status == "in-progress")

    def fetched(self, leg: str, path: str) -> None:
        eventually(lambda: any(request.form["CallSid"] == leg for request in self._app.at(path)))

    def dial_in(self) -> str:
        switch = self._exchange.switch
        return str(self._thread.call(lambda: switch.dial_in(AGENT, OWN, Phone("ring")).sid))

    def hang_up(self, leg: str) -> None:
        self._thread.call(lambda: self._exchange.switch.line(leg).hang_up())
        eventually(lambda: self.carrier.leg(leg).over)

    def too_many(self) -> None:
        self._fault("rest_429")

    def lost_answer(self) -> None:
        self._fault("rest_drop_after_acting")

    def close(self) -> None:
        self._exchange.stop()
        self._app.stop()
        self._thread.stop()
        self._listening.close()
        assert self._app.forged == [], "requests with a wrong signature"

    def _fault(self, name: str) -> None:
        self._thread.call(lambda: self._exchange.switch.faults.set(name, count=1))
