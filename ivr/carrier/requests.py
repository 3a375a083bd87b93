"""The carrier's fields as what happened: a form in, an Input or facts out. Every field may be missing (contract 9)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ivr.core.flow.inputs import Dialed, DialStatus, Digits, HungUp, Input, NoInput, Recorded, Spoken

TERMINAL = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
"""Call statuses that never change any more (contract 1.4 D)."""

_CALL = re.compile(r"CA[0-9a-fA-F]{32}")
_RECORDING = re.compile(r"RE[0-9a-fA-F]{32}")
_KEYS = re.compile(r"[0-9*#]{1,64}")
_SPEECH_CHARACTERS = 2000
_DIALED: dict[str, DialStatus] = {
    "completed": "completed", "answered": "completed", "busy": "busy", "no-answer": "no-answer", "canceled": "canceled",
}  # fmt: skip

Form = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class InboundCall:
    """A call coming in, in the carrier's words. `from_raw` is a number, a client, a SIP address or a stand-in.

    `attestation` is `A`, `B` or `C` where the carrier vouches for the number, else empty; `forwarded_from` is the
    number that forwarded the call, where the carrier passes it on.
    """

    call_sid: str
    from_raw: str
    to_number: str
    attestation: str = ""
    forwarded_from: str = ""


def call_sid(form: Form) -> str:
    """The call a request is about; empty where it names none."""
    sid = form.get("CallSid", "")
    return sid if _CALL.fullmatch(sid) else ""


def ended(form: Form) -> bool:
    """Whether the leg a request is about is over."""
    return form.get("CallStatus", "") in TERMINAL


def read_call(form: Form) -> InboundCall:
    """The facts of a call coming in."""
    return InboundCall(
        call_sid=call_sid(form),
        from_raw=form.get("From", ""),
        to_number=form.get("To", ""),
        attestation=_attestation(form.get("StirVerstat", "")),
        forwarded_from=form.get("ForwardedFrom", ""),
    )


def read_input(form: Form) -> Input:
    """What the caller did, by the fields of an action request.

    A recording comes first: the action of Record is requested after a hang-up too, with `Digits=hangup` (contract
    3.0 D), and what was said before it counts.
    """
    if not form.get("DialCallStatus") and ("RecordingUrl" in form or "RecordingSid" in form):
        return _recorded(form)
    status = _dial_status(form)
    if ended(form) and _DIALED.get(status) != "completed":  # who was put through and hung up has talked all the same
        return HungUp()
    if status:
        return Dialed(_DIALED.get(status, "failed"), seconds(form, "DialCallDuration"))
    keys = form.get("Digits", "")
    if keys:
        return _keys(keys)
    said = form.get("SpeechResult", "").strip()
    if said:
        return Spoken(said[:_SPEECH_CHARACTERS], _confidence(form.get("Confidence", "")))
    return NoInput()


def _dial_status(form: Form) -> str:
    """How a hand-over ended. Answered but never put through, because whoever answered pressed no key or an answering
    machine did, is "no answer" to the caller, whatever the status says (contract 3.6)."""
    status = form.get("DialCallStatus", "")
    return "no-answer" if _DIALED.get(status) == "completed" and form.get("DialBridged") == "false" else status


def seconds(form: Form, name: str) -> int:
    """A field of whole seconds; 0 where it is missing or no number."""
    value = form.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 9 else 0  # noqa: PLR2004 - 30 years


def _keys(raw: str) -> Input:
    if _KEYS.fullmatch(raw):
        return Digits(raw)
    # What no key pad sends is no key: the rest decides. Nothing left means that nothing was pressed.
    kept = re.sub(r"[^0-9*#]", "", raw)[:64]
    return Digits(kept) if kept else NoInput()


def recording_sid(form: Form) -> str:
    """The recording a request is about, by its SID or the end of its address; empty where it names none."""
    sid = form.get("RecordingSid", "") or form.get("RecordingUrl", "").rpartition("/")[2].partition(".")[0]
    return sid if _RECORDING.fullmatch(sid) else ""


def _recorded(form: Form) -> Recorded | NoInput:
    sid = recording_sid(form)
    if not sid:
        return NoInput()
    key = form.get("Digits", "")
    hung_up = key == "hangup" or ended(form)
    return Recorded(sid, seconds(form, "RecordingDuration"), "hangup" if hung_up else key[:1] or "silence")


def _confidence(raw: str) -> float | None:
    try:
        value = float(raw)
    except ValueError:
        return None
    return value if 0.0 <= value <= 1.0 else None


def _attestation(verstat: str) -> str:
    """Only a full pass on this very call vouches; `Failed`, `-Diverted` and `-Passthrough` forms don't (threat T6)."""
    return {"TN-Validation-Passed-A": "A", "TN-Validation-Passed-B": "B", "TN-Validation-Passed-C": "C"}.get(
        verstat, ""
    )
