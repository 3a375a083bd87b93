"""<Dial>: to phones, a room or a queue."""

from collections.abc import Callable
from dataclasses import dataclass

from exchange.twiml import dial_nouns as nouns
from exchange.twiml.model import Broken, Verb
from exchange.twiml.reader import Reader
from exchange.twiml.record import EVENTS

Noun = nouns.Target | nouns.ConferenceNoun | nouns.QueueNoun
_READERS: dict[str, Callable[[Reader], Noun | None]] = {
    "Number": nouns.read_number,
    "Client": nouns.read_client,
    "Conference": nouns.read_conference,
    "Queue": nouns.read_queue,
}
_RECORDS = {
    "do-not-record": "",
    "false": "",
    "true": "record-from-answer",
    "record-from-answer": "record-from-answer",
    "record-from-ringing": "record-from-ringing",
    "record-from-answer-dual": "record-from-answer-dual",
    "record-from-ringing-dual": "record-from-ringing-dual",
}
_MOST = 10


@dataclass(frozen=True, slots=True)
class Dial(Verb):
    """Exactly one of `targets`, `conference`, `queue` is set. `record` is empty or the way to record."""

    action: str | None
    method: str
    timeout: float
    time_limit: float
    caller_id: str
    answer_on_bridge: bool
    hangup_on_star: bool
    record: str
    trim: str
    recording_url: str
    recording_method: str
    recording_events: frozenset[str]
    recording_track: str
    sequential: bool
    targets: tuple[nouns.Target, ...] = ()
    conference: nouns.ConferenceNoun | None = None
    queue: nouns.QueueNoun | None = None


def read(reader: Reader) -> Verb:
    """The instruction. Mixed nouns (13215), none at all or only broken ones (13223) make it fail alone."""
    found = _nouns(reader)
    phones = tuple(noun for noun in found if isinstance(noun, nouns.Target))
    rooms = [noun for noun in found if isinstance(noun, nouns.ConferenceNoun)]
    lines = [noun for noun in found if isinstance(noun, nouns.QueueNoun)]
    for attribute in ("ringTone", "referUrl", "referMethod", "callReason", "events"):
        reader.raw(attribute)
    verb = Dial(
        action=reader.raw("action"),
        method=reader.method(code=13210),
        timeout=float(reader.integer("timeout", 30, 5, 600, 13212)),
        time_limit=float(reader.integer("timeLimit", 14400, 1, 86400, 13216)),
        caller_id=reader.text("callerId"),
        answer_on_bridge=reader.boolean("answerOnBridge", False),
        hangup_on_star=reader.boolean("hangupOnStar", False, 13213),
        record=_RECORDS[reader.choice("record", "do-not-record", _RECORDS)],
        trim=reader.choice("trim", "do-not-trim", {"trim-silence", "do-not-trim"}),
        recording_url=reader.text("recordingStatusCallback"),
        recording_method=reader.method("recordingStatusCallbackMethod"),
        recording_events=reader.words("recordingStatusCallbackEvent", frozenset({"completed"}), EVENTS),
        recording_track=reader.choice("recordingTrack", "both", {"both", "inbound", "outbound"}),
        sequential=reader.boolean("sequential", False),
        targets=phones[:_MOST],
        conference=rooms[0] if rooms else None,
        queue=lines[0] if lines else None,
    )
    reader.finish()
    kinds = bool(phones) + bool(rooms) + bool(lines)
    if kinds > 1 or len(rooms) > 1 or len(lines) > 1:
        return Broken("Dial", reader.report(13215, "Conference and Queue stand alone"))
    if kinds == 0:
        return Broken("Dial", reader.report(13223, "there is nobody to dial"))
    if len(phones) > _MOST:
        reader.report(13215, f"{len(phones)} phones; the first {_MOST} are rung")
    return verb


def _nouns(reader: Reader) -> list[Noun]:
    found: list[Noun | None] = []
    if reader.content():
        found.append(_bare_number(reader))
    for child in reader.element:
        read_noun = _READERS.get(child.tag)
        if read_noun is None:
            trunk = child.tag in {"Sip", "Sim", "Application", "WhatsApp"}
            reason = "is not carried by this exchange" if trunk else "may not stand in it"
            reader.report(13215, f"<{child.tag}> {reason}")
            continue
        found.append(read_noun(Reader(child, reader.problems)))
    return [noun for noun in found if noun is not None]


def _bare_number(reader: Reader) -> nouns.Target | None:
    to = nouns.number(reader.content())
    if to is None:
        reader.report(13223, f"{reader.content()!r} is no telephone number")
        return None
    return nouns.Target(to)
