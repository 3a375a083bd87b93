"""Subscribers of events: added, switched, given another secret, and what was given up sent again."""

import secrets
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from ivr.core.webhooks import SECRET_BYTES, patterns, secret_of
from ivr.services.events_port import Deliveries, EventId, Subscribers, Webhook
from ivr.services.posting_port import Post

OLD_SECRET_HOURS = 24
"""How long what is sent is signed by the secret before as well."""

DONE_MINUTES, FAILED_DAYS = 15, 14
"""How long is kept what was delivered, and what was given up."""


class UnknownWebhook(LookupError):  # noqa: N818 - says what it is
    """There is no such subscriber; the message names it."""


class WebhookLocked(Exception):  # noqa: N818 - says what it is
    """What a subscriber was given can't be read; the message names it and says what to do."""


class Subscribing:
    """The verbs. Every method raises ports.HistoryDown."""

    def __init__(self, subscribers: Subscribers, deliveries: Deliveries, post: Post) -> None:
        self._subscribers = subscribers
        self._deliveries = deliveries
        self._post = post

    def add(self, url: str, events: str, by: str, now: datetime) -> Webhook:
        """A new subscriber, with its secret. Raises PatternProblem and AddressRefused."""
        wanted = patterns(events)
        self._post.check(url)
        secret = secret_of(secrets.token_bytes(SECRET_BYTES))
        webhook = Webhook(f"wh_{secrets.token_hex(6)}", url, wanted, (secret,), now, by, host=host_of(url))
        self._subscribers.add(webhook)
        return webhook

    def named(self, webhook: str) -> Webhook:
        """One subscriber. Raises UnknownWebhook."""
        found = self._subscribers.get(webhook)
        if found is None:
            raise UnknownWebhook(f"there is no webhook '{webhook}'")
        return found

    def remove(self, webhook: str) -> None:
        """Forget one, with all that waits for it. Raises UnknownWebhook."""
        self._subscribers.remove(self.named(webhook).id)

    def switch(self, webhook: str, *, on: bool, why: str = "") -> None:
        """Switch one on, or off: then nothing is kept for it. Raises UnknownWebhook."""
        self._subscribers.switch(self.named(webhook).id, "on" if on else "off", "" if on else why)

    def rotate(self, webhook: str, now: datetime) -> str:
        """A new secret; the one before signs as well for a day. Raises UnknownWebhook, and WebhookLocked where its
        address can't be read: a new secret would help nobody."""
        if locked := self.named(webhook).locked:
            raise WebhookLocked(f"{webhook} can't be used: {locked}")
        secret = secret_of(secrets.token_bytes(SECRET_BYTES))
        self._subscribers.rotate(self.named(webhook).id, secret, now + timedelta(hours=OLD_SECRET_HOURS))
        return secret

    def retry(self, webhook: str, event: EventId | None, now: datetime) -> int:
        """Send again what was given up, one event or all; how many. Raises UnknownWebhook."""
        return self._deliveries.retry(self.named(webhook).id, event, now)

    def tidy(self, now: datetime) -> int:
        """Forget what was delivered a while ago, or given up long ago; how many rows went."""
        done = self._deliveries.tidy("done", now - timedelta(minutes=DONE_MINUTES))
        return done + self._deliveries.tidy("failed", now - timedelta(days=FAILED_DAYS))


def host_of(url: str) -> str:
    """An address's host, for lists and logs: the rest may hold a key."""
    return urlsplit(url).hostname or ""
