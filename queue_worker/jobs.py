"""What a worker may be asked to do, and nothing else: the names below are the whole list (`rq_parts.AllowListedJob`).

A job carries identifiers only, never a number or a name. Each is a hint to look again; running it twice, late or never
ends in the same state.
"""

import logging
import time
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from ivr.services import history, promises
from ivr.services.clock import RealClock
from ivr.services.courier import Courier

if TYPE_CHECKING:
    from ivr.wiring import Hotline

ALLOWED = frozenset(
    f"queue_worker.jobs.{name}"
    for name in (
        "ring",
        "bridge",
        "drop_leg",
        "record_call",
        "keep_message",
        "keep_callback",
        "send_text",
        "send_kept_text",
        "tidy_texts",
        "tidy_calls",
        "agent_rang_out",
        "keep_result",
        "fetch_recording",
        "tidy_recordings",
        "sweep",
        "tidy_events",
        "deliver_webhooks",
    )
)

_log = logging.getLogger(__name__)
_bound: "Hotline | None" = None


def bind(container: "Hotline | None") -> None:
    """Use this container in this process; None to build one from the environment when the first job comes."""
    global _bound
    _bound = container


def container() -> "Hotline":
    """This process's container, built once from the environment where none was bound."""
    global _bound
    if _bound is None:
        from ivr.settings import Settings
        from ivr.wiring import build

        _bound = build(Settings.read())
    return _bound


def ring(reservation_id: str) -> None:
    """Ring the agent of a pending reservation."""
    container().dispatch.ring(reservation_id)


def bridge(reservation_id: str) -> None:
    """Lead an accepted caller into the room, or tell the agent that the caller is gone."""
    container().recovery.bridge_caller(reservation_id)


def drop_leg(leg_sid: str) -> None:
    """Hang up a leg that is no longer wanted."""
    container().dispatch.drop_leg(leg_sid)


def record_call(call_sid: str) -> None:
    """Write a finished call and its messages into the history."""
    held = container()
    call = held.ended.get(call_sid)
    if call is not None:
        held.texting.keep(call, held.clock.now())
    history.record_call(call_sid, ended=held.ended, history=held.history, messages=held.messages, surveys=held.surveys)


def keep_message(call_sid: str, recording_sid: str) -> None:
    """Keep a message a caller left, and tell those it is for."""
    held = container()
    now = held.clock.now()
    message = history.keep_message(call_sid, recording_sid, ended=held.ended, messages=held.messages, now=now)
    loaded = held.sessions.load(call_sid)
    if message is not None and loaded is not None:
        owners = [agent for name in held.messages.owners(message.mailbox) if (agent := held.agents.get(name))]
        held.texting.tell(message, owners, loaded[0].to_number, now)


def keep_callback(callback: str) -> None:
    """Write a callback as the lines know it into the history."""
    held = container()
    promises.keep_callback(callback, lines=held.lines, records=held.callbacks, now_ms=held.clock.now_ms())


def send_text(call_sid: str, place: str) -> None:
    """Send a text a call's flow wants."""
    held = container()
    held.texting.wanted(call_sid, place, held.ended, held.clock.now())


def send_kept_text(identity: str) -> None:
    """Send a text that is kept and wanted."""
    held = container()
    held.texting.send(identity, held.clock.now())


def tidy_texts() -> None:
    """Ask again for texts whose job was lost."""
    held = container()
    held.texting.sweep(held.clock.now() - timedelta(minutes=1))


def tidy_calls() -> None:
    """End calls whose end nobody told."""
    held = container()
    held.unended.look(held.clock.now())


def agent_rang_out(reservation_id: str) -> None:
    """Tell an agent who was paused since their phone rings out."""
    held = container()
    held.rang_out.tell(reservation_id, held.clock.now())


def keep_result(reservation_id: str) -> None:
    """Write what came of a talk into the history."""
    held = container()
    held.results.record(reservation_id, held.history)


def fetch_recording(recording_sid: str, call_sid: str) -> None:
    """Bring a recording home."""
    from recordings.fetch import Fetcher, NotThere

    held = container()
    fetcher = Fetcher(
        carrier=held.carrier, index=held.recordings, folder=held.audio, now=held.clock.now, wait=time.sleep
    )
    try:
        fetcher.fetch(recording_sid, call_sid, uuid.uuid4().hex)
    except NotThere as missing:
        _log.warning("recording not there", extra={"call": call_sid, "reason": str(missing)})


def tidy_recordings() -> None:
    """Ask again for messages without audio; delete recordings that became no message."""
    from recordings.tidy import tidy

    held = container()
    done = tidy(messages=held.messages, index=held.recordings, folder=held.audio, jobs=held.jobs, now=held.clock.now)
    if done.asked_again or done.deleted:
        _log.info("recordings tidied", extra={"asked_again": done.asked_again, "deleted": done.deleted})


def sweep() -> None:
    """Do whatever is due."""
    held = container()
    held.recovery.sweep(held.clock.now_ms())


def tidy_events() -> None:
    """Forget decisions and deliveries kept for long enough."""
    held = container()
    now = (
        RealClock().now()
    )  # what happened when is kept by the machine's time (the stream's), whatever the calls' clock
    held.decisions.tidy(now - timedelta(days=held.settings.hotline_decisions_days))
    held.subscribing.tidy(now)


def deliver_webhooks() -> None:
    """Send subscribers what is due for them."""
    held = container()
    Courier(held.subscribers, held.deliveries, held.post, RealClock(), uuid.uuid4().hex).deliver()
