"""What REST asks of the switch: one frozen dataclass an order.

Numbers in E.164 or `client:<identity>`; times in seconds where not said otherwise.
"""

from dataclasses import dataclass, field

from exchange.records import Hook, StatusHook


@dataclass(frozen=True, slots=True)
class Detection:
    """Machine detection (`MachineDetection*`, `AsyncAmd*`)."""

    mode: str = "Enable"
    """`Enable` or `DetectMessageEnd`."""
    timeout: float = 30.0
    asynchronous: bool = False
    hook: Hook | None = None


@dataclass(frozen=True, slots=True)
class RecordingOrder:
    """How to record (`Record*`, `Recording*`). `events`: of `in-progress completed absent`."""

    channels: int = 1
    track: str = "both"
    trim: str = "do-not-trim"
    hook: StatusHook | None = None
    from_ringing: bool = False


@dataclass(frozen=True, slots=True)
class PlaceCall:
    """`POST Calls.json`. `document` or `twiml` is set; `document` wins."""

    from_number: str
    to_number: str
    document: Hook | None = None
    twiml: str = ""
    fallback: Hook | None = None
    status: StatusHook | None = None
    timeout: float = 60.0
    time_limit: float | None = None
    send_digits: str = ""
    caller_id: str = ""
    detection: Detection | None = None
    recording: RecordingOrder | None = None
    parameters: dict[str, str] = field(default_factory=dict)
    """Extra form fields on every webhook of the leg (e.g. `ApplicationSid`)."""


@dataclass(frozen=True, slots=True)
class AddParticipant:
    """`POST Conferences/{CF or name}/Participants.json`: dials out into a room."""

    conference: str
    """SID or friendly name."""
    from_number: str
    to_number: str
    label: str | None = None
    timeout: float = 60.0
    time_limit: float | None = None
    muted: bool = False
    beep: str = "true"
    start_on_enter: bool = True
    end_on_exit: bool = False
    wait: Hook | None = None
    early_media: bool = True
    max_participants: int = 250
    record: RecordingOrder | None = None
    """How to record this leg (`Record`)."""
    conference_record: RecordingOrder | None = None
    """How to record the room (`ConferenceRecord`)."""
    conference_status: StatusHook | None = None
    """Events `start end join leave mute hold modify speaker announcement`; default `start end`."""
    status: StatusHook | None = None
    coach: str | None = None
    detection: Detection | None = None
    caller_id: str = ""


@dataclass(frozen=True, slots=True)
class ParticipantChange:
    """`POST .../Participants/{CallSid or label}.json`. None leaves as it is."""

    muted: bool | None = None
    hold: bool | None = None
    hold_document: Hook | None = None
    announce: Hook | None = None
    wait: Hook | None = None
    beep_on_exit: bool | None = None
    end_on_exit: bool | None = None
    coaching: bool | None = None
    coach: str | None = None


@dataclass(frozen=True, slots=True)
class SendMessage:
    """`POST Messages.json`."""

    from_number: str
    to_number: str
    body: str
    status: StatusHook | None = None
