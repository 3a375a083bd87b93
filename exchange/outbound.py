"""Calls REST places, paced at the account's calls per second (contract 4.1, 4.4, 8)."""

from typing import TYPE_CHECKING

from exchange.conferences import default_events
from exchange.errors import ExchangeError
from exchange.leg import Goto, Leg
from exchange.orders import AddParticipant, Detection, PlaceCall, RecordingOrder
from exchange.player import Player
from exchange.records import Call, Participant, StatusHook
from exchange.ringing import detect, ring, send_digits
from exchange.rooms import Room
from exchange.twiml import parse
from exchange.twiml.dial import Dial
from exchange.twiml.dial_nouns import ConferenceNoun
from exchange.twiml.model import Broken, Document, Problem, UnreadableError

if TYPE_CHECKING:
    from exchange.switch import Switch

_BACKLOG_SECONDS = 24 * 3600.0


class Outbound:
    """Outbound starts, `cps` a second; 0 paces nothing."""

    def __init__(self, switch: "Switch", cps: float) -> None:
        self.switch = switch
        self.cps = cps
        self._next = 0.0

    def _slot(self) -> float:
        """Seconds until this call may start. 22005 where a day's worth is waiting."""
        now = self.switch.clock.seconds()
        start = max(now, self._next)
        if start - now > _BACKLOG_SECONDS:
            raise ExchangeError(22005, "More than 24 hours of calls are queued", 400)
        if self.cps > 0:
            self._next = start + 1.0 / self.cps
        return start - now

    def place(self, order: PlaceCall) -> Leg:
        """`POST Calls.json`. Returns the queued leg."""
        wait = self._slot()
        leg = self._leg(order.caller_id or order.from_number, order.to_number, order.status, wait)
        leg.call.fallback = order.fallback
        leg.call.extra.update(order.parameters)
        goto = (
            Goto(order.document) if order.document is not None else Goto(document=inline(self.switch, leg, order.twiml))
        )
        life = self._live(
            leg,
            wait,
            goto,
            timeout=order.timeout,
            time_limit=order.time_limit,
            detection=order.detection,
            digits=order.send_digits,
            recording=order.recording,
        )
        self.switch.start(leg, life)
        return leg

    def into_room(self, room: Room, order: AddParticipant) -> Participant:
        """`POST Participants.json`. Returns the queued participant."""
        wait = self._slot()
        leg = self._leg(order.caller_id or order.from_number, order.to_number, order.status, wait)
        now = self.switch.clock.now()
        participant = Participant(
            leg.call.sid, room.record.sid, order.label, order.muted, False, order.coach is not None, order.coach,
            order.start_on_enter, order.end_on_exit, order.beep, "queued", leg.call.queue_time_ms, now, now,
        )  # fmt: skip
        room.expected[leg.call.sid] = participant
        leg.on_end.append(lambda: self.switch.conferences.forget(room, leg.call.sid))
        goto = Goto(document=Document((_dial(room, order),)))
        life = self._live(
            leg,
            wait,
            goto,
            timeout=order.timeout,
            time_limit=order.time_limit,
            detection=order.detection,
            recording=order.record,
        )
        self.switch.start(leg, life)
        return participant

    def _leg(self, from_number: str, to_number: str, status: StatusHook | None, wait: float) -> Leg:
        switch = self.switch
        call = Call(
            switch.ids.call(), switch.account_sid, from_number, to_number, "outbound-api",
            queue_time_ms=round(wait * 1000), status_hook=status,
        )  # fmt: skip
        return switch.new_leg(call)

    async def _live(
        self,
        leg: Leg,
        wait: float,
        goto: Goto,
        *,
        timeout: float,
        time_limit: float | None,
        detection: Detection | None,
        digits: str = "",
        recording: RecordingOrder | None = None,
    ) -> None:
        if wait > 0:
            await leg.wait(wait)
        if recording is not None and recording.from_ringing:
            self.switch.recordings.of_leg(leg, "OutboundAPI", recording)
        await ring(leg, timeout + self.switch.behaviour.extra_dial_seconds)
        if time_limit is not None:
            leg.limit(time_limit, f"the time limit of {time_limit:g} s")
        if recording is not None and not recording.from_ringing:
            self.switch.recordings.of_leg(leg, "OutboundAPI", recording)
        await send_digits(leg, digits)
        if detection is not None and not digits:
            # SendDigits switches machine detection off (contract 4.1, O).
            await detect(leg, detection)
        await Player(leg).run(goto)


def inline(switch: "Switch", leg: Leg, twiml: str) -> Document:
    """TwiML given in the request. One that can't be read fails when it is run, as a fetched one would."""
    try:
        document = parse.read(twiml)
    except UnreadableError as error:
        switch.desk.alert(error.code, error.message, leg)
        return Document((Broken("Response", Problem(error.code, error.message, "error"), fatal=True),))
    for problem in document.problems:
        switch.desk.alert(problem.code, problem.message, leg, warning=problem.level == "warning")
    return document


def _dial(room: Room, order: AddParticipant) -> Dial:
    """The Dial Conference a participant's leg runs."""
    status = default_events(order.conference_status)
    record = order.conference_record
    noun = ConferenceNoun(
        name=room.record.friendly_name,
        muted=order.muted,
        beep=order.beep,
        start_on_enter=order.start_on_enter,
        end_on_exit=order.end_on_exit,
        label=order.label or "",
        label_problem=None,
        wait_url=None if order.wait is None else order.wait.url,
        wait_method="POST" if order.wait is None else order.wait.method,
        max_participants=order.max_participants,
        record=record is not None,
        trim="do-not-trim" if record is None else record.trim,
        recording_url="" if record is None or record.hook is None else record.hook.url,
        recording_method="POST" if record is None or record.hook is None else record.hook.method,
        recording_events=frozenset() if record is None or record.hook is None else record.hook.events,
        coach=order.coach or "",
        status_url="" if status is None else status.url,
        status_method="POST" if status is None else status.method,
        status_events=frozenset() if status is None else status.events,
    )
    return Dial(
        action=None, method="POST", timeout=30.0, time_limit=order.time_limit or 14400.0, caller_id="",
        answer_on_bridge=False, hangup_on_star=False, record="", trim="do-not-trim", recording_url="",
        recording_method="POST", recording_events=frozenset(), recording_track="both", sequential=False,
        conference=noun,
    )  # fmt: skip
