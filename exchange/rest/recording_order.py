"""The `Record...` parameters that Calls, Participants and Recordings share."""

from exchange.orders import RecordingOrder
from exchange.rest.form import Form

EVENTS = ("in-progress", "completed", "absent")
TRACKS = ("inbound", "outbound", "both")
TRIMS = ("trim-silence", "do-not-trim")


def recording_order(form: Form, *, trim: str, prefix: str = "") -> RecordingOrder:
    """How to record. `trim`: what the resource trims by default; `prefix`: `Conference` for a room's recording."""
    return RecordingOrder(
        channels=2 if form.choice(f"{prefix}RecordingChannels", ("mono", "dual")) == "dual" else 1,
        track=form.choice(f"{prefix}RecordingTrack", TRACKS) or "both",
        trim=form.choice(f"{prefix}Trim", TRIMS) or trim,
        hook=form.status_hook(f"{prefix}RecordingStatusCallback", EVENTS, ("completed",)),
    )
