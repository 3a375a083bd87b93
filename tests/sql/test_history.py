"""Callers, calls, contacts, messages, recordings, agents, accounts, audit: the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher, extract_parameters

from ivr.core.flow.session import CallerFacts
from ivr.services import passwords
from ivr.services.keeping import Message, Recording
from ivr.services.ports import AgentProfile, Agents, CallRecord, History, Moment
from ivr.store.sql.accounts import AccountTaken, SqlAccounts
from ivr.store.sql.agents import AgentTaken, SqlAgents
from ivr.store.sql.audit import Act, SqlAudit
from ivr.store.sql.calls import SqlHistory, Wanted
from ivr.store.sql.contacts import SqlContacts
from ivr.store.sql.engine import Database
from ivr.store.sql.messages import SqlMessages
from ivr.store.sql.recordings import SqlRecordings
from ivr.store.sql.schema import calls

T0 = datetime(2026, 3, 2, 9, 0, 0, 250_000, tzinfo=UTC)
DURAND = "+33612345678"


def call(sid: str, number: str = DURAND, at: datetime = T0, **values: object) -> CallRecord:
    given = {
        "call_sid": sid,
        "line": "mairie",
        "flow": "town-hall",
        "digest": "d1",
        "from_number": number,
        "from_raw": number,
        "to_number": "+33199001000",
        "caller_kind": "new",
        "started_at": at,
        "ended_at": at + timedelta(minutes=3),
        "outcome": "answered",
        **values,
    }
    return CallRecord(**given)  # type: ignore[arg-type]


def test_a_call_comes_back_as_it_was(database: Database) -> None:
    history: History = SqlHistory(database)
    record = call(
        "CA1",
        path=("Passeport", "Perdu"),
        queue="etat-civil",
        joined_at=T0 + timedelta(seconds=20),
        wait_seconds=61,
        agent_id="camille",
        talk_seconds=90,
        notes=(("matters", "Passeport"), ("file", "4711")),
        moments=(Moment("started", T0), Moment("offered", T0 + timedelta(seconds=21), "camille")),
    )
    history.remember(record)
    assert SqlHistory(database).get("CA1") == record


def test_remembering_twice_changes_nothing(database: Database) -> None:
    history = SqlHistory(database)
    history.remember(call("CA1", notes=(("a", "1"),)))
    history.remember(call("CA1", outcome="abandoned", notes=(("a", "2"), ("b", "3"))))
    kept = history.get("CA1")
    assert kept is not None
    assert (kept.outcome, kept.notes) == ("answered", (("a", "1"),))


def test_a_note_is_added_to_a_call_that_is_there_and_once(database: Database) -> None:
    history: History = SqlHistory(database)
    history.note("CA1", "disposition", "Settled")
    history.remember(call("CA1", notes=(("matters", "Passeport"),)))
    for result in ("Settled", "Settled", "To call back"):
        history.note("CA1", "disposition", result)
    kept = SqlHistory(database).get("CA1")
    assert kept is not None
    assert kept.notes == (("matters", "Passeport"), ("disposition", "Settled"), ("disposition", "To call back"))


def test_a_call_half_written_is_not_there(database: Database) -> None:
    broken = call("CA1", notes=(("a", None),))  # type: ignore[arg-type]
    with pytest.raises(sa.exc.IntegrityError):
        SqlHistory(database).remember(broken)
    assert SqlHistory(database).get("CA1") is None


def test_a_caller_is_known_by_number_and_past_calls(database: Database) -> None:
    history = SqlHistory(database)
    assert history.caller("06 12 34 56 78", "FR") == CallerFacts("new", DURAND)
    history.remember(call("CA1", path=("Urbanisme",)))
    history.remember(call("CA2", at=T0 + timedelta(days=1), path=("Passeport", "Perdu")))
    known = history.caller("0033 6 12 34 56 78", "FR")
    assert known.kind == "known"
    assert known.calls_before == 2
    assert datetime.fromisoformat(known.last_call_at) == T0 + timedelta(days=1)
    assert known.last_reason == "Passeport, Perdu"


@pytest.mark.parametrize("raw", ["", "anonymous", "+266696687", "266696687", "client:ana", "sip:x@y", "+15551234567"])
def test_who_has_no_number_has_no_history(database: Database, raw: str) -> None:
    history = SqlHistory(database)
    history.remember(call("CA1", number="", from_raw=raw, caller_kind="hidden"))
    history.remember(call("CA2", number="", from_raw=raw, caller_kind="hidden"))
    facts = history.caller(raw, "FR")
    assert facts.kind in {"hidden", "malformed"}
    assert (facts.number, facts.calls_before, facts.last_call_at) == ("", 0, "")
    with database.reading() as connection:
        assert set(connection.execute(sa.select(calls.c.from_number)).scalars()) == {None}


def test_a_contact_is_greeted_by_name_only_where_the_number_is_theirs_alone(database: Database) -> None:
    history, contacts = SqlHistory(database), SqlContacts(database)
    contacts.add("c1", "Madame Durand", {DURAND: "06 12 34 56 78"}, "fr-FR", T0)
    assert history.caller(DURAND, "FR") == CallerFacts("known", DURAND, "Madame Durand", language="fr-FR")
    contacts.add("c2", "Paul Durand", {DURAND: DURAND, "+33139753975": "0139753975"}, "fr-FR", T0)
    shared = history.caller(DURAND, "FR")
    assert (shared.kind, shared.name, shared.language) == ("known", "", "fr-FR")
    assert history.caller("01 39 75 39 75", "FR").name == "Paul Durand"


def test_the_address_book_adds_lists_and_forgets(database: Database) -> None:
    contacts = SqlContacts(database)
    contacts.add("c1", "Zoé", {DURAND: "06"}, "", T0)
    contacts.add("c1", "Zoé", {"+33139753975": "01"}, "", T0)
    contacts.add("c2", "Albert", {"+3225143040": "02 514 30 40"}, "nl-BE", T0)
    assert [(entry.name, entry.numbers) for entry in contacts.all()] == [
        ("Albert", ("+3225143040",)),
        ("Zoé", ("+33139753975", DURAND)),
    ]
    assert contacts.named("Zoé", DURAND) == "c1"
    assert contacts.named("Zoe", DURAND) == ""
    assert contacts.remove("c1")
    assert not contacts.remove("c1")
    assert SqlHistory(database).caller(DURAND, "FR").kind == "new"


def test_calls_are_listed_by_what_is_asked(database: Database) -> None:
    history = SqlHistory(database)
    history.remember(call("CA1", queue="urbanisme", agent_id="idriss"))
    history.remember(call("CA2", at=T0 + timedelta(hours=1), outcome="abandoned", queue="urbanisme"))
    history.remember(call("CA3", at=T0 + timedelta(hours=2), number="+33139753975", line="police"))

    def listed(**asked: object) -> list[str]:
        return [record.call_sid for record in history.list(Wanted(**asked))]  # type: ignore[arg-type]

    assert listed() == ["CA3", "CA2", "CA1"]
    assert listed(queue="urbanisme") == ["CA2", "CA1"]
    assert listed(agent_id="idriss") == ["CA1"]
    assert listed(outcome="abandoned") == ["CA2"]
    assert listed(number="+33139753975") == ["CA3"]
    assert listed(line="police") == ["CA3"]
    assert listed(since=T0 + timedelta(hours=1), until=T0 + timedelta(hours=2)) == ["CA2"]
    assert [record.call_sid for record in history.list(Wanted(), limit=1)] == ["CA3"]
    assert history.outcomes(Wanted()) == {"abandoned": 1, "answered": 2}


def test_moments_are_utc_whatever_zone_they_were_given_in(database: Database) -> None:
    paris = timezone(timedelta(hours=2))
    SqlHistory(database).remember(call("CA1", at=T0.astimezone(paris)))
    kept = SqlHistory(database).get("CA1")
    assert kept is not None
    assert kept.started_at == T0
    assert kept.started_at.utcoffset() == timedelta(0)


def test_a_naive_moment_is_refused(database: Database) -> None:
    with pytest.raises(sa.exc.StatementError, match="naive"):
        SqlHistory(database).remember(call("CA1", at=T0.replace(tzinfo=None)))


def agent(agent_id: str, number: str, **values: object) -> AgentProfile:
    return AgentProfile(**{"id": agent_id, "name": agent_id.title(), "number": number, "skills": {}, **values})  # type: ignore[arg-type]


def test_agents_are_found_by_id_and_number(database: Database) -> None:
    agents = SqlAgents(database)
    port: Agents = agents
    ana = agent("ana", "+33639980001", skills={"urbanisme": 5}, languages=("fr-FR", "nl-BE"), pin_hash="h")
    agents.add(ana, "06 39 98 00 01", T0)
    agents.add(agent("bob", "+33639980002"), "x", T0)
    assert port.get("ana") == ana == port.by_number("+33639980001")
    assert port.get("eve") is None
    assert port.by_number("+33639980009") is None
    assert [profile.id for profile in port.all()] == ["ana", "bob"]


def test_an_agents_id_and_number_are_theirs_alone(database: Database) -> None:
    agents = SqlAgents(database)
    agents.add(agent("ana", "+33639980001"), "", T0)
    with pytest.raises(AgentTaken, match="id"):
        agents.add(agent("ana", "+33639980002"), "", T0)
    with pytest.raises(AgentTaken, match="ana"):
        agents.add(agent("bob", "+33639980001"), "", T0)
    agents.add(agent("bob", "+33639980002"), "", T0)
    with pytest.raises(AgentTaken):
        agents.set_number("bob", "+33639980001", "")


def test_agents_change_and_go(database: Database) -> None:
    agents = SqlAgents(database)
    agents.add(agent("ana", "+33639980001"), "", T0)
    assert agents.set_skills("ana", {"accueil": 3})
    assert agents.set_number("ana", "+33639980003", "03")
    assert agents.set_pin("ana", "h2")
    assert agents.get("ana") == agent("ana", "+33639980003", skills={"accueil": 3}, pin_hash="h2")
    assert not agents.set_skills("eve", {})
    assert not agents.set_pin("eve", "")
    assert not agents.set_number("eve", "+33639980004", "")
    assert agents.remove("ana")
    assert not agents.remove("ana")


def test_an_account_signs_in_with_its_password_only(
    database: Database, products_hasher: PasswordHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_HASHER", products_hasher)
    accounts = SqlAccounts(database)
    made = accounts.add("Admin", "a long password", role="operator", now=T0)
    assert accounts.check("ADMIN", "a long password") == made == accounts.get(made.id)
    assert accounts.check("admin", "A long password") is None
    assert accounts.check("admin", "") is None
    assert accounts.check("nobody", "a long password") is None
    assert [account.name for account in accounts.all()] == ["admin"]
    with database.reading() as connection:
        kept = connection.execute(sa.text("SELECT password_hash FROM accounts")).scalar_one()
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_an_account_can_be_shut_out_changed_and_forgotten(database: Database) -> None:
    accounts = SqlAccounts(database)
    made = accounts.add("eva", "first password", role="agent", now=T0)
    with pytest.raises(AccountTaken):
        accounts.add("EVA", "another password", role="operator", now=T0)
    assert accounts.set_disabled("eva", True)
    assert accounts.check("eva", "first password") is None
    assert accounts.get(made.id) is None
    assert accounts.all()[0].disabled
    assert accounts.set_disabled("eva", False)
    assert accounts.set_password("eva", "second password")
    assert accounts.check("eva", "first password") is None
    assert accounts.check("eva", "second password") is not None
    assert accounts.remove("eva")
    assert not accounts.remove("eva")
    again = accounts.add("eva", "second password", role="agent", now=T0)
    assert again.id != made.id


def test_an_account_outlives_its_agent(database: Database) -> None:
    agents, accounts = SqlAgents(database), SqlAccounts(database)
    agents.add(agent("ana", "+33639980001"), "", T0)
    made = accounts.add("ana", "a long password", role="agent", now=T0, agent_id="ana")
    agents.remove("ana")
    kept = accounts.get(made.id)
    assert kept is not None
    assert kept.agent_id == ""


def test_an_unknown_role_is_refused(database: Database) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        SqlAccounts(database).add("eva", "password", role="king", now=T0)  # type: ignore[arg-type]


def message(sid: str, at: datetime = T0, mailbox: str = "mairie") -> Message:
    return Message(sid, "CA1", mailbox, DURAND, DURAND, "Passeport", 12, at)


def test_messages_are_kept_once_and_heard_once(database: Database) -> None:
    messages = SqlMessages(database)
    assert messages.keep(message("RE1"))
    assert not messages.keep(message("RE1", mailbox="other"))
    assert messages.keep(message("RE2", T0 + timedelta(minutes=1)))
    assert messages.keep(message("RE3", T0 + timedelta(minutes=2), "police"))
    assert messages.get("RE1") == message("RE1")
    assert [kept.recording_sid for kept in messages.newest()] == ["RE3", "RE2", "RE1"]
    assert [kept.recording_sid for kept in messages.newest("mairie")] == ["RE2", "RE1"]
    assert messages.heard("RE1", "camille", T0 + timedelta(hours=1))
    assert not messages.heard("RE1", "idriss", T0 + timedelta(hours=2))
    assert not messages.heard("RE9", "idriss", T0)
    kept = messages.get("RE1")
    assert kept is not None
    assert (kept.heard_by, kept.heard_at) == ("camille", T0 + timedelta(hours=1))
    assert [kept.recording_sid for kept in messages.newest(unheard=True)] == ["RE3", "RE2"]


def test_messages_whose_audio_never_came_are_found(database: Database) -> None:
    messages, recordings = SqlMessages(database), SqlRecordings(database)
    for minute in range(3):
        messages.keep(message(f"RE{minute}", T0 + timedelta(minutes=minute)))
    recordings.add(Recording("0" * 32, "RE0", "CA1", "s", 1, 1.5, T0))
    missing = messages.without_audio(T0 + timedelta(minutes=2))
    assert [kept.recording_sid for kept in missing] == ["RE1"]


def test_recordings_are_noted_once_and_their_end_is_kept(database: Database) -> None:
    recordings = SqlRecordings(database)
    first = Recording("a" * 32, "RE1", "CA1", "f" * 64, 1000, 12.25, T0)
    assert recordings.add(first)
    assert not recordings.add(Recording("b" * 32, "RE1", "CA1", "e" * 64, 1, 1.0, T0))
    assert recordings.of("RE1") == first == recordings.get("a" * 32)
    assert recordings.get("b" * 32) is None
    recordings.deleted_at_carrier("a" * 32, T0)
    recordings.deleted("a" * 32, T0 + timedelta(days=1))
    kept = recordings.get("a" * 32)
    assert kept is not None
    assert (kept.deleted_at_carrier, kept.deleted_at) == (T0, T0 + timedelta(days=1))


def test_the_audit_keeps_order(database: Database) -> None:
    audit = SqlAudit(database)
    audit.note(Act(T0, "admin", "agent.add", "ana"))
    audit.note(Act(T0, "admin", "agent.pin", "bob", "x"))
    assert [act.action for act in audit.newest()] == ["agent.pin", "agent.add"]
    assert audit.newest(subject="ana") == [Act(T0, "admin", "agent.add", "ana")]


class Counting:
    """A hasher that notes what was checked against."""

    def __init__(self, real: PasswordHasher) -> None:
        self.real = real
        self.checked: list[str] = []

    def hash(self, secret: str) -> str:
        return self.real.hash(secret)

    def verify(self, kept: str, secret: str) -> bool:
        self.checked.append(kept)
        return self.real.verify(kept, secret)


def test_a_name_that_does_not_exist_takes_as_long(
    database: Database, products_hasher: PasswordHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time tells only what is worked for: for a name nobody has, one hash of the same cost is checked as for any."""
    counting = Counting(products_hasher)
    monkeypatch.setattr(passwords, "_HASHER", counting)
    accounts = SqlAccounts(database)
    accounts.add("eva", "a long password", role="agent", now=T0)
    costs = []
    for name in ("eva", "nobody"):
        assert accounts.check(name, "wrong") is None
        (checked,) = counting.checked
        costs.append(extract_parameters(checked))
        counting.checked.clear()
    assert costs[0] == costs[1]
