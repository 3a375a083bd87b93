"""A centre in a real Redis whose events are folded into a real database, and its calls explained."""

from collections.abc import Iterator

import pytest

from ivr.core.queue_rules import QueueDefinition
from ivr.core.routing.explain import Explanation
from ivr.core.routing.rings import Ring
from ivr.services.explaining import Explaining
from ivr.services.scribe import Scribe
from ivr.store.redis.event_reader import RedisEventReader
from ivr.store.redis.keys import Keys
from ivr.store.sql.decisions import SqlDecisions
from ivr.store.sql.deliveries import SqlDeliveries
from ivr.store.sql.engine import Database
from ivr.store.sql.subscribers import SqlSubscribers
from tests.events.conftest import sqlite, sqlite_url
from tests.events.test_store import VAULT
from tests.routing.conftest import Centre

__all__ = ["sqlite", "sqlite_url"]


class Explained(Centre):
    """A centre with a scribe. `taxes` opens to fr 2 after 60 s."""

    def keep(self, database: Database) -> None:
        """Fold into and explain from this database."""
        self.reader = RedisEventReader(self.client, Keys(), "one")
        self.decisions, self.deliveries = SqlDecisions(database), SqlDeliveries(database)
        self.subscribers = SqlSubscribers(database, VAULT)
        self.scribe = Scribe(self.reader, self.decisions, self.deliveries, self.jobs, self.clock)
        taxes = QueueDefinition("taxes", title="Taxes", skills=(("fr", 3),), rings=(Ring(60, (("fr", 2),)),))
        self.flows.queue_definitions["taxes"] = taxes
        self.explaining = Explaining(
            self.decisions,
            self.reader,
            self.lines,
            self.agents,
            self.flows,
            self.clock,  # type: ignore[arg-type]
        )

    def explain(self, call: str) -> Explanation:
        """A call explained; it is known."""
        found = self.explaining.explain_call(call)
        assert found is not None
        return found

    def pass_s(self, seconds: int) -> None:
        """Time passes, a second at a time, and what is due is done; callers give signs of life."""
        for _ in range(seconds):
            self.sweep(1000)
            for queue in ("taxes", "help"):
                for call in self.lines.waiting_in(queue)[1]:
                    if call.mode == "call":
                        self.lines.waiting(call.call, self.now)
            self.work()


@pytest.fixture
def centre(redis_url: str, sqlite: Database) -> Iterator[Explained]:
    made = Explained(redis_url)
    made.keep(sqlite)
    yield made
    made.client.close()
