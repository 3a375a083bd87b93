"""The switch: the exchange's public face. REST and phones call it; it holds every call, queue, room, recording and
message.

Everything runs on one event loop. All methods are synchronous unless said otherwise, return at once and must be called
on that loop; what they set off goes on in the background. Refusals are `ExchangeError`s in the carrier's codes.
"""

import logging
from collections.abc import Coroutine, Mapping
from datetime import datetime
from typing import Any

from exchange.behaviour import Behaviour
from exchange.clock import Clock
from exchange.conferences import Conferences
from exchange.config import Config
from exchange.errors import ExchangeError, not_found
from exchange.faults import Faults
from exchange.handset import Handset, Line, PhoneBook
from exchange.ids import Ids
from exchange.inbound import carry
from exchange.leg import Goto, HungUp, Leg, Redirected
from exchange.loopback import Loopback, NoPhone
from exchange.messages import Messages
from exchange.orders import PlaceCall
from exchange.outbound import Outbound, inline
from exchange.performers import register
from exchange.player import Player
from exchange.queues import Queues
from exchange.recordings import Recordings
from exchange.records import Alert, Call, Hook, Number
from exchange.status import StatusCallbacks
from exchange.timeline import Timeline
from exchange.webhooks.client import WebhookClient
from exchange.webhooks.desk import WebhookDesk
from exchange.webhooks.fields import call_token
from exchange.webhooks.media import Media

log = logging.getLogger(__name__)
register()


class Switch:
    """A running exchange for one account. `open` before use, `close` after.

    `calls`: every leg by SID, newest last. `numbers`: this account's numbers. `base_url`: where the exchange itself is
    reached, set by the server. `verified`: caller ids that are allowed though no numbers of the account.
    """

    def __init__(self, config: Config, phones: PhoneBook, clock: Clock | None = None, ids: Ids | None = None) -> None:
        self.config = config
        self.phones = phones
        self.clock = clock or config.make_clock()
        self.ids = ids or Ids()
        self.account_sid = config.account_sid
        self.auth_token = config.auth_token
        self.base_url = config.base_url
        self.behaviour: Behaviour = config.behaviour
        self.faults = Faults()
        self.numbers: dict[str, Number] = {number.number: number for number in config.numbers}
        self.verified: set[str] = set(config.verified)
        self.calls: dict[str, Call] = {}
        self.legs: dict[str, Leg] = {}
        client = WebhookClient(self.clock, config.auth_token, self.faults)
        self.desk = WebhookDesk(client, self.clock, self.ids, self.faults, lambda: self.behaviour, config.geo)
        self.media = Media(client)
        self.status = StatusCallbacks(self)
        self.queues = Queues(self)
        self.conferences = Conferences(self)
        self.recordings = Recordings(self)
        self.messages = Messages(self)
        self.outbound = Outbound(self, config.cps)

    async def open(self) -> None:
        """Make what needs the running loop."""
        await self.desk.client.open()

    async def close(self) -> None:
        """Stop every call and close every connection. Nobody is told: the exchange is gone."""
        await self.desk.stop()
        await self.desk.client.close()

    @property
    def alerts(self) -> list[Alert]:
        """The debugger: newest last."""
        return self.desk.alerts

    def now(self) -> datetime:
        """The exchange's time."""
        return self.clock.now()

    # Legs.

    def new_leg(self, call: Call, handset: Handset | None = None) -> Leg:
        """A leg for `call`, its phone looked up where not given. It runs once `start`ed."""
        call.date_created = call.date_updated = self.clock.now()
        found = handset or self.phones.handset(call.to_number)
        if found is None and call.to_number in self.numbers:
            found = Loopback(self)
        leg = Leg(self, call, found or NoPhone())
        self.calls[call.sid] = call
        self.legs[call.sid] = leg
        leg.timeline.add(
            "dialled", call.to_number, direction=call.direction, from_number=call.from_number, parent=call.parent_sid
        )
        self._forget_old()
        return leg

    def start(self, leg: Leg, life: Coroutine[Any, Any, None]) -> None:
        """Run a leg's life, whatever ends it."""
        leg.task = self.desk.spawn(self._live(leg, life), f"leg {leg.call.sid}")

    async def _live(self, leg: Leg, life: Coroutine[Any, Any, None]) -> None:
        try:
            try:
                await life
            except Redirected as redirected:
                await Player(leg).run(redirected.goto)
        except HungUp:
            return
        except Exception as error:
            log.exception("leg %s failed", leg.call.sid)
            self.desk.alert(12400, f"internal failure: {error!r}", leg)
            leg.end("failed", "internal failure")

    def _forget_old(self) -> None:
        """Beyond the configured number, ended calls are forgotten, oldest first."""
        if len(self.calls) <= self.config.keep_calls:
            return
        for sid in [sid for sid, call in self.calls.items() if call.ended][: self.config.keep_calls // 10]:
            del self.calls[sid]
            del self.legs[sid]

    # Phones.

    def dial_in(
        self,
        from_number: str,
        to_number: str,
        handset: Handset,
        *,
        forwarded_from: str | None = None,
        caller_name: str | None = None,
        attestation: str | None = "A",
        parameters: Mapping[str, str] | None = None,
    ) -> Call:
        """A phone dials one of this account's numbers. `handset` hears of everything; `line(call.sid)` drives the leg.

        `from_number` goes out as given (anonymous forms included). `attestation`: A, B, C, any StirVerstat value in
        full, or None (missing). `parameters`: extra form fields. An unknown number ends `failed`.
        """
        anonymous = self.faults.strike("caller_anonymous", to_number)
        if anonymous is not None:
            from_number = anonymous.value or "anonymous"
        named = self.faults.strike("caller_name_utf8", to_number)
        if named is not None:
            caller_name = named.value or "Zoë Müller-Łęcka"
        number = self.numbers.get(to_number)
        call = Call(
            self.ids.call(), self.account_sid, from_number, to_number, "inbound", "ringing",
            forwarded_from=forwarded_from, caller_name=caller_name,
        )  # fmt: skip
        if attestation is not None and not from_number.startswith("client:"):
            passed = f"TN-Validation-Passed-{attestation}"
            call.extra["StirVerstat"] = passed if attestation in {"A", "B", "C"} else attestation
        if self.behaviour.call_token and not from_number.startswith("client:"):
            call.extra["CallToken"] = call_token(call.sid)
        call.extra.update(parameters or {})
        if number is not None:
            call.fallback, call.status_hook = number.fallback, number.status
        leg = self.new_leg(call, handset)
        self.start(leg, carry(leg, number))
        return call

    def leg(self, call_sid: str) -> Leg:
        """20404 where unknown."""
        leg = self.legs.get(call_sid)
        if leg is None:
            raise not_found(f"/Calls/{call_sid}")
        return leg

    def line(self, call_sid: str) -> Line:
        """What the person at that leg's phone can do. 20404 where unknown."""
        return self.leg(call_sid)

    def timeline(self, call_sid: str) -> Timeline:
        """What happened on a leg. 20404 where unknown."""
        return self.leg(call_sid).timeline

    # REST.

    def place(self, order: PlaceCall) -> Call:
        """`POST Calls.json`: returns the queued call; outbound starts are paced at `cps`. 22005 on a day's backlog."""
        return self.outbound.place(order).call

    def get_call(self, sid: str) -> Call:
        """20404 where unknown."""
        return self.leg(sid).call

    def redirect(self, call_sid: str, document: Hook | None = None, twiml: str = "") -> Call:
        """A live call runs another document. 21220 where it is not in progress."""
        leg = self.leg(call_sid)
        self._just_gone(leg)
        if leg.call.status != "in-progress":
            raise ExchangeError(21220, "Call is not in-progress. Cannot redirect.")
        goto = Goto(document) if document is not None else Goto(document=inline(self, leg, twiml))
        leg.send_to(goto)
        return leg.call

    def finish(self, call_sid: str, status: str) -> Call:
        """`completed` ends any state, `canceled` only queued or ringing ones and leaves live calls alone.

        21220 where it is over.
        """
        leg = self.leg(call_sid)
        self._just_gone(leg)
        if leg.call.ended:
            raise ExchangeError(21220, "Call is not in-progress. Cannot redirect.")
        if status == "canceled":
            if self.faults.strike("answer_crosses_cancel", leg.call.to_number):
                leg.answer()
            if leg.call.status in {"queued", "ringing"}:
                leg.end("canceled", "canceled by REST")
        elif status == "completed":
            leg.end("completed" if leg.answered_at is not None else "canceled", "ended by REST")
        else:
            raise ExchangeError(21220, f"Status {status!r} is neither completed nor canceled")
        return leg.call

    def _just_gone(self, leg: Leg) -> None:
        if not leg.call.ended and self.faults.strike("call_gone", leg.call.to_number):
            leg.hang_up()
