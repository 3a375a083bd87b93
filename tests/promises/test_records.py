"""What was promised, in the database: callbacks, texts sent once, answers, messages as work; and their commands."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.cli.main import main
from ivr.core.flow.effects import KeepAnswers, SendText
from ivr.core.flow.session import CallerFacts, Session
from ivr.core.flow.turn import Turn, Walked
from ivr.services.commands import facts_of, perform
from ivr.services.dialling import Dialling, Limits
from ivr.services.history import answers_of, message_of, outcome_of
from ivr.services.keeping import EndedCall, Message
from ivr.services.ports import AgentProfile, CarrierError
from ivr.services.promises import record_of
from ivr.services.texting import Texting, texts_of
from ivr.store.redis.client import StateClient
from ivr.store.redis.keys import Keys
from ivr.store.redis.lines import RedisLines
from ivr.store.sql.agents import SqlAgents
from ivr.store.sql.callbacks import SqlCallbacks
from ivr.store.sql.calls import SqlHistory
from ivr.store.sql.engine import Database
from ivr.store.sql.messages import SqlMessages
from ivr.store.sql.surveys import SqlSurveys
from ivr.store.sql.texts import SqlTexts
from tests.databases import make_tables
from tests.fakes import FakeCarrier, FakeJobs

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CALL, NUMBER, LINE = "CA" + "1" * 32, "+33612345678", "+33199001000"
RECORDING = "RE" + "2" * 32
ID = f"{CALL}-3-0"


@pytest.fixture
def url(tmp_path: Path) -> str:
    made = f"sqlite:///{tmp_path / 'history.sqlite'}"
    make_tables(made)
    return made


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    made = Database(url)
    yield made
    made.close()


def ended(**facts: str) -> EndedCall:
    session = Session(
        CALL, "mairie", "f", "d", "s", "fr-FR", NUMBER, LINE, NOW.isoformat(), caller=CallerFacts(number=NUMBER)
    )
    return EndedCall(replace(session, ended=True), facts)


def turn(*commands: object, exit: str = "sent") -> Turn:  # noqa: A002 - the word of the model
    from ivr.core.flow.effects import Hangup

    session = replace(ended().session, turn=3)
    return Turn(session, (*commands, Hangup()), (Walked("s", exit),))  # type: ignore[arg-type]


# --- callbacks -----------------------------------------------------------------------------------------------------
WAY = {
    "mode": "callback", "state": "waiting", "queue": "accueil", "number": NUMBER, "to_number": LINE,
    "reason": "Passeport", "rev": "1", "booked": str(NOW.timestamp() * 1000),
    "origin": CALL, "tries": "3", "attempts": "0", "not_before": "0",
}  # fmt: skip


def test_a_callback_is_kept_as_the_lines_last_told_of_it(database: Database) -> None:
    records = SqlCallbacks(database)
    records.keep(record_of("CB1", WAY))
    assert [one.id for one in records.open()] == ["CB1"]
    now_ms = NOW.timestamp() * 1000
    times = {"bridged": str(now_ms + 60_000), "left": str(now_ms + 90_000)}
    done = {"state": "left", "left_reason": "talked", "rev": "3", "agent": "ann", **times}
    records.keep(record_of("CB1", WAY | done))
    records.keep(record_of("CB1", WAY | {"rev": "2"}))
    kept = records.get("CB1")
    assert kept is not None
    assert (kept.status, kept.agent_id, kept.talk_seconds) == ("done", "ann", 30)
    assert records.open() == []


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        ("talked", "done"),
        ("cancelled", "cancelled"),
        ("unreached", "failed"),
        ("expired", "failed"),
        ("refused", "failed"),
    ],
)
def test_how_a_callback_ended(reason: str, status: str) -> None:
    assert record_of("CB1", WAY | {"state": "left", "left_reason": reason}).status == status


def test_who_phones_again_while_a_callback_waits_is_recognised(database: Database) -> None:
    history = SqlHistory(database)
    assert history.caller(NUMBER, "FR").callback == ""
    SqlCallbacks(database).keep(record_of("CB1", WAY))
    assert history.caller(NUMBER, "FR").callback == "accueil"
    assert history.caller("anonymous", "FR").callback == ""
    SqlCallbacks(database).keep(record_of("CB1", WAY | {"state": "left", "left_reason": "talked", "rev": "2"}))
    assert history.caller(NUMBER, "FR").callback == ""


def test_a_failed_one_stays_to_be_done_until_somebody_settles_it(database: Database) -> None:
    records = SqlCallbacks(database)
    failed = WAY | {"state": "left", "left_reason": "unreached", "attempts": "3", "last_cause": "no_answer"}
    records.keep(record_of("CB1", failed))
    assert records.open()[0].last_cause == "no_answer"
    assert records.done("CB1", "ann", NOW)
    assert not records.done("CB1", "bea", NOW)
    assert records.open() == []
    records.keep(record_of("CB1", failed | {"rev": "9"}))
    assert records.open() == [], "what people settled stays settled"


# --- texts ---------------------------------------------------------------------------------------------------------
def texting(database: Database, carrier: FakeCarrier, *, on: bool = True, **limits: int) -> Texting:
    dialling = Dialling(limits={"text": Limits(**limits)}) if limits else Dialling()
    return Texting(SqlTexts(database), carrier, dialling, FakeJobs(), on)


class Ended:
    def __init__(self, call: EndedCall) -> None:
        self.call = call

    def get(self, call_sid: str) -> EndedCall | None:
        return self.call if call_sid == CALL else None


def wanted() -> Ended:
    return Ended(ended(**facts_of(turn(SendText(NUMBER, "Bonjour.")))))


def test_a_text_is_sent_once_and_its_way_told(database: Database) -> None:
    carrier, jobs = FakeCarrier(), FakeJobs()
    perform(turn(SendText(NUMBER, "Bonjour.")), jobs)
    assert jobs.hints == [("send_text", CALL, "3:0")]
    verbs = texting(database, carrier)
    for _ in range(3):
        verbs.wanted(CALL, "3:0", wanted(), NOW)  # type: ignore[arg-type]
    assert carrier.texts == [(NUMBER, LINE, "Bonjour.", f"/voice/text/{ID}")]
    for status, kept in [
        ("sent", "sent"),
        ("delivered", "delivered"),
        ("sent", "delivered"),
        ("nonsense", "delivered"),
    ]:
        verbs.said(ID, status, "", NOW)
        assert SqlTexts(database).get(ID).status == kept  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (CarrierError("opted out", code=21610), "failed"),
        (CarrierError("timed out", ambiguous=True), "unknown"),
        (CarrierError("too many", code=20429, retry=True), "wanted"),
    ],
)
def test_what_the_carrier_refuses_is_told_and_never_sent_twice(
    database: Database, error: CarrierError, status: str
) -> None:
    carrier = FakeCarrier()
    carrier.fail("text", error)
    verbs = texting(database, carrier)
    verbs.wanted(CALL, "3:0", wanted(), NOW)  # type: ignore[arg-type]
    assert SqlTexts(database).get(ID).status == status  # type: ignore[union-attr]
    verbs.sweep(NOW + timedelta(hours=1))
    assert verbs.jobs.hints == ([("send_kept_text", ID)] if status == "wanted" else [])  # type: ignore[attr-defined]
    verbs.send(ID, NOW)
    assert len(carrier.texts) == (1 if status == "wanted" else 0)


def test_texts_that_are_off_or_not_allowed_are_refused(database: Database, redis_url: str) -> None:
    carrier = FakeCarrier()
    texting(database, carrier, on=False).wanted(CALL, "3:0", wanted(), NOW)  # type: ignore[arg-type]
    assert SqlTexts(database).get(ID).detail == "off"  # type: ignore[union-attr]
    client = StateClient(redis_url, timeout=2)
    dialling = Dialling(budgets=RedisLines(client, Keys()), limits={"text": Limits(number=2, total=3)})
    spent = [dialling.spend(NUMBER, "text", 0, f"op{number}") for number in (1, 2, 2, 3)]
    assert spent == ["", "", "", "budget-number"], "an operation counts once"
    assert dialling.spend("+33639980001", "text", 0, "op4") == ""
    assert dialling.spend("+33639980002", "text", 0, "op5") == "budget-total"
    assert dialling.spend("+33639980002", "text", 90_000_000, "op6") == "", "another day"
    assert dialling.spend(LINE, "text", 0, "op7") == "no-text"
    assert carrier.texts == []
    client.close()


def test_a_lost_job_is_made_good_at_the_end_of_the_call(database: Database) -> None:
    verbs = texting(database, FakeCarrier())
    call = wanted().call
    verbs.keep(call, NOW)
    verbs.keep(call, NOW)
    assert SqlTexts(database).waiting(NOW + timedelta(minutes=1)) == [ID]
    assert [record.number for record in texts_of(call, NOW)] == [NUMBER]


def test_owners_of_a_mailbox_are_told_that_a_message_waits_and_nothing_of_it(database: Database) -> None:
    carrier = FakeCarrier()
    ann = AgentProfile("ann", "Ann", "+33639980001", {}, ("nl-BE",))
    message = message_of(ended(), {"recording_sid": RECORDING, "mailbox": "mairie", "seconds": 9, "urgent": True}, NOW)
    verbs = texting(database, carrier)
    verbs.tell(message, [ann], LINE, NOW)
    verbs.tell(message, [ann], LINE, NOW)
    ((to, _, text, _),) = carrier.texts
    assert to == ann.number
    assert text.startswith("DRINGEND bericht in postbus mairie")
    assert NUMBER not in text


# --- surveys and outcomes ------------------------------------------------------------------------------------------
def test_answers_are_kept_once_and_added_up(database: Database) -> None:
    kept = facts_of(turn(KeepAnswers("accueil", (("solved", 1), ("satisfied", 3)), ("yes_no", "csat"))))
    surveys = SqlSurveys(database)
    answers = answers_of(ended(**kept), NOW, "accueil", "ann")
    assert surveys.keep(answers) == 2
    assert surveys.keep(answers) == 0
    other = [replace(answer, call_sid="CA" + "9" * 32, value=0 if answer.kind == "yes_no" else 5) for answer in answers]
    surveys.keep(other)
    scores = surveys.scores("accueil")
    assert scores["accueil", "solved"].value == 50.0
    assert scores["accueil", "satisfied"].value == 50.0
    assert surveys.scores(since=NOW + timedelta(days=1)) == {}
    assert [answer.value for answer in surveys.of(CALL)] == [3, 1]


def test_a_call_that_booked_says_so() -> None:
    assert outcome_of(ended(**facts_of(turn(exit="booked")))) == "callback"
    assert outcome_of(ended()) == "ended-by-flow"


# --- the commands --------------------------------------------------------------------------------------------------
def test_what_is_to_be_done_is_one_list_by_due_time(
    url: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    SqlCallbacks(database).keep(record_of("CB1", WAY))
    usual = message_of(ended(), {"recording_sid": RECORDING, "mailbox": "mairie", "seconds": 9}, NOW)
    urgent = Message("RE" + "3" * 32, CALL, "mairie", NUMBER, NUMBER, "", 4, NOW, urgent=True, due_at=NOW)
    messages = SqlMessages(database)
    messages.keep(usual)
    messages.keep(urgent)

    def said(*words: str, code: int = 0) -> str:
        done = CliRunner().invoke(main, words)
        assert done.exit_code == code, done.output
        return done.output

    listed = said("todo").splitlines()
    for line, state in zip(listed, ("message urgent", "callback waiting", "message   "), strict=False):
        assert f"  {state}" in line
    assert "LATE" in listed[0]
    assert NUMBER not in said("todo")
    assert "+33 6 12 34 56 78" in said("todo", "--unmasked")
    said("todo", "done", "CB1", "--by", "ann")
    said("todo", "done", "CB1", code=1)
    said("messages", "done", RECORDING[-6:])
    assert "1 messages" in said("messages", "list")
    assert "2 messages" in said("messages", "list", "--all")
    assert "done" in said("messages", "show", RECORDING)
    assert "waiting" in said("history", "callbacks")
    said("messages", "owners", "mairie", "ann", code=1)
    SqlAgents(database).add(AgentProfile("ann", "Ann", "+33639980001", {"fr": 1}), "+33639980001", NOW)
    assert said("messages", "owners", "mairie", "ann") == "mairie: ann\n"
    assert "0 texts" in said("history", "texts")
    assert "0 questions" in said("history", "surveys")
