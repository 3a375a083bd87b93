"""<Record>: the caller's voice."""

from dataclasses import dataclass

from exchange.twiml.model import Verb
from exchange.twiml.reader import Reader

EVENTS = frozenset({"in-progress", "completed", "absent"})
_TRIMS = frozenset({"trim-silence", "do-not-trim"})


@dataclass(frozen=True, slots=True)
class Record(Verb):
    """`timeout`: seconds of silence that end it, 0 none. `finish_on_key`: any of its keys ends it."""

    action: str | None
    method: str
    timeout: float
    finish_on_key: str
    max_length: float
    play_beep: bool
    trim: str
    callback: str
    callback_method: str
    callback_events: frozenset[str]
    transcribe: bool
    transcribe_callback: str


def read(reader: Reader) -> Verb:
    """The instruction, with the carrier's defaults (contract 3.5, D)."""
    transcribe_callback = reader.text("transcribeCallback")
    transcribe = reader.boolean("transcribe", bool(transcribe_callback), 13614)
    longest = 120 if transcribe else 3600
    keys = reader.text("finishOnKey", "1234567890*#")
    if any(key not in "1234567890*#" for key in keys):
        reader.report(13613, f"finishOnKey={keys!r} holds what no phone has")
        keys = "1234567890*#"
    verb = Record(
        action=reader.raw("action"),
        method=reader.method(code=13612),
        timeout=float(reader.integer("timeout", 5, 0, 14400, 13610)),
        finish_on_key=keys,
        max_length=float(reader.integer("maxLength", longest, 2, 120 if transcribe else 86400, 13611)),
        play_beep=reader.boolean("playBeep", True, 13616),
        trim=reader.choice("trim", "trim-silence", _TRIMS),
        callback=reader.text("recordingStatusCallback"),
        callback_method=reader.method("recordingStatusCallbackMethod"),
        callback_events=reader.words("recordingStatusCallbackEvent", frozenset({"completed"}), EVENTS),
        transcribe=transcribe,
        transcribe_callback=transcribe_callback,
    )
    reader.finish()
    reader.no_children()
    return verb
