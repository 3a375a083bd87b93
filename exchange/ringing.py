"""Ringing a phone: from dialling out to an answer, or to the reason why not; and what answered."""

import asyncio
from typing import TYPE_CHECKING

from exchange.handset import Sound
from exchange.leg import HungUp, Leg
from exchange.loopback import NoPhone
from exchange.orders import Detection
from exchange.records import CallStatus, Hook
from exchange.twiml.play import tone_seconds

if TYPE_CHECKING:
    from exchange.switch import Switch

_MACHINE_SECONDS, _GREETING_SECONDS = 2.0, 5.0


async def ring(leg: Leg, timeout: float) -> None:
    """Ring until answered. Raises HungUp where the leg ends unanswered; `timeout` includes the carrier's extra
    seconds.
    """
    switch, call = leg.switch, leg.call
    switch.status.send(leg, "initiated")
    await leg.wait(switch.behaviour.ring_seconds)
    if isinstance(leg.handset, NoPhone):
        status, call.sip_code = unreachable(switch, call.to_number)
        leg.end(status, "nobody has this number")
        raise HungUp
    fails = switch.faults.strike("leg_fails", call.to_number)
    if fails is not None:
        call.sip_code = int(fails.value or 480)
        leg.end("failed", "the network could not connect it (fault)")
        raise HungUp
    call.status = "ringing"
    call.date_updated = switch.clock.now()
    switch.status.send(leg, "ringing")
    leg.rings()
    machine = switch.faults.strike("voicemail_answers", call.to_number)
    if machine is not None:
        delay = switch.clock.real(machine.seconds)
        asyncio.get_running_loop().call_later(delay, lambda: leg.answer(machine=True))
    if not await leg.until(lambda: leg.answered_at is not None, timeout):
        call.sip_code = 487
        leg.end("no-answer", f"not answered within {timeout:g} s")
        raise HungUp


def unreachable(switch: "Switch", number: str) -> tuple[CallStatus, int]:
    """How a leg to a number without phone ends, and its SIP code."""
    if number.startswith("client:"):
        return ("failed" if switch.behaviour.unregistered_client == "failed" else "no-answer"), 480
    return "failed", 404


async def send_digits(leg: Leg, digits: str) -> None:
    """Play tones to whoever answered."""
    if digits:
        seconds = tone_seconds(digits)
        leg.tell(Sound("digits", digits, seconds))
        await leg.wait(seconds)


def verdict(leg: Leg, mode: str) -> tuple[str, float]:
    """AnsweredBy, and after how many seconds it is known."""
    if not leg.machine:
        return "human", leg.switch.behaviour.detection_seconds
    if mode == "DetectMessageEnd":
        return "machine_end_beep", _GREETING_SECONDS
    return "machine_start", _MACHINE_SECONDS


async def detect(leg: Leg, detection: Detection) -> None:
    """Machine detection as asked: silence until the verdict, or in the background with its callback."""
    if detection.asynchronous:
        leg.switch.desk.spawn(_detect_later(leg, detection), f"detection {leg.call.sid}")
        return
    answered_by, seconds = verdict(leg, detection.mode)
    if seconds > detection.timeout:
        answered_by, seconds = "unknown", detection.timeout
    await leg.wait(seconds)
    leg.call.answered_by = answered_by
    leg.call.extra["AnsweredBy"] = answered_by


async def _detect_later(leg: Leg, detection: Detection) -> None:
    answered_by, seconds = verdict(leg, detection.mode)
    if seconds > detection.timeout:
        answered_by, seconds = "unknown", detection.timeout
    await leg.switch.clock.sleep(seconds)
    if leg.call.ended:
        return
    leg.call.answered_by = answered_by
    if detection.hook is not None:
        form = {
            "CallSid": leg.call.sid,
            "AccountSid": leg.call.account_sid,
            "AnsweredBy": answered_by,
            "MachineDetectionDuration": str(round(seconds * 1000)),
        }
        leg.switch.desk.notify(Hook(detection.hook.url, detection.hook.method), form, "amd", leg)
