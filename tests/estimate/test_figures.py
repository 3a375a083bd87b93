"""A line's figures from a real Redis, as forecasts need them."""

from collections.abc import Iterator

import pytest

from ivr.core.flow.effects import Join
from ivr.core.queue_figures import QueueFigures
from ivr.core.queue_rules import QueueDefinition
from ivr.core.routing.rings import OpenRing
from ivr.services.forecasting import Forecasting
from ivr.services.lines_port import LineAsk
from ivr.store.redis.keys import Keys
from ivr.store.redis.told import RedisTold
from tests.routing.conftest import Centre

HELP = LineAsk("help", (OpenRing(0, "fr:1"),), QueueDefinition("help").rules())


@pytest.fixture
def centre(redis_url: str) -> Iterator[Centre]:
    made = Centre(redis_url)
    yield made
    made.client.close()


def later(centre: Centre, queue: str = "help", skill: str = "fr") -> str:
    """A caller who joins a second after whoever came before."""
    centre.clock.pass_ms(1000)
    return centre.caller(Join(queue, {skill: 1}))


def figures(centre: Centre, call: str = "") -> QueueFigures:
    return centre.lines.figures(HELP, centre.now, call)


def test_calls_of_other_lines_count_where_an_agent_serves_both_and_they_go_before(centre: Centre) -> None:
    centre.agent("both", fr=5, tax=5)
    centre.agent("other", law=5)
    later(centre)  # is offered to both's phone
    later(centre, "tax", "tax")
    mine = later(centre)
    later(centre, "tax", "tax")
    later(centre, "law", "law")
    later(centre, "law", "law")
    found = figures(centre, mine)
    assert (found.ahead, found.rivals, found.waiting) == (0, 1, 1), "of tax the first; law is answered by others"
    assert figures(centre).rivals == 2, "one that joined now finds both of tax before it"


def test_without_anybody_there_is_no_rival(centre: Centre) -> None:
    later(centre, "tax", "tax")
    assert figures(centre, later(centre)).rivals == 0


def test_people_are_counted_by_what_they_do(centre: Centre) -> None:
    for name in ("ana", "bea", "cem", "dan"):
        centre.agent(name)
    centre.presence.pause("cem", "lunch")
    centre.talk(later(centre))
    later(centre)
    found = figures(centre)
    assert (found.staff, found.available, found.busy, found.talking, found.paused) == (4, 1, 2, 1, 1)
    assert sum(found.answered) == 1
    assert found.last_answered_ms == centre.now - 1000


def test_whoever_leaves_after_this_talk_serves_nobody_else(centre: Centre) -> None:
    for name in ("ana", "bea"):
        centre.agent(name)
        centre.talk(later(centre))
    assert figures(centre).paused == 0
    centre.presence.pause("ana", "lunch")
    centre.presence.log_out("bea")
    found = figures(centre)
    assert (found.staff, found.busy, found.talking, found.paused) == (2, 0, 0, 2)


def test_who_may_answer_is_known_though_nobody_asked_for_the_like_before(centre: Centre) -> None:
    centre.agent("ana", law=5)
    law = LineAsk("help", (OpenRing(0, "law:3"),), QueueDefinition("help").rules())
    assert centre.lines.figures(law, centre.now).staff == 1
    assert centre.lines.figures(HELP, centre.now).staff == 0


def test_people_of_a_ring_that_opens_soon_count(centre: Centre) -> None:
    centre.agent("ana")
    centre.agent("bea")
    rings = (OpenRing(0, "@ana"), OpenRing(20_000, "@ana|fr:1"), OpenRing(600_000, ""))
    centre.agent("cem", law=5)
    first = centre.join("CA1", rings=rings, requirement="@ana")
    assert first.state == "offered"
    centre.join("CA2", rings=rings, requirement="@ana")
    found = figures(centre, "CA2")
    assert (found.ring, found.rings, found.next_ring_ms) == (1, 3, centre.now + 20_000)
    assert (found.staff, found.available) == (2, 0), "bea is free, but may answer only in 20 s; cem much later"
    asked = LineAsk("help", rings, HELP.rules)
    outlook = Forecasting(RedisTold(centre.client, Keys()), centre.lines).outlook(asked, centre.now)
    assert outlook is not None
    assert outlook.figures.staff == 2
