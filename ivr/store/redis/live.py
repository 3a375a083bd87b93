"""The port `Live`: events of which no script writes its own, appended to the stream."""

import json
import logging

from ivr.core.events import Event
from ivr.services.ports import StoreDown
from ivr.store.redis.client import StateClient
from ivr.store.redis.keys import Keys
from ivr.store.redis.sessions import EVENTS_KEPT

log = logging.getLogger(__name__)


class RedisLive:
    """Appends events. Safe to share between threads."""

    def __init__(self, client: StateClient, keys: Keys) -> None:
        self._client = client
        self._stream = keys.events

    def publish(self, event: Event) -> None:
        """Append an event. Where the store is away it is only logged: nothing depends on it."""
        try:
            self._client.execute(
                "XADD", self._stream, "MAXLEN", "~", EVENTS_KEPT, "*",
                "type", event.type, "at_ms", event.at_ms, "call", event.call,
                "data", json.dumps(dict(event.data), ensure_ascii=False),
            )  # fmt: skip
        except StoreDown as error:
            log.warning("event not published", extra={"type": event.type, "call": event.call, "reason": str(error)})
