"""What the caller's leg asks: each address reads the form, calls one verb, answers its document.

Read `gate.py` for what every one of them goes through first, `offers.py` for the agent's leg.
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, request

from ivr.carrier import requests as said
from ivr.services.clock import Clock
from ivr.services.conversation import Conversation, Inbound
from ivr.services.ports import Documents, Jobs, StoreDown
from ivr.services.screening import Screening
from ivr.services.unended import Unended
from ivr.services.waiting import WaitInLine
from ivr.web.gate import Form, Gate
from ivr.web.outage import Outage


@dataclass(frozen=True, slots=True)
class Voice:
    """What the caller's addresses need."""

    talk: Conversation
    unended: Unended
    wait: WaitInLine
    documents: Documents
    jobs: Jobs
    clock: Clock
    outage: Outage
    screening: Screening

    def patiently(self, path: str, answer: Callable[[], str]) -> str:
        """An answer of which the store alone knows the right one: whoever is on the way to a person, or comes from one,
        is asked again at `path` while the store is away, for as long as that is bearable. Raises StoreDown then."""
        try:
            document = answer()
        except StoreDown:
            if self.outage.too_long():
                raise
            return self.documents.again(path)
        self.outage.over()
        return document


def register(blueprint: Blueprint, gate: Gate, voice: Voice) -> None:
    """Mount the caller's addresses."""
    _turns(blueprint, gate, voice)
    _line(blueprint, gate, voice)
    _notices(blueprint, gate, voice)


def _turns(blueprint: Blueprint, gate: Gate, voice: Voice) -> None:
    @blueprint.post("/voice/answer")
    @gate.spoken("answer")
    def answer(form: Form) -> str:
        """A call comes in."""
        call, now = _inbound(form), voice.clock.now()
        try:
            return voice.talk.answer(call, now)
        except StoreDown:
            voice.unended.not_served(call, now)
            raise

    @blueprint.post("/voice/turn/<int:turn_no>")
    @gate.spoken("turn")
    def turn(form: Form, turn_no: int) -> str:
        """What the caller did; from a room, that its talk is over."""
        call, gone, now = said.call_sid(form), said.ended(form), voice.clock.now()
        gate.meter.count("turns")
        if (query := request.environ["QUERY_STRING"]).startswith("room="):
            path = f"/voice/turn/{turn_no}?{query}"
            return voice.patiently(path, lambda: voice.wait.left_room(call, turn_no, now, gone=gone))
        return voice.talk.take_turn(call, turn_no, said.read_input(form), now, gone=gone)

    @blueprint.post("/voice/whisper/<call>/<int:turn_no>")
    @gate.spoken("whisper")
    def whisper(form: Form, call: str, turn_no: int) -> str:  # noqa: ARG001 - the leg's own form tells nothing
        """Another office answers a hand-over, before it is put through."""
        return voice.screening.answered(call, turn_no)

    @blueprint.post("/voice/whisper/<call>/<int:turn_no>/key")
    @gate.spoken("whisper")
    def whisper_key(form: Form, call: str, turn_no: int) -> str:  # noqa: ARG001 - as above
        """They pressed a key, or none."""
        return voice.screening.key(form.get("Digits", ""))

    @blueprint.post("/voice/fallback")
    @gate.spoken("fallback")
    def fallback(form: Form) -> str:
        """The carrier could not fetch or play a document: a sentence, and the way out."""
        return voice.talk.fallback(form.get("To", ""))


def _line(blueprint: Blueprint, gate: Gate, voice: Voice) -> None:
    @blueprint.post("/voice/wait/<int:turn_no>")
    @gate.spoken("wait")
    def wait(form: Form, turn_no: int) -> str:
        """A heartbeat of a wait. Without a store the caller keeps the place, for as long as that is bearable."""
        now = voice.clock.now()
        try:
            document = voice.wait.hold(said.call_sid(form), turn_no, now)
        except StoreDown:
            return voice.documents.leave() if voice.outage.too_long() else voice.documents.hold(())
        voice.outage.over()
        return document

    @blueprint.post("/voice/queue/<int:turn_no>")
    @gate.spoken("queue")
    def queue(form: Form, turn_no: int) -> str:
        """The call left the carrier's queue."""
        result = form.get("QueueResult", "") or request.args.get("result", "")
        call, gone, now = said.call_sid(form), said.ended(form) or result == "hangup", voice.clock.now()
        path = f"/voice/queue/{turn_no}?result={quote(result)}"  # the carrier says it once
        return voice.patiently(path, lambda: voice.wait.left_queue(call, turn_no, result, now, gone=gone))

    @blueprint.post("/voice/bridge/<reservation>")
    @gate.spoken("bridge")
    def bridge(form: Form, reservation: str) -> str:
        """The caller's way into the room."""
        call, now = said.call_sid(form), voice.clock.now()
        return voice.patiently(f"/voice/bridge/{reservation}", lambda: voice.wait.bridge(call, reservation, now))


def _notices(blueprint: Blueprint, gate: Gate, voice: Voice) -> None:
    @blueprint.post("/voice/status")
    @gate.notice("status")
    def status(form: Form) -> None:
        """An inbound call ended."""
        if said.ended(form):
            voice.unended.told(_inbound(form), voice.clock.now())

    @blueprint.post("/voice/recording/<call>")
    @gate.notice("recording")
    def recording(form: Form, call: str) -> None:
        """A recording can be fetched."""
        sid = said.recording_sid(form)
        if sid and form.get("RecordingStatus", "completed") == "completed":
            voice.jobs.hint("fetch_recording", sid, call)


def _inbound(form: Form) -> Inbound:
    call = said.read_call(form)
    return Inbound(call.call_sid, call.from_raw, call.to_number, call.attestation, call.forwarded_from)
