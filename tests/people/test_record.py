"""Ended calls become history: what each kind of ending is called, and that nothing is lost or written twice."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.core.flow.session import CallerFacts, Session
from ivr.services.history import OUTCOMES, keep_message, outcome_of, record_call, record_of
from ivr.services.identification import identify
from ivr.services.keeping import EndedCall
from ivr.services.ports import CallRecord, HistoryDown, Moment
from ivr.store.redis.client import StateClient
from ivr.store.redis.ended import RedisEndedCalls
from ivr.store.redis.keys import Keys
from ivr.store.redis.sessions import RedisSessions
from ivr.store.sql.calls import SqlHistory
from ivr.store.sql.engine import Database
from ivr.store.sql.messages import SqlMessages
from tests.databases import make_tables

T0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MS = int(T0.timestamp() * 1000)
SID = "CA" + "1" * 32
REC = "RE" + "2" * 32
SESSION = Session(
    call_sid=SID,
    line="mairie",
    flow="town-hall",
    digest="d1",
    step="matters",
    language="fr-FR",
    from_number="06 12 34 56 78",
    to_number="+33199001000",
    started_at=T0.isoformat(),
    path=("État civil", "Passeport"),
    caller=CallerFacts("new", "+33612345678"),
)
ENDED = {"ended_ms": str(MS + 180_000)}
MESSAGE = json.dumps({"mailbox": "mairie", "recording_sid": REC, "seconds": 12, "reason": "Passeport"})
TALKED = {
    "state": "left",
    "queue": "etat-civil",
    "joined": str(MS + 20_000),
    "bridged": str(MS + 81_500),
    "left": str(MS + 170_000),
    "left_reason": "talked",
    "agent": "camille",
    "epoch": "2",
}


def over(
    facts: Mapping[str, str] | None = None,
    way: Mapping[str, str] | None = None,
    offers: Sequence[Mapping[str, str]] = (),
    **session: object,
) -> EndedCall:
    return EndedCall(replace(SESSION, **session), {**ENDED, **(facts or {})}, way or {}, offers)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("outcome", "call"),
    [
        ("answered", over(way=TALKED, ended=True)),
        ("answered", over(way={"state": "bridged", "bridged": str(MS + 1)})),
        ("answered", over({f"message:{REC}": MESSAGE}, TALKED)),
        (
            "abandoned",
            over({"hung_up": "1"}, {"state": "left", "left_reason": "abandoned", "joined": str(MS)}, ended=True),
        ),
        ("abandoned", over(way={"state": "waiting", "joined": str(MS)})),
        ("abandoned", over(way={"state": "offered", "joined": str(MS)})),
        ("voicemail", over({f"message:{REC}": MESSAGE}, {"state": "left", "left_reason": "timeout"}, ended=True)),
        ("voicemail", over({f"message:{REC}": MESSAGE, "hung_up": "1"}, ended=True)),
        ("dialed", over({"dialed": "1"}, ended=True)),
        ("dialed", over({"dialed": "1", "hung_up": "1"}, ended=True)),
        ("ended-by-flow", over(ended=True)),
        ("ended-by-flow", over(way={"state": "left", "left_reason": "timeout"}, ended=True)),
        ("hung-up-in-menu", over()),
        ("hung-up-in-menu", over({"hung_up": "1"}, ended=True)),
        ("hung-up-in-menu", over({"hung_up": "1"}, {"state": "left", "left_reason": "timeout"}, ended=True)),
        ("rejected", over({"rejected": "1"}, ended=True)),
        ("failed", over(ended=True, faults=1)),
        ("answered", over(way=TALKED, ended=True, faults=1)),
    ],
)
def test_how_a_call_ended(outcome: str, call: EndedCall) -> None:
    assert outcome_of(call) == outcome


def test_every_outcome_of_the_glossary_can_come_about() -> None:
    glossary = Path("docs/glossary.md").read_text(encoding="utf-8").partition("## How a call can end")[2]
    assert {line.split("`")[1] for line in glossary.splitlines() if line.startswith("| `")} == set(OUTCOMES)


def test_an_answered_call_with_a_refused_offer_before() -> None:
    offers = [
        {"agent": "octave", "state": "timed_out", "made": str(MS + 20_000), "ended": str(MS + 45_000)},
        {
            "agent": "camille",
            "state": "accepted",
            "made": str(MS + 45_000),
            "answered": str(MS + 50_000),
            "accepted": str(MS + 80_000),
            "bridged": str(MS + 81_500),
            "met": str(MS + 82_000),
            "ended": str(MS + 170_000),
        },
    ]
    facts = {
        "note:2:1": '["file", "4711"]',
        "note:1:0": '["matters", "État civil"]',
        "note:10:0": '["x", "y"]',
        "chosen_ms": str(MS + 19_000),
    }
    record = record_of(over(facts, TALKED, offers, ended=True))
    assert record == CallRecord(
        call_sid=SID,
        line="mairie",
        flow="town-hall",
        digest="d1",
        from_number="+33612345678",
        from_raw="06 12 34 56 78",
        to_number="+33199001000",
        caller_kind="new",
        started_at=T0,
        ended_at=T0 + timedelta(minutes=3),
        outcome="answered",
        path=("État civil", "Passeport"),
        queue="etat-civil",
        joined_at=T0 + timedelta(seconds=20),
        wait_seconds=61,
        agent_id="camille",
        talk_seconds=88,
        notes=(("matters", "État civil"), ("file", "4711"), ("x", "y")),
        moments=(
            Moment("started", T0),
            Moment("chosen", T0 + timedelta(seconds=19)),
            Moment("joined", T0 + timedelta(seconds=20), "etat-civil"),
            Moment("offered", T0 + timedelta(seconds=20), "octave"),
            Moment("timed_out", T0 + timedelta(seconds=45), "octave"),
            Moment("offered", T0 + timedelta(seconds=45), "camille"),
            Moment("picked-up", T0 + timedelta(seconds=50), "camille"),
            Moment("accepted", T0 + timedelta(seconds=80), "camille"),
            Moment("talking", T0 + timedelta(seconds=82), "camille"),
            Moment("left", T0 + timedelta(seconds=170), "talked"),
            Moment("ended", T0 + timedelta(minutes=3)),
        ),
    )


def test_an_abandoned_call_waited_until_it_left() -> None:
    way = {
        "state": "left",
        "joined": str(MS + 20_000),
        "left": str(MS + 65_900),
        "left_reason": "abandoned",
        "queue": "q",
    }
    record = record_of(over(way=way))
    assert (record.outcome, record.wait_seconds, record.talk_seconds, record.agent_id) == ("abandoned", 45, 0, "")


def test_a_call_still_in_its_line_when_recorded_waited_until_its_end() -> None:
    record = record_of(over(way={"state": "waiting", "joined": str(MS + 60_000), "left": "0", "queue": "q"}))
    assert record.wait_seconds == 120


def test_a_call_without_a_line_has_no_wait() -> None:
    record = record_of(over())
    assert (record.wait_seconds, record.joined_at, record.queue) == (None, None, "")


class Stores:
    """The real stores of one test."""

    def __init__(self, redis_url: str, url: str) -> None:
        make_tables(url)
        self.client = StateClient(redis_url)
        self.keys = Keys("t")
        self.sessions = RedisSessions(self.client, self.keys)
        self.ended = RedisEndedCalls(self.client, self.keys, self.sessions)
        self.database = Database(url)
        self.history = SqlHistory(self.database)
        self.messages = SqlMessages(self.database)

    def end(self, facts: Mapping[str, str], way: Mapping[str, str] | None = None) -> None:
        self.sessions.save(replace(SESSION, ended=True), "<Response/>", [], facts)
        if way:
            flat = [text for pair in way.items() for text in pair]
            self.client.execute("HSET", f"{self.keys.prefix}call:{SID}", *flat)
        assert self.sessions.end(SID, "whatever", MS + 180_000)

    def record(self) -> CallRecord | None:
        return record_call(SID, ended=self.ended, history=self.history, messages=self.messages)


@pytest.fixture
def stores(redis_url: str, tmp_path: Path) -> Iterator[Stores]:
    made = Stores(redis_url, f"sqlite:///{tmp_path / 'h.sqlite'}")
    yield made
    made.client.close()
    made.database.close()


def test_a_call_is_written_once_and_taken_off_the_list(stores: Stores) -> None:
    offer = {"agent": "camille", "state": "accepted", "made": str(MS + 21_000), "bridged": str(MS + 81_500)}
    flat = [text for pair in offer.items() for text in pair]
    stores.client.execute("HSET", f"{stores.keys.prefix}reservation:{SID}-1", *flat)
    stores.end({"note:1:0": '["matters", "Passeport"]'}, {**TALKED, "epoch": "1"})
    assert stores.ended.waiting() == [SID]
    first = stores.record()
    assert first is not None
    assert stores.ended.waiting() == []
    assert stores.history.get(SID) == first
    assert (first.outcome, first.agent_id, first.wait_seconds) == ("answered", "camille", 61)
    assert Moment("offered", T0 + timedelta(seconds=21), "camille") in first.moments
    assert stores.record() == first
    assert stores.history.caller("+33612345678", "FR").calls_before == 1


def test_without_a_database_the_call_stays_on_the_list(stores: Stores) -> None:
    stores.end({})
    with stores.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE calls RENAME TO away")
    with pytest.raises(HistoryDown):
        stores.record()
    assert stores.ended.waiting() == [SID]
    with stores.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE away RENAME TO calls")
    assert stores.record() is not None
    assert stores.ended.waiting() == []


def test_a_call_of_which_nothing_is_kept_is_taken_off_the_list(stores: Stores) -> None:
    stores.end({})
    stores.client.execute("DEL", stores.keys.session(SID))
    assert stores.record() is None
    assert stores.ended.waiting() == []


def test_a_message_is_kept_while_the_call_goes_on_and_only_once(stores: Stores) -> None:
    stores.sessions.save(SESSION, "<Response/>", [], {f"message:{REC}": MESSAGE})
    now = T0 + timedelta(minutes=1)
    kept = keep_message(SID, REC, ended=stores.ended, messages=stores.messages, now=now)
    assert kept is not None
    assert (kept.from_number, kept.mailbox, kept.seconds, kept.left_at) == ("+33612345678", "mairie", 12, now)
    assert keep_message(SID, "RE" + "9" * 32, ended=stores.ended, messages=stores.messages, now=now) is None
    assert keep_message("CA" + "9" * 32, REC, ended=stores.ended, messages=stores.messages, now=now) is None
    stores.sessions.end(SID, "voicemail", MS + 180_000)
    record = stores.record()
    assert record is not None
    assert record.outcome == "voicemail"
    assert stores.messages.newest() == [kept]


def test_a_message_whose_job_was_lost_is_kept_with_the_record(stores: Stores) -> None:
    stores.end({f"message:{REC}": MESSAGE})
    stores.record()
    assert [message.recording_sid for message in stores.messages.newest("mairie")] == [REC]


def test_a_caller_is_identified_by_history(stores: Stores) -> None:
    stores.end({})
    stores.record()
    known, fault = identify(stores.history, "06 12 34 56 78", "FR")
    assert (known.kind, known.calls_before, known.last_reason, fault) == ("known", 1, "État civil, Passeport", "")


def test_without_a_database_a_caller_is_still_answered(stores: Stores) -> None:
    with stores.database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE contact_numbers")
    known, fault = identify(stores.history, "06 12 34 56 78", "FR")
    assert known == CallerFacts("new", "+33612345678")
    assert "contact_numbers" in fault
    assert identify(stores.history, "anonymous", "FR") == (CallerFacts("hidden"), "")
