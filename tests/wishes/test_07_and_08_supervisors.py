"""Order explained, and changed by people: seen, moved, pulled and boosted, with a name and a reason."""

from collections.abc import Iterator

import pytest

from ivr.core.flow.effects import Join
from ivr.core.queue_rules import QueueDefinition
from ivr.services.forecasting import Forecasting
from ivr.services.lines import LineDesk, Refused
from ivr.services.ports import Act
from ivr.store.redis.faces import RedisFaces
from ivr.store.redis.keys import Keys
from ivr.store.redis.told import RedisTold
from ivr.store.sql.engine import Database
from tests.explain.conftest import Explained, sqlite, sqlite_url
from tests.wishes.hands import asks_to_be_called_back, offered_to

__all__ = ["sqlite", "sqlite_url"]


class Notes:
    """The audit, kept in memory."""

    def __init__(self) -> None:
        self.acts: list[Act] = []

    def note(self, act: Act) -> None:
        """One more."""
        self.acts.append(act)


class Office(Explained):
    """A centre with a supervisor's desk."""

    def open(self) -> LineDesk:
        """The desk."""
        self.flows.queue_definitions["other"] = QueueDefinition("other", title="Other")
        self.notes = Notes()
        self.desk = LineDesk(
            store=self.lines,
            flows=self.flows,
            agents=self.agents,
            faces=RedisFaces(self.client, Keys()),
            audit=self.notes,
            jobs=self.jobs,
            clock=self.clock,  # type: ignore[arg-type]
            forecasts=Forecasting(RedisTold(self.client, Keys()), self.lines),
        )
        return self.desk


@pytest.fixture
def office(redis_url: str, sqlite: Database) -> Iterator[Office]:
    """Three calls wait for one agent who talks."""
    made = Office(redis_url)
    made.keep(sqlite)
    made.open()
    yield made
    made.client.close()


def three_wait(office: Office) -> tuple[str, str, str]:
    """Ann talks; three calls wait for her, a second apart."""
    office.agent("ann")
    office.talk(office.caller())
    first, second, third = (office.caller() for _ in range(3) if office.clock.pass_ms(1_000))
    return first, second, third


def order(office: Office, line: str = "help") -> list[str]:
    """The calls of a line as the desk shows them."""
    return [call.call for call in office.desk.line(line)[0].calls]


# --- 7: the order, explained -----------------------------------------------------------------------------------------
def test_wish_07_each_caller_is_told_where_they_stand_and_why(office: Office) -> None:
    """In the order in which they will be answered, each with a sentence."""
    calls = three_wait(office)
    told = [office.explain(call).sentence for call in calls]
    assert [
        place in sentence for place, sentence in zip(("1st in line", "2nd in line", "3rd in line"), told, strict=True)
    ]
    assert all("1 agent" in sentence and "talking" in sentence for sentence in told), told


def test_wish_07_an_overtaking_has_a_name(office: Office) -> None:
    """Whoever goes before an older call does so for a reason that is written down."""
    three_wait(office)
    urgent = office.caller(Join("help", {"fr": 1}, urgent=True))
    dear = office.caller(Join("help", {"fr": 1}, priority_seconds=600))
    assert order(office)[:2] == [urgent, dear]
    assert office.explain(urgent).exceptions
    assert office.explain(dear).exceptions


# --- none-has 5: explainable routing ---------------------------------------------------------------------------------
def test_none_has_05_why_this_agent_and_what_would_have_been_sooner(office: Office) -> None:
    """Who was eligible and why not taken, why this one, and what would have changed it."""
    office.agent("ana", fr=5)
    office.agent("paul", fr=4)
    office.presence.pause("paul", "lunch")
    office.talk(office.caller(Join("taxes", {})))
    waits = office.caller(Join("taxes", {}))
    office.pass_s(30)
    office.presence.resume("paul")
    office.talk(waits)
    told = office.explain(waits)
    assert any("Paul" in decision.sentence for decision in told.decisions)
    assert told.would == ("if Paul had not been on break (lunch): 30 s sooner",)


# --- 8: queue state, move, pull, boost: audited ----------------------------------------------------------------------
def test_wish_08_a_line_shows_every_call_with_place_age_skills_and_forecast(office: Office) -> None:
    """Everything a position or a wait is told from."""
    calls = three_wait(office)
    asks_to_be_called_back(office, calls[1])
    shown = office.desk.line("help")[0]
    assert shown.waiting == 3
    assert [call.position for call in shown.calls] == [1, 2, 3]
    assert [call.mode for call in shown.calls] == ["call", "callback", "call"]
    office.clock.pass_ms(5_000)
    assert [call.waited_seconds for call in office.desk.line("help")[0].calls] == [7, 6, 5]


def test_wish_08_boosted_a_call_goes_before_those_it_is_worth_more_than(office: Office) -> None:
    """By a stated number of seconds, with a name in the audit and in the call's explanation."""
    first, second, third = three_wait(office)
    office.desk.boost(third, 60, "zoe", "her third call today")
    assert order(office) == [third, first, second]
    (act,) = office.notes.acts
    assert (act.actor, act.action, act.subject) == ("zoe", "call.boost", third)
    assert any("zoe" in reason for reason in office.explain(third).exceptions)


def test_wish_08_moved_a_call_keeps_its_place(office: Office) -> None:
    """In the other line it stands by its whole wait."""
    first, _, third = three_wait(office)
    young = office.caller(Join("other", {"fr": 1}))
    office.desk.move(third, "other", "zoe")
    assert order(office, "other") == [third, young]
    assert order(office)[0] == first
    assert office.notes.acts[-1].action == "call.move"


def test_wish_08_pulled_a_call_goes_to_that_agent_past_all_others(office: Office) -> None:
    """Whoever is named gets it, if they are free, whatever they can do."""
    _, _, third = three_wait(office)
    office.agent("luc", tax=3)
    office.desk.pull(third, "luc", "zoe")
    assert offered_to(office, "luc") == third
    assert any("zoe" in reason for reason in office.explain(third).exceptions)


def test_wish_08_what_cannot_be_done_has_a_name_and_leaves_no_trace(office: Office) -> None:
    """A call that has gone, an agent who isn't free, a line there isn't."""
    first, second, _ = three_wait(office)
    office.dispatch.caller_gone(first, office.now)
    before = order(office)
    for act in (
        lambda: office.desk.boost(first, 60, "zoe"),
        lambda: office.desk.pull(second, "ann", "zoe"),
        lambda: office.desk.move(second, "nowhere", "zoe"),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code
    assert order(office) == before
    assert office.notes.acts == []


def asks_and_group(office: Office, call: str) -> tuple[str, str, str]:
    """What a call's step asked for as kept, whom it prefers, and who may answer it by now."""
    found = office.lines.call(call)
    assert found is not None
    return found.asks, found.prefer, office.desk.call(call).call.wanted


def test_wish_08_moved_a_call_still_asks_for_what_its_step_asked_for(office: Office) -> None:
    """Only the line's own part is exchanged: whoever needs Dutch needs it in the other line too."""
    office.flows.queue_definitions["other"] = QueueDefinition("other", skills=(("hello", 1),))
    for name in ("ann", "bea"):
        office.agent(name, hello=1, nl=9)
        office.presence.pause(name, "lunch")
    office.agent("tom", fr=9)
    office.presence.pause("tom", "lunch")
    call = office.caller(Join("taxes", {"nl": 5}, preferred=("bea",), prefer_seconds=30))
    toms = office.caller(Join("taxes", {"nl": 5}, preferred=("tom",), prefer_seconds=30))
    for one in (call, toms):
        office.desk.move(one, "other", "zoe")
    assert asks_and_group(office, call) == ("nl:5", "30 bea", "@bea")
    assert asks_and_group(office, toms) == ("nl:5", "", "hello:1,nl:5"), "whom nobody there needs is left behind"
    assert "no longer" not in " ".join(office.explain(call).exceptions)


def test_wish_08_moved_a_call_leaves_behind_what_nobody_there_has(office: Office) -> None:
    """As little as possible, first what its own line asks for itself; the explanation and the audit say what."""
    office.flows.queue_definitions["other"] = QueueDefinition("other", title="Other", skills=(("hello", 1),))
    office.agent("ann", hello=1, nl=9)
    office.agent("tom", fr=9)
    office.presence.pause("ann", "lunch")
    office.presence.pause("tom", "lunch")
    call = office.caller(Join("taxes", {"fr": 3, "nl": 5}))
    office.desk.move(call, "other", "zoe")
    assert asks_and_group(office, call) == ("nl:5", "", "hello:1,nl:5")
    told = "moved: from Taxes to Other by zoe, no longer asking for fr 3 or better: nobody there has it, its place kept"
    assert told in office.explain(call).exceptions
    assert office.notes.acts[-1].detail == "from taxes to other, without fr 3 or better"


def test_wish_08_a_line_nobody_could_answer_anyway_takes_everything_along(office: Office) -> None:
    """That nobody has what a line asks for is no reason to forget what the caller needs."""
    office.flows.queue_definitions["other"] = QueueDefinition("other", skills=(("hello", 1),))
    office.agent("tom", fr=9, nl=9)
    office.presence.pause("tom", "lunch")
    call = office.caller(Join("taxes", {"nl": 5}))
    office.desk.move(call, "other", "zoe")
    assert asks_and_group(office, call) == ("nl:5", "", "hello:1,nl:5")
