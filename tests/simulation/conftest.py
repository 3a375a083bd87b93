"""Lines in a real Redis, to play in."""

from collections.abc import Callable, Iterator, Sequence

import pytest

from ivr.core.queue_rules import QueueDefinition
from ivr.services.patience import patience
from ivr.simulation.moments import SOME_DAY, midnight_ms
from ivr.simulation.play import Play, Played
from ivr.simulation.scenario import CallBack, Caller, Hands, Person, Scenario, Turn
from ivr.store.redis.client import StateClient
from ivr.store.redis.keys import Keys
from ivr.store.redis.lines import RedisLines

BEGIN = midnight_ms(SOME_DAY)


@pytest.fixture
def lines(redis_url: str) -> Iterator[RedisLines]:
    """Empty lines."""
    client = StateClient(redis_url, timeout=30)
    yield RedisLines(client, Keys("simulated"), patience())
    client.close()


@pytest.fixture
def play(lines: RedisLines) -> Callable[..., Played]:
    """Plays callers and people in one line, `desk`, unless other queues are given."""

    def run(
        callers: Sequence[Caller],
        people: Sequence[Person],
        *queues: QueueDefinition,
        told: Callable[[int], int] | None = None,
    ) -> Played:
        known = {queue.name: queue for queue in queues or (QueueDefinition("desk", wrap_up_seconds=10),)}
        return Play(lines, Scenario(callers, people, known), told).run()

    return run


def caller(  # noqa: PLR0917 - what differs from call to call
    at: float,
    talk: float = 60,
    patience: float = 1000,
    queue: str = "desk",
    priority: int = 0,
    callback: CallBack | None = None,
) -> Caller:
    """Seconds throughout."""
    return Caller(
        BEGIN + round(at * 1000),
        queue,
        round(patience * 1000),
        round(talk * 1000),
        priority_seconds=priority,
        callback=callback,
    )


def person(name: str, *turns: Turn, skills: dict[str, int] | None = None, hands: Hands | None = None) -> Person:
    """Always there where no turns are given; picks up at once where no hands are."""
    return Person(name, skills or {}, turns or (Turn(BEGIN, "in"),), hands or Hands())


def turn(at: float, turning: str, seconds: float = 0) -> Turn:
    """Seconds throughout."""
    return Turn(BEGIN + round(at * 1000), turning, round(seconds * 1000))  # type: ignore[arg-type]


def waits(played: Played) -> list[tuple[str, float]]:
    """How each call ended and after how many seconds, in the order in which they came."""
    fates = sorted(played.fates, key=lambda fate: fate.caller.at_ms)
    return [(fate.end, fate.waited_ms / 1000) for fate in fates]
