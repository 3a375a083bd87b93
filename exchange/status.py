"""Status callbacks of legs (contract section 5): numbered over those sent, each its own request, in no promised
order.
"""

from typing import TYPE_CHECKING

from exchange.records import Hook
from exchange.webhooks.desk import rfc2822

if TYPE_CHECKING:
    from exchange.leg import Leg
    from exchange.switch import Switch


class StatusCallbacks:
    """Sends `initiated ringing answered completed` to whoever subscribed."""

    def __init__(self, switch: "Switch") -> None:
        self.switch = switch

    def send(self, leg: "Leg", event: str) -> None:
        """An event of the leg happened now."""
        hook = leg.call.status_hook
        if hook is None or event not in hook.events:
            return
        form = self.switch.desk.fields(leg)
        if event == "initiated":
            form["CallStatus"] = "initiated"
        form["CallbackSource"] = "call-progress-events"
        form["SequenceNumber"] = str(leg.sequence)
        form["Timestamp"] = rfc2822(self.switch.clock.now())
        leg.sequence += 1
        if event == "completed":
            seconds = leg.call.duration or 0
            form["CallDuration"] = str(seconds)
            form["Duration"] = str(-(-seconds // 60))
            form["SipResponseCode"] = str(leg.call.sip_code or (200 if leg.call.status == "completed" else 487))
            form |= self.switch.recordings.summary(leg.call.sid)
        self.switch.desk.notify(Hook(hook.url, hook.method), form, "status", leg)
