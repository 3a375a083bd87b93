"""Events folded into SQL: once each, whatever comes again, on both databases."""

from datetime import UTC, datetime, timedelta

from ivr.core.events import Event, EventType
from ivr.core.routing.timeline import AgentChange
from ivr.services.events_port import EventId, Webhook, Written
from ivr.store.sql.decisions import SqlDecisions
from ivr.store.sql.deliveries import SqlDeliveries
from ivr.store.sql.engine import Database
from ivr.store.sql.subscribers import SqlSubscribers
from ivr.store.sql.vault import Vault

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
VAULT = Vault("s" * 32)
SECRET = "whsec_" + "A" * 43 + "="


def written(ms: int, number: int, kind: EventType, call: str = "", **data: str | int) -> Written:
    return Written(EventId(ms, number), Event(kind, ms, call, data))


def subscriber(name: str, *events: str) -> Webhook:
    return Webhook(name, f"https://{name}.example.org/", events, (SECRET,), NOW, "zoe")


EVENTS = [
    written(1000, 0, "call.joined", "CA1", queue="help"),
    written(1000, 1, "call.did", "CA1", text="1"),
    written(1000, 2, "call.offered", "CA1", agent="ana"),
    written(2000, 0, "call.joined", "CA2", queue="help"),
    written(3000, 0, "agent.changed", agent="ana", state="paused", reason="no_answer", misses=2),
]


def test_events_become_rows_once(database: Database) -> None:
    decisions = SqlDecisions(database)
    for again in (EVENTS[:3], EVENTS, EVENTS):
        decisions.fold(again, NOW)
    assert [(kept.id, kept.event.type) for kept in decisions.of_call("CA1")] == [
        (EventId(1000, 0), "call.joined"),
        (EventId(1000, 2), "call.offered"),
    ]
    assert decisions.of_call("CA1")[0].event.data == {"queue": "help"}
    assert list(decisions.changes(0, 5000).values()) == [
        AgentChange("ana", 1000, "reserved"),
        AgentChange("ana", 3000, "paused", "no_answer", 2),
    ]
    assert list(decisions.changes(2000, 2500).values()) == [AgentChange("ana", 1000, "reserved")], "what held then"
    assert list(decisions.changes(1000 + 86_400_001, 10**12).values()) == [
        AgentChange("ana", 3000, "paused", "no_answer", 2)
    ]
    assert decisions.changes(3001 + 86_400_000, 10**12) == {}, "a day is as far as it looks back"
    assert decisions.newest() == EventId(3000, 0)


def test_calls_are_found_by_how_they_begin(database: Database) -> None:
    decisions = SqlDecisions(database)
    assert decisions.newest() == EventId(0, 0)
    decisions.fold(
        [*EVENTS, written(4000, 0, "call.left", "CA1", reason="key"), written(4000, 1, "call.left", "C%")], NOW
    )
    assert decisions.calls_like("", 5) == ["CA2", "CA1"], "the newest to join first"
    assert decisions.calls_like("CA", 5) == ["CA1", "CA2"]
    assert decisions.calls_like("CA2", 5) == ["CA2"]
    assert decisions.calls_like("C%", 5) == ["C%"], "a prefix is no pattern"


def test_more_events_than_one_statement_takes(database: Database) -> None:
    decisions = SqlDecisions(database)
    SqlSubscribers(database, VAULT).add(subscriber("wh_1", "*"))
    many = [written(1000 + index, 0, "call.joined", "CA1", queue="help") for index in range(501)]
    decisions.fold(many, NOW)
    assert len(decisions.of_call("CA1")) == 501
    assert SqlDeliveries(database).waiting() == {"wh_1": 501}


def test_tidying_forgets_what_is_old(database: Database) -> None:
    decisions = SqlDecisions(database)
    decisions.fold(EVENTS, NOW)
    assert decisions.tidy(datetime.fromtimestamp(2, UTC)) == 3
    assert decisions.calls_like("", 5) == ["CA2"]
    assert list(decisions.changes(0, 5000).values()) == [AgentChange("ana", 3000, "paused", "no_answer", 2)]


def test_subscribers_are_put_out_what_they_want_once(database: Database) -> None:
    decisions, deliveries, subscribers = (
        SqlDecisions(database),
        SqlDeliveries(database),
        SqlSubscribers(database, VAULT),
    )
    subscribers.add(subscriber("wh_calls", "call.*"))
    subscribers.add(subscriber("wh_agents", "agent.changed"))
    subscribers.add(subscriber("wh_off", "*"))
    subscribers.switch("wh_off", "off", "holidays")
    assert decisions.fold(EVENTS, NOW) == {"wh_calls", "wh_agents"}
    assert decisions.fold(EVENTS, NOW) == frozenset(), "nothing new"
    due = deliveries.due("wh_calls", NOW, 10)
    assert [(each.event, each.type) for each in due] == [
        (EventId(1000, 0), "call.joined"),
        (EventId(1000, 2), "call.offered"),
        (EventId(2000, 0), "call.joined"),
    ], "and never what a caller pressed"
    assert deliveries.waiting() == {"wh_calls": 3, "wh_agents": 1}
    assert set(deliveries.wanting(NOW)) == {"wh_calls", "wh_agents"}


def test_one_serves_a_subscriber_at_a_time(database: Database) -> None:
    deliveries = SqlDeliveries(database)
    SqlSubscribers(database, VAULT).add(subscriber("wh_1", "*"))
    until = NOW + timedelta(seconds=60)
    assert deliveries.lease("wh_1", "one", NOW, until)
    assert not deliveries.lease("wh_1", "two", NOW, until)
    assert deliveries.lease("wh_1", "one", NOW, until), "prolonged"
    assert deliveries.lease("wh_1", "two", until, until + timedelta(seconds=60)), "whoever held it has died"
    assert not deliveries.lease("wh_1", "one", until, until), "what isn't held can't be given back"
    assert deliveries.lease("wh_1", "two", until, until)
    assert deliveries.lease("wh_1", "one", until, until + timedelta(seconds=60))
    assert not deliveries.lease("wh_none", "one", NOW, until)


def test_nobody_fills_the_disk_by_being_away(database: Database, monkeypatch: object) -> None:
    monkeypatch.setattr("ivr.store.sql.deliveries.MOST_WAITING", 2)  # type: ignore[attr-defined]
    decisions, deliveries, subscribers = (
        SqlDecisions(database),
        SqlDeliveries(database),
        SqlSubscribers(database, VAULT),
    )
    subscribers.add(subscriber("wh_1", "*"))
    decisions.fold(EVENTS, NOW)
    assert deliveries.waiting() == {"wh_1": 4}, "as long as it answers, all of it"
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE webhooks SET failures = 3")
    decisions.fold([written(9000, 0, "call.joined", "CA3")], NOW)
    assert deliveries.waiting() == {"wh_1": 4}
    assert [each.dropped for each in subscribers.all()] == [1]


def test_a_removed_subscriber_leaves_nothing(database: Database) -> None:
    subscribers, deliveries = SqlSubscribers(database, VAULT), SqlDeliveries(database)
    subscribers.add(subscriber("wh_1", "*"))
    SqlDecisions(database).fold(EVENTS, NOW)
    assert subscribers.remove("wh_1")
    assert not subscribers.remove("wh_1")
    assert deliveries.waiting() == {}
    assert subscribers.all() == []


def test_a_new_secret_goes_before_the_old_one(database: Database) -> None:
    subscribers = SqlSubscribers(database, VAULT)
    subscribers.add(subscriber("wh_1", "*"))
    until = NOW + timedelta(days=1)
    assert subscribers.rotate("wh_1", "whsec_new", until)
    found = subscribers.get("wh_1")
    assert found is not None
    assert (found.secrets, found.old_until) == (("whsec_new", SECRET), until)
    assert not subscribers.rotate("wh_none", "whsec_new", until)
