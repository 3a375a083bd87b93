"""Secrets in the database: sealed, opened by the present and former keys, and by no other."""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic import command

from ivr.services.events_port import Webhook
from ivr.store.sql.engine import Database
from ivr.store.sql.migrate import config, migrate, newest
from ivr.store.sql.subscribers import SqlSubscribers
from ivr.store.sql.vault import Vault, VaultLocked, former_keys, is_sealed

KEY, OTHER = "k" * 40, "o" * 40
SECRET, URL = "whsec_" + "A" * 43 + "=", "https://crm.example.org/hook/T0KEN"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WEBHOOK = Webhook("wh_1", URL, ("*",), (SECRET,), NOW, "zoe", host="crm.example.org")


def test_what_is_sealed_is_read_again_and_looks_different_each_time() -> None:
    vault = Vault(KEY)
    one, two = vault.seal("Wörter"), vault.seal("Wörter")
    assert one != two
    assert is_sealed(one)
    assert "rter" not in one
    assert [Vault(KEY).open(kept) for kept in (one, two)] == ["Wörter"] * 2
    assert vault.open("from before") == "from before"


def test_a_former_key_opens_and_only_the_present_one_seals() -> None:
    old = Vault(OTHER).seal("x")
    vault = Vault(KEY, former_keys(f" {OTHER} , "))
    assert vault.open(old) == "x"
    assert not vault.fresh(old)
    assert vault.fresh(vault.seal(vault.open(old)))
    assert Vault(KEY).open(vault.seal("x")) == "x"


@pytest.mark.parametrize("vault", [Vault(), Vault(OTHER), Vault(KEY[:-1])])
def test_no_other_key_opens(vault: Vault) -> None:
    with pytest.raises(VaultLocked, match="HOTLINE_SECRET_KEYS_FORMER"):
        vault.open(Vault(KEY).seal("x"))


def test_a_changed_text_is_not_opened() -> None:
    sealed = Vault(KEY).seal("x")
    with pytest.raises(VaultLocked):
        Vault(KEY).open(sealed[:-4] + "AAA=")


def test_without_a_key_nothing_is_sealed() -> None:
    with pytest.raises(VaultLocked, match="HOTLINE_SECRET_KEY is not set"):
        Vault().seal("x")


def in_the_database(database: Database) -> str:
    """Every value of every row of the webhooks."""
    with database.reading() as connection:
        return repr(connection.execute(sa.text("SELECT * FROM webhooks")).all())


def test_neither_secret_nor_address_lies_open(database: Database) -> None:
    subscribers = SqlSubscribers(database, Vault(KEY))
    subscribers.add(WEBHOOK)
    subscribers.rotate("wh_1", "whsec_new", NOW)
    assert subscribers.get("wh_1") == Webhook(
        "wh_1", URL, ("*",), ("whsec_new", SECRET), NOW, "zoe", host="crm.example.org", old_until=NOW
    )
    kept = in_the_database(database)
    assert "crm.example.org" in kept
    assert not any(text in kept for text in ("whsec", "T0KEN", "hook"))


def test_with_another_key_a_subscriber_says_so_and_the_others_go_on(database: Database) -> None:
    SqlSubscribers(database, Vault(OTHER)).add(WEBHOOK)
    subscribers = SqlSubscribers(database, Vault(KEY))
    subscribers.add(Webhook("wh_2", URL, ("*",), (SECRET,), NOW, "zoe"))
    locked, well = subscribers.all()
    assert (locked.id, locked.host, locked.url, locked.secrets) == (
        "wh_1", "crm.example.org", "https://crm.example.org/", (),
    )  # fmt: skip
    assert "another HOTLINE_SECRET_KEY" in locked.locked
    assert (well.secrets, well.locked) == ((SECRET,), "")


def test_sealing_anew_makes_the_former_key_needless(database: Database) -> None:
    SqlSubscribers(database, Vault(OTHER)).add(WEBHOOK)
    both = SqlSubscribers(database, Vault(KEY, (OTHER,)))
    assert (both.reseal(), both.reseal()) == (["wh_1"], [])
    found = SqlSubscribers(database, Vault(KEY)).get("wh_1")
    assert found is not None
    assert (found.url, found.secrets, found.locked) == (URL, (SECRET,), "")


def test_sealing_anew_changes_nothing_where_a_key_is_missing(database: Database) -> None:
    subscribers = SqlSubscribers(database, Vault(KEY, (OTHER,)))
    SqlSubscribers(database, Vault(OTHER)).add(WEBHOOK)
    SqlSubscribers(database, Vault("lost" * 10)).add(Webhook("wh_2", URL, ("*",), (SECRET,), NOW, "zoe", host="b.org"))
    before = in_the_database(database)
    with pytest.raises(VaultLocked, match=r"wh_2 \(b.org\): .*another HOTLINE_SECRET_KEY"):
        subscribers.reseal()
    assert in_the_database(database) == before


BEFORE = (
    "INSERT INTO webhooks (id, url, events, secrets, added_at, added_by, state, off_why, failures, last_said, dropped,"
    " holder) VALUES ('wh_1', :url, '[\"*\"]', :secrets, '2026-03-02 09:00:00', 'zoe', 'on', '', 0, '', 0, '')"
)


@pytest.fixture
def before(empty_url: str) -> str:
    """A database of the version before, with a webhook in clear."""
    database = Database(empty_url)
    with database.writing() as connection:
        command.upgrade(config(connection), "v0006")
        connection.execute(sa.text(BEFORE), {"url": URL, "secrets": f'["{SECRET}", "whsec_old"]'})
    database.close()
    return empty_url


def test_what_was_kept_in_clear_is_sealed_by_the_upgrade_and_clear_again_after_going_back(before: str) -> None:
    assert migrate(before, Vault(KEY)) == newest()
    database = Database(before)
    found = SqlSubscribers(database, Vault(KEY)).get("wh_1")
    assert found is not None
    assert (found.url, found.secrets, found.host) == (URL, (SECRET, "whsec_old"), "crm.example.org")
    assert "whsec" not in in_the_database(database)
    with database.writing() as connection:
        command.downgrade(config(connection, Vault(KEY)), "v0006")
    assert URL in in_the_database(database)
    assert SECRET in in_the_database(database)
    database.close()


def test_an_upgrade_without_the_key_says_so_and_changes_nothing(before: str) -> None:
    with pytest.raises(VaultLocked, match="HOTLINE_SECRET_KEY is not set"):
        migrate(before)
    database = Database(before)
    assert SECRET in in_the_database(database)
    database.close()
    assert migrate(before, Vault(KEY)) == newest()
