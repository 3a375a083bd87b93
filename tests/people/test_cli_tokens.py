"""`hotline accounts token`: made once, shown, listed without its secret, taken back."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.cli.main import main
from ivr.store.sql.accounts import SqlAccounts
from ivr.store.sql.audit import SqlAudit
from ivr.store.sql.engine import Database
from ivr.store.sql.tokens import SqlTokens
from tests.databases import make_tables


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    url = f"sqlite:///{tmp_path / 'h.sqlite'}"
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("HOTLINE_VAR", str(tmp_path / "var"))
    make_tables(url)
    made = Database(url)
    SqlAccounts(made).add("board", "a long and quiet river", role="supervisor", now=datetime.now(UTC))
    return made


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["accounts", *words])


def test_a_token_is_shown_once_and_can_be_taken_back(database: Database) -> None:
    made = run("token", "board", "--label", "hall")
    assert made.exit_code == 0, made.output
    text = made.stdout.strip()
    found = SqlTokens(database).check(text, datetime.now(UTC))
    assert found is not None
    assert found.name == "board"
    listed = run("tokens", "board")
    token_id = text.split("_")[1]
    assert token_id in listed.output
    assert "hall" in listed.output
    assert text.split("_", 2)[2] not in listed.output
    assert run("revoke-token", token_id).exit_code == 0
    assert SqlTokens(database).check(text, datetime.now(UTC)) is None
    assert run("tokens").output == "no tokens\n"
    assert [act.action for act in SqlAudit(database).newest()] == ["account.token-revoked", "account.token"]
    assert text.split("_", 2)[2] not in str(SqlAudit(database).newest())


def test_what_there_is_not(database: Database) -> None:
    assert "no account nobody" in run("token", "nobody").output
    assert "no token 123" in run("revoke-token", "123").output
    assert run("token", "board", "--label", "x" * 61).exit_code == 1
