"""Recordings: begun, paused, stopped, made into audio when fetched, and their callbacks (contract 4.5)."""

import asyncio
import builtins
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from exchange.errors import ExchangeError, not_found
from exchange.leg import Leg, Taping
from exchange.orders import RecordingOrder
from exchange.records import Hook, Recording, StatusHook
from exchange.tape import Segment, Tape, mono, render
from exchange.webhooks.desk import rfc2822

if TYPE_CHECKING:
    from exchange.switch import Switch

_RUNNING = frozenset({"in-progress", "paused"})


@dataclass(slots=True)
class Deck:
    """A recording's machinery while it runs, and its tape until it is deleted."""

    tape: Tape
    hook: StatusHook | None
    trim: bool
    taps: list[tuple[Leg, Taping]] = field(default_factory=list)
    length: float = 0.0
    trimmed: list[Segment] = field(default_factory=list)


class Recordings:
    """`switch.recordings`."""

    def __init__(self, switch: "Switch") -> None:
        self.switch = switch
        self.all: dict[str, Recording] = {}
        self._decks: dict[str, Deck] = {}
        self._by_call: dict[str, builtins.list[str]] = {}

    def begin(
        self,
        call_sid: str,
        source: str,
        order: RecordingOrder,
        taps: "builtins.list[tuple[Leg, int, bool]]",
        room: str | None = None,
    ) -> Recording:
        """Start recording; `taps` are legs with the channel of their voice and whether what they hear counts too."""
        now = self.switch.clock.now()
        recording = Recording(
            self.switch.ids.recording(), self.switch.account_sid, call_sid, source, "in-progress", order.channels,
            order.track, room, now, now, now,
        )  # fmt: skip
        deck = Deck(Tape(self.switch.clock.seconds()), order.hook, order.trim == "trim-silence")
        self.all[recording.sid] = recording
        self._decks[recording.sid] = deck
        self._by_call.setdefault(room or call_sid, []).append(recording.sid)
        for leg, channel, heard in taps:
            self.tap(recording, leg, channel, heard=heard)
        self._notify(recording, "in-progress")
        return recording

    def tap(self, recording: Recording, leg: Leg, channel: int, *, heard: bool = False) -> None:
        """One more leg is recorded."""
        deck = self._decks[recording.sid]
        taping = Taping(deck.tape, min(channel, 1), heard)
        deck.taps.append((leg, taping))
        leg.tapes.append(taping)
        leg.timeline.add("recorded", "begins", recording=recording.sid)

    def finish(self, recording: Recording, status: str = "completed") -> None:
        """Stop; it is `completed` (or `absent`) a moment later. Nothing where it already stopped."""
        if recording.status not in _RUNNING:
            return
        deck = self._decks[recording.sid]
        now = self.switch.clock.seconds()
        for leg, taping in deck.taps:
            if taping in leg.tapes:
                leg.tapes.remove(taping)
        deck.length = deck.tape.position(now)
        deck.trimmed = [
            Segment(part.channel, part.start, min(part.seconds, deck.length - part.start), part.audio)
            for part in deck.tape.segments
            if part.start < deck.length
        ]
        if deck.trim and deck.trimmed:
            first = min(part.start for part in deck.trimmed)
            deck.length = max(part.start + part.seconds for part in deck.trimmed) - first
            deck.trimmed = [
                Segment(part.channel, part.start - first, part.seconds, part.audio) for part in deck.trimmed
            ]
        recording.status = "processing"
        recording.duration = round(deck.length)
        recording.date_updated = self.switch.clock.now()
        deck.taps.clear()
        self.switch.desk.spawn(self._ready(recording, status), f"recording {recording.sid}")

    async def _ready(self, recording: Recording, status: str) -> None:
        await self.switch.clock.sleep(self.switch.behaviour.recording_seconds)
        if recording.status == "processing":
            recording.status = status
            recording.date_updated = self.switch.clock.now()
            self._notify(recording, status)

    def _notify(self, recording: Recording, event: str) -> None:
        deck = self._decks[recording.sid]
        if deck.hook is None or event not in deck.hook.events:
            return
        started = recording.start_time or self.switch.clock.now()
        form = {
            "AccountSid": recording.account_sid,
            "RecordingSid": recording.sid,
            "RecordingUrl": self.url(recording.sid),
            "RecordingStatus": event,
            "RecordingChannels": str(recording.channels),
            "RecordingStartTime": rfc2822(started),
            "RecordingSource": recording.source,
            "RecordingTrack": recording.track,
            "ErrorCode": str(recording.error_code or 0),
        }
        if recording.call_sid:
            form["CallSid"] = recording.call_sid
        if recording.conference_sid:
            form["ConferenceSid"] = recording.conference_sid
        if event != "in-progress":
            form["RecordingDuration"] = str(recording.duration)
        leg = self.switch.legs.get(recording.call_sid)
        self.switch.desk.notify(Hook(deck.hook.url, deck.hook.method), form, "recording", leg)

    def url(self, sid: str) -> str:
        """RecordingUrl: the resource without suffix."""
        return f"{self.switch.base_url}/2010-04-01/Accounts/{self.switch.account_sid}/Recordings/{sid}"

    def summary(self, call_sid: str) -> dict[str, str]:
        """The recording fields of a leg's last status callback: those of a recording REST asked for."""
        for sid in reversed(self._by_call.get(call_sid, [])):
            recording = self.all[sid]
            if recording.source == "OutboundAPI":
                length = str(max(0, recording.duration))
                return {"RecordingUrl": self.url(sid), "RecordingSid": sid, "RecordingDuration": length}
        return {}

    # REST.

    def start(self, call_sid: str, order: RecordingOrder) -> Recording:
        """Record a live call. 21220 where it is not in progress."""
        leg = self.switch.leg(call_sid)
        if not leg.is_up:
            raise ExchangeError(21220, "Requested resource is not eligible for recording")
        return self.of_leg(leg, "StartCallRecordingAPI", order)

    def of_leg(self, leg: Leg, source: str, order: RecordingOrder) -> Recording:
        """Record one leg, what it hears on the other channel, until it ends."""
        recording = self.begin(leg.call.sid, source, order, [(leg, 0, True)])
        leg.on_end.append(lambda: self.finish(recording))
        return recording

    def update(self, call_sid: str, sid: str, status: str, pause_behavior: str = "silence") -> Recording:
        """Pause, resume or stop. `sid` may be `Twilio.CURRENT`; `call_sid` a CA or CF SID."""
        recording = self._current(call_sid) if sid == "Twilio.CURRENT" else self.get(sid)
        if recording.status not in _RUNNING:
            raise not_found(f"/Recordings/{sid}")
        deck, now = self._decks[recording.sid], self.switch.clock.seconds()
        if status == "paused":
            deck.tape.pause(now, skip=pause_behavior == "skip")
            recording.status = "paused"
        elif status == "in-progress":
            deck.tape.resume(now)
            recording.status = "in-progress"
        elif status == "stopped":
            if recording.conference_sid:
                raise ExchangeError(21220, "stopped is not for conference recordings")
            self.finish(recording)
        else:
            raise ExchangeError(20001, f"Invalid Status {status!r}")
        recording.date_updated = self.switch.clock.now()
        return recording

    def _current(self, call_sid: str) -> Recording:
        running = [self.all[sid] for sid in self._by_call.get(call_sid, []) if self.all[sid].status in _RUNNING]
        if not running:
            raise not_found(f"/Calls/{call_sid}/Recordings/Twilio.CURRENT")
        if len(running) > 1:
            raise ExchangeError(21220, "Twilio.CURRENT is ambiguous: several recordings run")
        return running[0]

    def get(self, sid: str) -> Recording:
        """Its metadata, a deleted one's too. 20404 where unknown."""
        recording = self.all.get(sid)
        if recording is None:
            raise not_found(f"/Recordings/{sid}")
        return recording

    def delete(self, sid: str) -> None:
        """Delete a completed recording's audio; metadata stays as `deleted`."""
        recording = self.get(sid)
        if recording.status == "deleted":
            raise not_found(f"/Recordings/{sid}")
        if recording.status not in {"completed", "absent"}:
            raise ExchangeError(21220, "Only completed recordings can be deleted")
        recording.status = "deleted"
        recording.wav = b""
        recording.date_updated = self.switch.clock.now()
        deck = self._decks[sid]
        deck.trimmed, deck.tape = [], Tape(0.0)

    def media(self, sid: str, channels: int | None = None) -> bytes:
        """WAV bytes. 20404 until completed and after deletion; 400 where two channels are asked of a mono recording."""
        recording = self.get(sid)
        if recording.status != "completed":
            raise not_found(f"/Recordings/{sid}.wav")
        if channels is not None and channels > recording.channels:
            raise ExchangeError(21220, f"RequestedChannels={channels}, but the recording has {recording.channels}")
        if not recording.wav:
            deck = self._decks[sid]
            recording.wav = render(deck.trimmed, deck.length, recording.channels)
        if channels == 1 and recording.channels > 1:
            return mono(recording.wav)
        return recording.wav

    async def media_later(self, sid: str, channels: int | None = None) -> bytes:
        """As `media`, the audio made in a thread so that calls go on meanwhile."""
        return await asyncio.to_thread(self.media, sid, channels)

    def list(self, call_sid: str | None = None, conference_sid: str | None = None) -> "builtins.list[Recording]":
        """Newest first, deleted ones left out."""
        found = [
            recording
            for recording in self.all.values()
            if recording.status != "deleted"
            and (call_sid is None or recording.call_sid == call_sid)
            and (conference_sid is None or recording.conference_sid == conference_sid)
        ]
        return found[::-1]
