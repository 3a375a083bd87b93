"""Lines with calls and agents in a real Redis, for tests of the desk, its API and its pages."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ivr.core.callback_record import CallbackWay
from ivr.core.queue_figures import QueueFigures
from ivr.core.queue_rules import QueueDefinition
from ivr.core.routing.order import offset
from ivr.services.asking import ask
from ivr.services.callbacks_port import Booking
from ivr.services.clock import Clock
from ivr.services.lines_port import Request
from ivr.store.redis.client import StateClient
from ivr.store.redis.keys import Keys
from ivr.store.redis.lines import RedisLines
from tests.console.seed import Seeder


@dataclass(frozen=True)
class SomeRange:
    """A forecast."""

    low_s: float
    high_s: float


@dataclass(frozen=True)
class SomeRecord:
    """A forecast's record."""

    calls: int = 0
    within: float = 0.0
    error_s: float = 0.0


class SomeForecasts:
    """Half a minute to a minute and a half, and a minute to a minute and a half for each call ahead."""

    def of_line(self, queue: str) -> Callable[[QueueFigures], SomeRange | None]:
        return lambda figures: SomeRange(figures.ahead * 60 + 30, figures.ahead * 90 + 90)

    def accuracy(self, queue: str, now_ms: int) -> SomeRecord:
        return SomeRecord(120, 0.83, 41.0) if queue == "passports" else SomeRecord()


class SomeCallbacks:
    """One callback of the passports' line: dialled in time at the second try, reached after five minutes."""

    def promised(self, since: datetime, until: datetime) -> dict[str, list[CallbackWay]]:
        asked, minute = since, timedelta(minutes=1)
        way = CallbackWay(asked, asked, asked + 4 * minute, asked + minute, asked + 5 * minute, 2, asked + 9 * minute)
        return {"passports": [way]}


class House:
    """Lines, calls and agents."""

    def __init__(self, redis_url: str, clock: Clock, queues: dict[str, QueueDefinition]) -> None:
        self._client = StateClient(redis_url)
        self.lines = RedisLines(self._client, Keys())
        self.seed = Seeder(redis_url)
        self.clock = clock
        self.queues = queues

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()
        self.seed.redis.close()
        self.seed.sessions._client.close()

    def wait(
        self, call: str, queue: str, ago: int = 0, *, number: str = "+33612345678", name: str = "",
        skills: dict[str, int] | None = None, reason: str = "", urgent: bool = False, agent: str = "",
    ) -> None:  # fmt: skip
        """A call joins a line, `ago` seconds ago; `reason` is its way in words, `agent` is preferred for 20 s."""
        self.seed.call(call, number, name=name, kind="known" if name else "new", ago=ago)
        if reason:
            self.seed.says(call, path=(reason,))
        line = self.queues.get(queue, QueueDefinition(queue))
        asked = ask(line, skills or {}, (agent,) if agent else (), 20 if agent else 0)
        self.lines.join(
            Request(
                call=call, queue=queue, requirement=asked.requirement, turn=1, rings=asked.rings, rules=line.rules(),
                asks=asked.asks, prefer=asked.prefer,
                offset=offset(urgent=urgent, priority_seconds=line.boost_seconds),
            ),
            self.clock.now_ms() - 1000 * ago,
        )  # fmt: skip

    def callback(self, call: str, queue: str, ago: int = 0, number: str = "+33612345678") -> None:
        """A callback takes its place."""
        line = self.queues.get(queue, QueueDefinition(queue))
        asked = ask(line, {})
        booking = Booking(
            id=call, origin="CA0", queue=queue, inherit=False, requirement=asked.requirement, rings=asked.rings,
            rules=line.rules(), number=number, offset=offset(urgent=False, priority_seconds=0), tries=3,
        )  # fmt: skip
        self.lines.book(booking, self.clock.now_ms() - 1000 * ago)

    def agent(self, agent: str, name: str = "", **skills: int) -> None:
        """An agent logs in, and is available."""
        self.lines.log_in(agent, name or agent.title(), skills, self.clock.now_ms())

    def pause(self, agent: str, reason: str) -> None:
        """An agent takes a break."""
        self.lines.wish(agent, "paused", reason, self.clock.now_ms())

    def takes(self, call: str) -> None:
        """Whoever is offered a call presses the key."""
        found = self.lines.call(call)
        assert found is not None
        self.lines.claim(found.reservation, self.clock.now_ms())
        self.lines.ringing(found.reservation, "CA" + "f" * 32, self.clock.now_ms(), lease_ms=60_000, picked_up=True)
        self.lines.accept(found.reservation, self.clock.now_ms())
