"""Conferences: rooms by name while live, and what REST does to them and to who sits in them (contract 3.6, 4.4)."""

import builtins
from typing import TYPE_CHECKING

from exchange.announcements import announce
from exchange.errors import ExchangeError, not_found
from exchange.leg import Leg
from exchange.orders import AddParticipant, ParticipantChange, RecordingOrder
from exchange.records import Conference, Hook, Participant, StatusHook
from exchange.rooms import Room, Seat
from exchange.twiml.dial_nouns import ConferenceNoun
from exchange.webhooks.client import FetchError

if TYPE_CHECKING:
    from exchange.switch import Switch

_DEFAULT_EVENTS = frozenset({"start", "end"})


class Conferences:
    """`switch.conferences`."""

    def __init__(self, switch: "Switch") -> None:
        self.switch = switch
        self.all: dict[str, Conference] = {}
        self._live: dict[str, Room] = {}
        self._rooms: dict[str, Room] = {}

    # Calls.

    def open(self, name: str) -> Room:
        """The live room of that name, made where there is none."""
        room = self._live.get(name)
        if room is None:
            now = self.switch.clock.now()
            record = Conference(
                self.switch.ids.conference(), self.switch.account_sid, name, date_created=now, date_updated=now
            )
            room = Room(self.switch, record)
            self.all[record.sid] = record
            self._live[name] = self._rooms[record.sid] = room
        return room

    def sit(self, leg: Leg, noun: ConferenceNoun, status: StatusHook | None, wait: Hook | None) -> Seat:
        """A leg enters a room.

        Raises FetchError: 16020 full, 16024 a bad label, 16025 one in use, 13240 nobody to coach.
        """
        if noun.label_problem is not None:
            raise FetchError(noun.label_problem.code, noun.label_problem.message, "")
        room = self._live.get(noun.name)
        if room is not None and len(room.seats) >= min(room.record.max_participants, noun.max_participants):
            raise FetchError(16020, f"conference {noun.name!r} is full", "")
        if room is not None and noun.label and room.seat(noun.label) is not None:
            raise FetchError(16025, f"label {noun.label!r} is already in use in {noun.name!r}", "")
        if noun.coach and (room is None or noun.coach not in room.seats):
            raise FetchError(13240, f"{noun.coach} is not in conference {noun.name!r}", "")
        room = self.open(noun.name)
        now = self.switch.clock.now()
        participant = room.expected.get(leg.call.sid) or Participant(leg.call.sid, room.record.sid, date_created=now)
        participant.label = noun.label or None
        participant.muted = noun.muted
        participant.coaching = bool(noun.coach)
        participant.call_sid_to_coach = noun.coach or None
        participant.start_conference_on_enter = noun.start_on_enter
        participant.end_conference_on_exit = noun.end_on_exit
        participant.beep = noun.beep
        participant.status = "connected"
        participant.date_updated = now
        if not room.fixed:
            # The first to join fixes where events go, an absent address included (contract 3.6, D).
            room.fixed = True
            room.record.max_participants = noun.max_participants
            faulty = self.switch.faults.strike("conference_without_callbacks", noun.name)
            room.record.status_hook = None if faulty else status
        seat = Seat(leg, participant, room, wait, music=noun.wait_url is None)
        room.enter(seat)
        return seat

    def record(self, room: Room, order: RecordingOrder, source: str = "Conference") -> None:
        """Record a room from now on, unless it already is."""
        if room.recording is None:
            taps = [(seat.leg, place, False) for place, seat in enumerate(room.seats.values())]
            room.recording = self.switch.recordings.begin("", source, order, taps, room.record.sid)

    def ended(self, room: Room) -> None:
        """A room is over: its name is free again."""
        if self._live.get(room.record.friendly_name) is room:
            del self._live[room.record.friendly_name]

    def forget(self, room: Room, call_sid: str) -> None:
        """A participant REST dialled never came."""
        participant = room.expected.pop(call_sid, None)
        if participant is None:
            return
        participant.status = "failed"
        room.event("participant-leave", None, CallSid=call_sid, ReasonParticipantLeft="participant_add_failed")
        if not room.seats and not room.expected and not room.over:
            room.end("last-participant-left", "moderator_ended_conference")

    # REST.

    def get(self, key: str) -> Conference:
        """By SID, or by friendly name while live. 20404 where unknown."""
        if key in self.all:
            return self.all[key]
        if key in self._live:
            return self._live[key].record
        raise not_found(f"/Conferences/{key}")

    def _room(self, key: str) -> Room:
        record = self.get(key)
        room = self._rooms[record.sid]
        if room.over:
            raise ExchangeError(20404, f"The requested resource /Conferences/{key} was not found: it has ended", 404)
        return room

    def _seat(self, key: str, who: str) -> Seat:
        seat = self._room(key).seat(who)
        if seat is None:
            raise not_found(f"/Conferences/{key}/Participants/{who}")
        return seat

    def end(self, sid: str) -> Conference:
        """Everybody out. 20404 where it is over."""
        room = self._room(sid)
        room.end("conference-ended-via-api", "conference_ended_via_api")
        return room.record

    def announce(self, sid: str, document: Hook) -> Conference:
        """Let everybody hear a document."""
        room = self._room(sid)
        announce(room, tuple(room.seats.values()), document)
        return room.record

    def participants(self, sid: str) -> "builtins.list[Participant]":
        """Who is in it, and who is being dialled."""
        room = self._rooms[self.get(sid).sid]
        return [*(seat.participant for seat in room.seats.values()), *room.expected.values()]

    def participant(self, sid: str, who: str) -> Participant:
        """`who`: CallSid or label. 20404 where not there."""
        room = self._room(sid)
        seat = room.seat(who)
        if seat is not None:
            return seat.participant
        for call_sid, participant in room.expected.items():
            if who in {call_sid, participant.label}:
                return participant
        raise not_found(f"/Conferences/{sid}/Participants/{who}")

    def add(self, order: AddParticipant) -> Participant:
        """Dial out into a room; the name form makes the room. Returned at once, `queued`."""
        name = order.conference
        if name in self.all:
            name = self._room(name).record.friendly_name
        room = self.open(name)
        if order.label and room.seat(order.label) is not None:
            raise ExchangeError(16025, f"Participant label {order.label} is already in use")
        return self.switch.outbound.into_room(room, order)

    def update_participant(self, sid: str, who: str, change: ParticipantChange) -> Participant:
        """Mute, hold, coach, announce. 20404 where gone, 13240 where the coached one isn't there."""
        seat = self._seat(sid, who)
        room, participant = seat.room, seat.participant
        self._coach(seat, change)
        if change.end_on_exit is not None:
            participant.end_conference_on_exit = change.end_on_exit
            room.event("participant-modify", seat)
        if change.beep_on_exit is not None:
            participant.beep = _beep(participant.beep, on_exit=change.beep_on_exit)
        if change.muted is not None and change.muted != participant.muted:
            participant.muted = change.muted
            room.event("participant-mute" if change.muted else "participant-unmute", seat)
        if change.hold_document is not None:
            seat.hold = change.hold_document
        if change.hold is not None and change.hold != participant.hold:
            participant.hold = change.hold
            room.event("participant-hold" if change.hold else "participant-unhold", seat)
            seat.changed()
            room.settle()
        if change.wait is not None:
            seat.wait = change.wait
            seat.changed()
        if change.announce is not None:
            announce(room, (seat,), change.announce)
        participant.date_updated = self.switch.clock.now()
        return participant

    def _coach(self, seat: Seat, change: ParticipantChange) -> None:
        participant = seat.participant
        if change.coach is not None:
            if change.coach not in seat.room.seats:
                raise ExchangeError(13240, f"{change.coach} is not in the conference")
            participant.call_sid_to_coach = change.coach
        if change.coaching is not None:
            participant.coaching = change.coaching
        if change.coach is not None or change.coaching is not None:
            seat.room.event("participant-modify", seat)

    def kick(self, sid: str, who: str) -> None:
        """Out with one: its Dial is over and its action or next verb runs."""
        seat = self._seat(sid, who)
        seat.room.leave(seat, "participant_updated_via_api", "kick")

    def list(self) -> "builtins.list[Conference]":
        """Newest first."""
        return builtins.list(self.all.values())[::-1]


def default_events(hook: StatusHook | None) -> StatusHook | None:
    """Participants' `ConferenceStatusCallback` without events means start and end (contract 4.4, O)."""
    if hook is None or hook.events:
        return hook
    return StatusHook(hook.url, hook.method, _DEFAULT_EVENTS)


def _beep(beep: str, *, on_exit: bool) -> str:
    enters = beep in {"true", "onEnter"}
    if on_exit:
        return "true" if enters else "onExit"
    return "onEnter" if enters else "false"
