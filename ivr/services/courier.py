"""The courier: sends subscribers what is due for them, and says what became of it.

Runs as a job beside the calls, never in them. Each subscriber is served by a thread of its own, so that a slow one
delays nobody; one that fails rests, longer each time, and one event that is refused is put off without holding up the
others. Everything is delivered at least once, in no promised order, under an id by which a repetition is known.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from ivr.core.webhooks import GIVE_UP_SECONDS, back_off, headers, message_id, verdict
from ivr.services.clock import Clock
from ivr.services.events_port import Attempt, Deliveries, Delivery, Subscribers, Webhook
from ivr.services.ports import HistoryDown
from ivr.services.posting_port import AddressRefused, NotSent, Post

ANSWER_SECONDS = 10.0
"""How long a subscriber may take to answer."""

ROUND_SECONDS = 10.0
"""For how long one job goes on sending; then the next job's turn comes, and other work's in between."""

REFUSALS = 5
"""Events refused in a row from which on the subscriber itself counts as unwell: its address is wrong, say."""

_LEASE = timedelta(seconds=60)
_MOST = 50
_LOOK_SECONDS = 0.25

_log = logging.getLogger(__name__)


class Courier:
    """Sends what is due. `clock` is the machine's; `seconds` a monotonic clock that times the round."""

    def __init__(
        self,
        subscribers: Subscribers,
        deliveries: Deliveries,
        post: Post,
        clock: Clock,
        holder: str,
        *,
        seconds: Callable[[], float] = time.monotonic,
        round_seconds: float = ROUND_SECONDS,
        answer_seconds: float = ANSWER_SECONDS,
    ) -> None:
        self._subscribers = subscribers
        self._deliveries = deliveries
        self._post = post
        self._clock = clock
        self._holder = holder
        self._seconds = seconds
        self._round_seconds = round_seconds
        self._answer_seconds = answer_seconds

    def deliver(self) -> None:
        """One round: every subscriber for whom something is due. Raises HistoryDown.

        While a slow subscriber keeps the round open, the others are looked after as well. What isn't sent by its end
        is the next round's.
        """
        until = self._seconds() + self._round_seconds
        serving: dict[str, threading.Thread] = {}
        while self._seconds() < until:
            serving = {webhook: thread for webhook, thread in serving.items() if thread.is_alive()}
            for webhook in self._deliveries.wanting(self._clock.now()):
                if webhook not in serving:
                    thread = threading.Thread(target=self._serve, args=(webhook, until), name="courier", daemon=True)
                    serving[webhook] = thread
                    thread.start()
            for thread in serving.values():
                thread.join(_LOOK_SECONDS / len(serving))
            if not any(thread.is_alive() for thread in serving.values()):
                break
        for thread in serving.values():
            thread.join(self._answer_seconds)

    def _serve(self, webhook: str, until: float) -> None:
        try:
            if not self._hold(webhook, _LEASE):
                return
            try:
                while self._seconds() < until and self._send_some(webhook, until):
                    pass
            finally:
                self._hold(webhook, timedelta())
        except HistoryDown as error:
            _log.warning("courier: the database is away", extra={"reason": str(error)})
        except Exception:  # noqa: BLE001 - a subscriber nobody foresaw must not end the serving of the others
            _log.exception("courier: serving a subscriber failed", extra={"webhook": webhook})

    def _hold(self, webhook: str, lease: timedelta) -> bool:
        now = self._clock.now()
        return self._deliveries.lease(webhook, self._holder, now, now + lease)

    def _send_some(self, webhook: str, until: float) -> bool:
        """Send what is due; False where there is nothing more to do now."""
        due = self._deliveries.due(webhook, self._clock.now(), _MOST)
        for delivery in due:
            subscriber = self._subscribers.get(webhook)
            if subscriber is None or subscriber.state == "off" or self._seconds() >= until:
                return False
            attempt = self._attempt(subscriber, delivery)
            self._deliveries.settle(attempt)
            if attempt.rests_until or attempt.off_why or not self._hold(webhook, _LEASE):
                return False
        return bool(due)

    def _attempt(self, subscriber: Webhook, delivery: Delivery) -> Attempt:
        now = self._clock.now()
        if subscriber.locked:
            _log.error(
                "courier: a webhook can't be used", extra={"webhook": subscriber.id, "reason": subscriber.locked}
            )
            return outcome(subscriber, delivery, 0, f"not sent: {subscriber.locked}", now)
        signed = headers(_secrets(subscriber, now), message_id(str(delivery.event)), now, delivery.body)
        try:
            status = self._post.send(subscriber.url, delivery.body, signed, self._answer_seconds)
            said = str(status)
        except (AddressRefused, NotSent) as error:
            status, said = 0, str(error)
        return outcome(subscriber, delivery, status, said, self._clock.now())


def outcome(subscriber: Webhook, delivery: Delivery, status: int, said: str, now: datetime) -> Attempt:
    """What follows from a status (0: no answer)."""
    failures = subscriber.failures + 1
    match verdict(status):
        case "done":
            return Attempt(delivery, now, "done", said)
        case "gone":
            return Attempt(
                delivery, now, "failed", said, off_why="it answered 410: it wants no more", failures=failures
            )
        case "again" if failures < REFUSALS:  # it answers, so it is well: only this event is put off
            rests_until = None
        case "again":
            rests_until = now + timedelta(seconds=back_off(failures - REFUSALS + 1))
        case "rest":
            rests_until = now + timedelta(seconds=back_off(failures))
    if now - delivery.made_at >= timedelta(seconds=GIVE_UP_SECONDS):
        return Attempt(delivery, now, "failed", said, failures=failures, rests_until=rests_until)
    next_at = now + timedelta(seconds=back_off(delivery.attempts + 1))
    return Attempt(delivery, now, "waiting", said, next_at=next_at, failures=failures, rests_until=rests_until)


def _secrets(subscriber: Webhook, now: datetime) -> tuple[str, ...]:
    old = subscriber.old_until is not None and now < subscriber.old_until
    return subscriber.secrets if old else subscriber.secrets[:1]
