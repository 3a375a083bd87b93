"""A line's figures from a real Redis, as forecasts need them."""

from collections.abc import Iterator

import pytest

from ivr.core.flow.effects import Join
from ivr.core.queue_figures import QueueFigures
from ivr.core.queue_rules import QueueDefinition
from ivr.core.routing.rings import OpenRing
from ivr.services.lines_port import LineAsk
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
