"""Tokens of the API, on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from ivr.services.ports import HistoryDown
from ivr.store.sql.accounts import SqlAccounts
from ivr.store.sql.engine import Database
from ivr.store.sql.schema import api_tokens
from ivr.store.sql.tokens import SqlTokens, UnknownAccount

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def accounts(database: Database) -> SqlAccounts:
    made = SqlAccounts(database)
    made.add("board", "a long and quiet river", role="supervisor", now=NOW)
    return made


def test_a_token_stands_for_its_account_and_is_not_kept(database: Database, accounts: SqlAccounts) -> None:
    tokens = SqlTokens(database)
    token, text = tokens.add("Board", "wall  board", NOW)
    found = tokens.check(text, NOW)
    assert found is not None
    assert (found.name, found.role) == ("board", "supervisor")
    assert (token.account, token.label, token.used_at) == ("board", "wall board", None)
    with database.reading() as connection:
        kept = " ".join(map(str, connection.execute(sa.select(api_tokens)).one()))
    assert text.split("_", 2)[2] not in kept


def test_a_wrong_or_malformed_one_is_nobodys(database: Database, accounts: SqlAccounts) -> None:
    tokens = SqlTokens(database)
    token, text = tokens.add("board", "", NOW)
    other = f"hotline_{token.id}_{'A' * 43}"
    for wrong in (
        "",
        text[:-1],
        text + "A",
        other,
        text.upper(),
        text.replace("hotline", "hl"),
        f"hotline_{'0' * 12}_{'A' * 43}",
    ):
        assert tokens.check(wrong, NOW) is None


def test_a_revoked_one_or_one_of_a_shut_out_or_removed_account_is_nobodys(
    database: Database, accounts: SqlAccounts
) -> None:
    tokens = SqlTokens(database)
    first, first_text = tokens.add("board", "a", NOW)
    second, second_text = tokens.add("board", "b", NOW)
    assert tokens.revoke(first.id)
    assert not tokens.revoke(first.id)
    assert tokens.check(first_text, NOW) is None
    assert tokens.check(second_text, NOW) is not None
    accounts.set_disabled("board", True)
    assert tokens.check(second_text, NOW) is None
    accounts.set_disabled("board", False)
    assert [token.id for token in tokens.all("BOARD")] == [second.id]
    accounts.remove("board")
    assert tokens.check(second_text, NOW) is None
    assert tokens.all() == []


def test_its_last_use_is_known_to_the_minute(database: Database, accounts: SqlAccounts) -> None:
    tokens = SqlTokens(database)
    _, text = tokens.add("board", "", NOW)
    for seconds, seen in ((0, 0), (30, 0), (61, 61)):
        assert tokens.check(text, NOW + timedelta(seconds=seconds)) is not None
        assert tokens.all()[0].used_at == NOW + timedelta(seconds=seen)


def test_an_account_there_is_not_has_none(database: Database) -> None:
    with pytest.raises(UnknownAccount):
        SqlTokens(database).add("nobody", "", NOW)
    with database.writing() as connection:
        connection.execute(sa.text("DROP TABLE api_tokens"))
    with pytest.raises(HistoryDown):
        SqlTokens(database).all()
