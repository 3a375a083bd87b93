"""Agents' skills and contacts' advisers, on both databases."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from ivr.services.ports import AgentProfile
from ivr.store.sql.agents import SqlAgents
from ivr.store.sql.calls import SqlHistory
from ivr.store.sql.contacts import NoSuchAdviser, SqlContacts
from ivr.store.sql.engine import Database
from tests.sql.test_history import DURAND, call

T0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def agent(database: Database, name: str) -> None:
    number = f"+3363998{sum(map(ord, name)):04d}"
    SqlAgents(database).add(AgentProfile(name, name.title(), number, {}), number, T0)


def test_two_operators_at_once_lose_none_of_each_others_changes(database: Database) -> None:
    agents = SqlAgents(database)
    agent(database, "ana")
    both = threading.Barrier(2)

    def give(prefix: str) -> None:
        mine = Database(database.url)
        both.wait()
        for number in range(10):
            SqlAgents(mine).set_skill("ana", f"{prefix}{number}", 1 + number)
        mine.close()

    givers = [threading.Thread(target=give, args=(prefix,)) for prefix in ("a", "b")]
    for giver in givers:
        giver.start()
    for giver in givers:
        giver.join()
    kept = agents.get("ana")
    assert kept is not None
    assert kept.skills == {f"{prefix}{number}": 1 + number for prefix in ("a", "b") for number in range(10)}
    assert agents.set_skill("ana", "a0", None)
    assert not agents.set_skill("bob", "a0", 3)
    kept = agents.get("ana")
    assert kept is not None
    assert "a0" not in kept.skills


def test_a_contact_has_an_adviser_as_long_as_there_is_one(database: Database) -> None:
    history, contacts = SqlHistory(database), SqlContacts(database)
    agent(database, "ana")
    agent(database, "ben")
    contacts.add("c1", "Madame Durand", {DURAND: DURAND}, "fr-FR", T0, adviser="ana")
    assert history.caller(DURAND, "FR").adviser == "ana"
    assert contacts.advise(DURAND, "ben") == 1
    assert history.caller(DURAND, "FR").adviser == "ben"
    assert [entry.adviser for entry in contacts.all()] == ["ben"]
    assert contacts.advise("+33139753975", "ben") == 0
    with pytest.raises(NoSuchAdviser):
        contacts.advise(DURAND, "zoe")
    with pytest.raises(NoSuchAdviser):
        contacts.add("c2", "Zoé", {DURAND: DURAND}, "fr-FR", T0, adviser="zoe")
    assert len(contacts.all()) == 1
    SqlAgents(database).remove("ben")
    assert history.caller(DURAND, "FR").adviser == ""


def test_who_shares_a_number_shares_an_adviser_or_has_none(database: Database) -> None:
    history, contacts = SqlHistory(database), SqlContacts(database)
    agent(database, "ana")
    contacts.add("c1", "Madame Durand", {DURAND: DURAND}, "", T0, adviser="ana")
    contacts.add("c2", "Paul Durand", {DURAND: DURAND}, "", T0)
    assert history.caller(DURAND, "FR").adviser == ""
    contacts.advise(DURAND, "ana")
    assert history.caller(DURAND, "FR").adviser == "ana"


def test_the_last_agent_is_who_answered_the_last_answered_call(database: Database) -> None:
    history = SqlHistory(database)
    assert history.caller(DURAND, "FR").last_agent == ""
    history.remember(call("CA1", agent_id="ana"))
    history.remember(call("CA2", at=T0 + timedelta(days=1), agent_id="ben"))
    history.remember(call("CA3", at=T0 + timedelta(days=2), outcome="abandoned", agent_id=""))
    history.remember(call("CA4", at=T0 + timedelta(days=3), number="+33139753975", agent_id="cleo"))
    assert history.caller(DURAND, "FR").last_agent == "ben"
    assert history.caller("anonymous", "FR").last_agent == ""
