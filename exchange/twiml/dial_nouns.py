"""What stands in <Dial>: Number, Client, Conference, Queue. Sip is reported: this exchange has no trunks."""

import re
from dataclasses import dataclass

from exchange.twiml.model import Problem
from exchange.twiml.play import DTMF
from exchange.twiml.reader import Reader
from exchange.twiml.record import EVENTS

CALL_EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})
ROOM_EVENTS = frozenset({"start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement"})
_NUMBER = re.compile(r"\+?[0-9() .-]{2,24}")
_LABEL, _NAME, _IDENTITY, _TONES, _QUEUE_NAME, _NATIONAL = 128, 128, 256, 32, 64, 10


@dataclass(frozen=True, slots=True)
class Target:
    """A phone to ring: `to` in E.164 or `client:<identity>`. `url` runs on the callee before the bridge."""

    to: str
    url: str = ""
    method: str = "POST"
    send_digits: str = ""
    status_url: str = ""
    status_method: str = "POST"
    status_events: frozenset[str] = frozenset({"completed"})
    detection: str = ""
    detection_timeout: float = 30.0
    amd_url: str = ""
    amd_method: str = "POST"
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ConferenceNoun:
    """A room. `wait_url` None is the carrier's music, empty is silence."""

    name: str
    muted: bool
    beep: str
    start_on_enter: bool
    end_on_exit: bool
    label: str
    label_problem: Problem | None
    wait_url: str | None
    wait_method: str
    max_participants: int
    record: bool
    trim: str
    recording_url: str
    recording_method: str
    recording_events: frozenset[str]
    coach: str
    status_url: str
    status_method: str
    status_events: frozenset[str]


@dataclass(frozen=True, slots=True)
class QueueNoun:
    """A queue to take the front member from. `url` runs on the waiting caller's side before the bridge."""

    name: str
    url: str
    method: str


def number(text: str) -> str | None:
    """A dialled number in E.164; national US forms are accepted; None where it is none."""
    if not _NUMBER.fullmatch(text):
        return None
    digits = re.sub(r"\D", "", text)
    if text.startswith("+"):
        return "+" + digits
    if len(digits) == _NATIONAL:
        return "+1" + digits
    return "+" + digits


def read_number(reader: Reader) -> Target | None:
    """<Number>, None where the number is none (13223)."""
    to = number(reader.content())
    if to is None:
        reader.report(13223, f"{reader.content()!r} is no telephone number")
    target = _target(reader, to or "", _send_digits(reader))
    reader.raw("byoc")
    reader.finish()
    reader.no_children()
    return None if to is None else target


def read_client(reader: Reader) -> Target | None:
    """<Client>, None where there is no identity (13223 family)."""
    identity, parameters = reader.content(), []
    for child in reader.element:
        if child.tag == "Identity":
            identity = (child.text or "").strip()
        elif child.tag == "Parameter":
            parameters.append((child.get("name", ""), child.get("value", "")))
        else:
            reader.report(12200, f"<{child.tag}> may not stand in it")
    valid = bool(identity) and len(identity) <= _IDENTITY and not any(letter.isspace() for letter in identity)
    if not valid:
        reader.report(13223, f"identity {identity!r} is empty, over {_IDENTITY} characters or has spaces")
    target = _target(reader, f"client:{identity}", "", tuple(parameters))
    reader.finish()
    return target if valid else None


def _target(reader: Reader, to: str, send_digits: str, parameters: tuple[tuple[str, str], ...] = ()) -> Target:
    for threshold in ("SpeechThreshold", "SpeechEndThreshold", "SilenceTimeout"):
        reader.raw(f"machineDetection{threshold}")
    return Target(
        to=to,
        url=reader.text("url"),
        method=reader.method(code=13221),
        send_digits=send_digits,
        status_url=reader.text("statusCallback"),
        status_method=reader.method("statusCallbackMethod"),
        status_events=reader.words("statusCallbackEvent", frozenset({"completed"}), CALL_EVENTS, 21626),
        detection=reader.choice("machineDetection", "", {"Enable", "DetectMessageEnd", ""}),
        detection_timeout=float(reader.integer("machineDetectionTimeout", 30, 3, 60)),
        amd_url=reader.text("amdStatusCallback"),
        amd_method=reader.method("amdStatusCallbackMethod"),
        parameters=parameters,
    )


def _send_digits(reader: Reader) -> str:
    tones = reader.text("sendDigits")
    if not DTMF.fullmatch(tones) or len(tones) > _TONES:
        reader.report(13222, f"sendDigits={tones!r}: at most {_TONES} of 0-9 A-D # * w W")
        return ""
    return tones


def read_conference(reader: Reader) -> ConferenceNoun | None:
    """<Conference>, None where the name is missing or too long (13237)."""
    name = reader.content()
    label, label_problem = reader.text("participantLabel"), None
    if label and (len(label) > _LABEL or "/" in label or re.fullmatch(r"CA[0-9a-f]{32}", label)):
        label_problem = reader.report(16024, f"participantLabel={label!r} breaks the rules for labels")
    reader.raw("jitterBufferSize"), reader.raw("region"), reader.raw("eventCallbackUrl")
    noun = ConferenceNoun(
        name=name,
        muted=reader.boolean("muted", False, 13230),
        beep=reader.choice("beep", "true", {"true", "false", "onEnter", "onExit"}, 13236),
        start_on_enter=reader.boolean("startConferenceOnEnter", True, 13232),
        end_on_exit=reader.boolean("endConferenceOnExit", False, 13231),
        label=label,
        label_problem=label_problem,
        wait_url=reader.raw("waitUrl"),
        wait_method=reader.method("waitMethod", code=13234),
        max_participants=reader.integer("maxParticipants", 250, 2, 250, 13235),
        record=reader.choice("record", "do-not-record", {"do-not-record", "record-from-start", "true", "false"})
        in {"record-from-start", "true"},
        trim=reader.choice("trim", "trim-silence", {"trim-silence", "do-not-trim"}),
        recording_url=reader.text("recordingStatusCallback"),
        recording_method=reader.method("recordingStatusCallbackMethod"),
        recording_events=reader.words("recordingStatusCallbackEvent", frozenset({"completed"}), EVENTS),
        coach=reader.text("coach"),
        status_url=reader.text("statusCallback"),
        status_method=reader.method("statusCallbackMethod"),
        status_events=reader.words("statusCallbackEvent", frozenset(), ROOM_EVENTS),
    )
    reader.finish()
    reader.no_children()
    if not name or len(name) > _NAME:
        reader.report(13237, f"name {name!r} is empty or over {_NAME} characters")
        return None
    return noun


def read_queue(reader: Reader) -> QueueNoun | None:
    """<Queue>, None where the name is missing or too long (14214)."""
    noun = QueueNoun(reader.content(), reader.text("url"), reader.method(code=14211))
    reader.raw("reservationSid"), reader.raw("postWorkActivitySid")
    reader.finish()
    reader.no_children()
    if not 1 <= len(noun.name) <= _QUEUE_NAME:
        reader.report(14214, f"name {noun.name!r}: 1 to 64 characters", "error")
        return None
    return noun
