"""Whatever stands in a stream or a history, of whatever version: an explanation never breaks."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.core.events import Event
from ivr.core.facts import FACTS, data_of, fact_of
from ivr.core.routing.explain import Ahead, Evidence, explain
from ivr.core.routing.timeline import AgentChange
from ivr.core.routing.who import Person
from ivr.core.webhooks import PRIVATE, body_of

WANTED = ["", "fr:3", "taxes/fr:2|@ana~most_skilled", "taxes/~dance", "fr", "fr:x", "@", "~", "a/b/c~d~e", ":", "fr:3-"]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=9),
    st.sampled_from([*WANTED, "ana", "CA1-1"]),
)
MOMENTS = st.integers(0, 400_000)


def _event(kind: str) -> st.SearchStrategy[Event]:
    names = list(data_of(FACTS[kind]())) if kind in FACTS else ["new"]
    data = st.fixed_dictionaries({}, optional=dict.fromkeys(names, SCALARS))
    return st.builds(Event, st.just(kind), MOMENTS, st.just("CA1"), data)  # type: ignore[arg-type]


EVENTS = st.lists(st.sampled_from([*FACTS, "call.sang"]).flatmap(_event), max_size=9)
STATES = st.sampled_from(["offline", "available", "reserved", "on_call", "wrap_up", "paused", "dancing"])
CHANGES = st.lists(
    st.builds(
        AgentChange, st.sampled_from(["ana", "ben"]), MOMENTS, STATES, st.sampled_from(["", "lunch", "no_answer"])
    ),
    max_size=9,
)
PEOPLE = [Person("ana", "Ana", {"fr": 4}), Person("ben", "", {})]
AHEAD = st.builds(Ahead, st.integers(0, 9), MOMENTS, st.one_of(st.none(), st.sampled_from(WANTED[:2])))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(EVENTS, CHANGES, MOMENTS, AHEAD)
def test_it_says_something_whatever_happened(
    events: list[Event], changes: list[AgentChange], now_ms: int, ahead: Ahead
) -> None:
    found = explain(Evidence("CA1", events, changes, PEOPLE, now_ms, {"taxes": "Taxes"}, ahead))
    assert found.sentence
    assert len(found.decisions) <= len(events)
    assert len(found.would) <= 3


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(EVENTS)
def test_whatever_is_known_can_be_sent(events: list[Event]) -> None:
    for event in events:
        assert (body_of(event) is None) == (fact_of(event) is None or event.type in PRIVATE)
