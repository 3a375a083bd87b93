"""Inside a conference: seats, who hears whom, when it starts and ends, and its events (contract 3.6, D)."""

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from exchange.handset import Sound
from exchange.leg import Leg
from exchange.records import Conference, Hook, Participant, Recording
from exchange.webhooks.desk import rfc2822

if TYPE_CHECKING:
    from exchange.switch import Switch

Mode = Literal["wait", "hold", "talk", "out"]
_EVENTS = {
    "conference-start": "start",
    "conference-end": "end",
    "participant-join": "join",
    "participant-leave": "leave",
    "participant-mute": "mute",
    "participant-unmute": "mute",
    "participant-hold": "hold",
    "participant-unhold": "hold",
    "participant-modify": "modify",
    "participant-speech-start": "speaker",
    "participant-speech-stop": "speaker",
    "announcement-end": "announcement",
    "announcement-fail": "announcement",
}
_BEEP = 0.3
_CONVERSATION = 2
_ENDED_BY_MODERATOR = "moderator_ended_conference"


@dataclass(slots=True, eq=False)
class Seat:
    """A leg in a room. `wait` None is silence unless `music`; `version` counts changes its player must look at."""

    leg: Leg
    participant: Participant
    room: "Room"
    wait: Hook | None = None
    music: bool = False
    hold: Hook | None = None
    out: bool = False
    version: int = 0
    partner: Leg | None = None

    @property
    def mode(self) -> Mode:
        """What the leg hears now."""
        if self.out:
            return "out"
        if self.participant.hold:
            return "hold"
        return "talk" if self.room.started else "wait"

    def changed(self) -> None:
        """Let the seat's player look again."""
        self.version += 1
        self.leg.ring_bell()

    def hearers(self) -> list[Leg]:
        """Who hears this person."""
        if self.mode != "talk" or self.participant.muted:
            return []
        others = [seat for seat in self.room.seats.values() if seat is not self and seat.mode == "talk"]
        if self.participant.coaching:
            others = [seat for seat in others if seat.leg.call.sid == self.participant.call_sid_to_coach]
        return [seat.leg for seat in others]


@dataclass(slots=True, eq=False)
class Room:
    """A live conference. `expected`: participants REST is still dialling, by CallSid."""

    switch: "Switch"
    record: Conference
    seats: dict[str, Seat] = field(default_factory=dict)
    expected: dict[str, Participant] = field(default_factory=dict)
    recording: Recording | None = None
    fixed: bool = False

    @property
    def started(self) -> bool:
        """Whether people hear each other."""
        return self.record.status == "in-progress"

    @property
    def over(self) -> bool:
        """Whether it has ended for good."""
        return self.record.status == "completed"

    def seat(self, who: str) -> Seat | None:
        """By CallSid or label."""
        found = self.seats.get(who)
        return found or next((seat for seat in self.seats.values() if seat.participant.label == who), None)

    # Coming and going.

    def enter(self, seat: Seat) -> None:
        """Sit down. Starts the conference where that makes two of whom one starts it."""
        leg = seat.leg
        self.expected.pop(leg.call.sid, None)
        self.seats[leg.call.sid] = self.seats.pop(leg.call.sid, seat)
        self.record.participants[leg.call.sid] = seat.participant
        leg.hearers = seat.hearers
        leg.timeline.add("joined", self.record.friendly_name, room=self.record.sid)
        if seat.participant.coaching:
            coached = self.seats.get(seat.participant.call_sid_to_coach or "")
            if coached is not None:
                coached.leg.timeline.add("coached", leg.call.sid)
        self.event("participant-join", seat)
        if self.started and seat.participant.beep in {"true", "onEnter"}:
            self._beep(but=seat)
        self._start()
        if self.recording is not None:
            self.switch.recordings.tap(self.recording, leg, len(self.seats) - 1)
        self.settle()

    def _start(self) -> None:
        starters = any(seat.participant.start_conference_on_enter for seat in self.seats.values())
        if self.started or len(self.seats) < _CONVERSATION or not starters:
            return
        self.record.status = "in-progress"
        self.touch()
        self.event("conference-start")
        for seat in self.seats.values():
            seat.changed()

    def leave(self, seat: Seat, reason: str, ended_by: str = "") -> None:
        """Get up; the last one out, or one who ends it, ends the conference. Nothing where already out."""
        if seat.out:
            return
        seat.out = True
        sid = seat.leg.call.sid
        self.seats.pop(sid, None)
        self.record.participants.pop(sid, None)
        seat.participant.status = "complete"
        seat.leg.hearers = list
        if seat.partner is not None:
            seat.partner = None
            seat.leg.is_bridged(None)
        seat.leg.timeline.add("left", self.record.friendly_name, room=self.record.sid, reason=reason)
        self.event("participant-leave", seat, ParticipantCallStatus=seat.leg.call.status, ReasonParticipantLeft=reason)
        if self.started and seat.participant.beep in {"true", "onExit"}:
            self._beep(but=seat)
        seat.changed()
        if self.over:
            return
        kicked = reason == "participant_updated_via_api" and ended_by == "kick"
        if seat.participant.end_conference_on_exit:
            how = "kicked" if kicked else "left"
            self.end(f"participant-with-end-conference-on-exit-{how}", _ENDED_BY_MODERATOR, seat)
        elif not self.seats and not self.expected:
            self.end(f"last-participant-{'kicked' if kicked else 'left'}", _ENDED_BY_MODERATOR, seat)
        else:
            self.settle()

    def end(self, reason: str, left_because: str, by: Seat | None = None) -> None:
        """Over: everybody's Dial ends."""
        if self.over:
            return
        self.record.status = "completed"
        self.record.reason_ended = reason
        self.record.call_sid_ending = None if by is None else by.leg.call.sid
        self.touch()
        self.switch.conferences.ended(self)
        for seat in tuple(self.seats.values()):
            self.leave(seat, left_because)
        if self.recording is not None:
            self.switch.recordings.finish(self.recording)
        ending = {"ReasonConferenceEnded": reason, "Reason": reason.replace("-", " ")}
        if by is not None:
            ending["CallSidEndingConference"] = by.leg.call.sid
            if by.participant.label:
                ending["ParticipantLabelEndingConference"] = by.participant.label
        self.event("conference-end", None, **ending)

    # Who talks with whom.

    def settle(self) -> None:
        """Tell each seat whom it talks with: the first other one who talks, None where there is none."""
        talking = [seat for seat in self.seats.values() if seat.mode == "talk"]
        for seat in tuple(self.seats.values()):
            others = [other.leg for other in talking if other is not seat] if seat in talking else []
            partner = seat.partner if seat.partner in others else (others[0] if others else None)
            if partner is not seat.partner:
                seat.partner = partner
                seat.leg.is_bridged(partner)

    def _beep(self, but: Seat) -> None:
        for seat in self.seats.values():
            if seat is not but and seat.mode == "talk":
                seat.leg.tell(Sound("beep", seconds=_BEEP))

    # Events.

    def touch(self) -> None:
        """It changed now."""
        self.record.date_updated = self.switch.clock.now()

    def event(self, name: str, seat: Seat | None = None, **extra: str) -> None:
        """Tell whoever the first to join named (contract 3.6, D)."""
        hook = self.record.status_hook
        if hook is None or _EVENTS[name] not in hook.events:
            return
        self.record.sequence += 1
        form = {
            "ConferenceSid": self.record.sid,
            "FriendlyName": self.record.friendly_name,
            "AccountSid": self.record.account_sid,
            "SequenceNumber": str(self.record.sequence),
            "Timestamp": rfc2822(self.switch.clock.now()),
            "StatusCallbackEvent": name,
        }
        if seat is not None:
            form |= _participant_fields(seat.participant)
        target = Hook(hook.url, hook.method)
        self.switch.desk.notify(target, form | extra, "conference", None if seat is None else seat.leg, 16011)

    def later(self, seconds: float, seat: Seat) -> asyncio.TimerHandle:
        """After `seconds` the seat's Dial has lasted long enough."""
        delay = self.switch.clock.real(seconds)
        return asyncio.get_running_loop().call_later(delay, self.leave, seat, "participant_updated_via_api")


def _participant_fields(participant: Participant) -> dict[str, str]:
    def yes(value: bool) -> str:
        return "true" if value else "false"

    fields = {
        "CallSid": participant.call_sid,
        "Muted": yes(participant.muted),
        "Hold": yes(participant.hold),
        "Coaching": yes(participant.coaching),
        "EndConferenceOnExit": yes(participant.end_conference_on_exit),
        "StartConferenceOnEnter": yes(participant.start_conference_on_enter),
    }
    if participant.label:
        fields["ParticipantLabel"] = participant.label
    if participant.call_sid_to_coach:
        fields["CallSidToCoach"] = participant.call_sid_to_coach
    return fields
