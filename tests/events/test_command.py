"""`hotline webhooks`: what an operator types, and what is written down of it."""

import pytest
from click.testing import CliRunner, Result

from ivr.cli.main import main
from ivr.store.sql.audit import SqlAudit
from ivr.store.sql.decisions import SqlDecisions
from ivr.store.sql.engine import Database
from tests.events.test_store import EVENTS, NOW

ADDRESS = "http://127.0.0.1:9/hook?key=private"


@pytest.fixture
def database(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("DATABASE_URL", sqlite.url)
    monkeypatch.setenv("HOTLINE_FETCH_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("HOTLINE_SECRET_KEY", "k" * 40)
    return sqlite


def run(*words: str, fails: bool = False) -> str:
    result: Result = CliRunner().invoke(main, ["webhooks", *words])
    assert (result.exit_code != 0) == fails, result.output
    assert not isinstance(result.exception, Exception) or fails, result.output
    return result.output


def test_from_adding_to_removing(database: Database) -> None:
    added = run("add", ADDRESS, "--events", "call.*,agent.changed")
    name = added.split(":", 1)[0]
    secret = added.split("secret: ")[1].strip()
    assert secret.startswith("whsec_")
    listed = run("list")
    assert "nothing sent yet; 0 wait" in listed
    assert "private" not in listed
    assert secret not in listed
    SqlDecisions(database).fold(EVENTS, NOW)
    assert "4 wait" in run("list")
    assert f"{name}: off" in run("switch", name, "off")
    assert "off (by hand)" in run("list")
    run("switch", name, "on")
    rotated = run("rotate", name)
    assert "whsec_" in rotated
    assert secret not in rotated
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE webhook_deliveries SET state = 'failed', said = '500', attempts = 30")
    assert f"{name}  1000-0  call.joined       30 attempts, last: 500" in run("failed")
    assert "1 to be sent again" in run("retry", name, "1000-0")
    assert "3 to be sent again" in run("retry", name)
    assert "0 given up" in run("failed", name)
    assert f"{name}: removed" in run("remove", name)
    assert run("list") == "0 webhooks\n"
    acts = [(act.action, act.subject) for act in SqlAudit(database).newest()]
    assert acts[0] == ("webhook removed", name)
    assert acts[-1] == ("webhook added", name)
    assert not any("private" in act.detail for act in SqlAudit(database).newest())


def test_what_can_not_be_is_told_in_a_sentence(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no type of event that is sent" in run("add", ADDRESS, "--events", "call.sang", fails=True)
    assert "there is no webhook 'wh_1'" in run("remove", "wh_1", fails=True)
    assert "is no event" in run("retry", "wh_1", "yesterday", fails=True)
    monkeypatch.delenv("HOTLINE_FETCH_NETWORKS")
    assert "HOTLINE_FETCH_NETWORKS" in run("add", ADDRESS, "--events", "*", fails=True)
    assert run("list") == "0 webhooks\n"


def test_a_new_secret_key_of_the_house(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    name = run("add", ADDRESS, "--events", "*").split(":", 1)[0]
    monkeypatch.setenv("HOTLINE_SECRET_KEY", "n" * 40)
    assert "127.0.0.1" in run("list")
    assert "can't be used: it was sealed by another HOTLINE_SECRET_KEY" in run("list")
    for verb in (("rotate", name), ("reseal",)):
        said = run(*verb, fails=True)
        assert name in said
        assert "HOTLINE_SECRET_KEYS_FORMER" in said
    monkeypatch.setenv("HOTLINE_SECRET_KEYS_FORMER", "k" * 40)
    assert "nothing sent yet" in run("list")
    assert run("reseal").startswith("1 sealed anew")
    monkeypatch.delenv("HOTLINE_SECRET_KEYS_FORMER")
    assert "whsec_" in run("rotate", name)
    monkeypatch.delenv("HOTLINE_SECRET_KEY")
    assert "HOTLINE_SECRET_KEY is not set" in run("add", ADDRESS, "--events", "*", fails=True)


def test_types_are_listed_without_what_is_private() -> None:
    listed = run("types")
    assert "call.bridged" in listed
    assert "call.heard" not in listed
    assert "| `waited_ms` | number |" in run("types", "--markdown")
