"""The address book: people and their numbers, many to many. Matched on E.164; the number as written is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from ivr.core.caller import Contact
from ivr.store.sql.engine import Database, insert_once
from ivr.store.sql.schema import agents, contact_numbers, contacts


@dataclass(frozen=True, slots=True)
class Entry:
    """A contact as listed. `numbers` are E.164, unmasked; `adviser` an agent's id, empty for none."""

    id: str
    name: str
    language: str
    numbers: tuple[str, ...]
    adviser: str = ""


class NoSuchAdviser(LookupError):  # noqa: N818 - says what it is
    """There is no agent of this id to be an adviser."""


class SqlContacts:
    """The address book, in SQL. All methods raise ports.HistoryDown."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, contact_id: str, name: str, numbers: Mapping[str, str], language: str, now: datetime, *, adviser: str = ""
    ) -> None:
        """Keep a contact; `numbers` maps E.164 to the number as written. A contact of this id gains them.

        `adviser` is the agent (id) who looks after them, empty for nobody. Raises NoSuchAdviser.
        """
        with self._database.writing() as connection:
            values = {"id": contact_id, "name": name, "language": language, "created_at": now}
            insert_once(connection, contacts, values | {"adviser_id": _adviser(connection, adviser)})
            rows = [{"number": e164, "contact_id": contact_id, "raw": raw} for e164, raw in numbers.items()]
            insert_once(connection, contact_numbers, rows)

    def advise(self, number: str, adviser: str) -> int:
        """Give everybody of this number (E.164) an adviser, or none where empty; how many that were.

        Raises NoSuchAdviser.
        """
        theirs = sa.select(contact_numbers.c.contact_id).where(contact_numbers.c.number == number)
        with self._database.writing() as connection:
            wanted = sa.update(contacts).where(contacts.c.id.in_(theirs))
            return connection.execute(wanted.values(adviser_id=_adviser(connection, adviser))).rowcount

    def named(self, name: str, number: str) -> str:
        """The id of a contact of this name and number (E.164), or empty: a repeated import adds nobody twice."""
        wanted = (
            sa.select(contacts.c.id)
            .join(contact_numbers)
            .where(contacts.c.name == name, contact_numbers.c.number == number)
        )
        with self._database.reading() as connection:
            return connection.execute(wanted).scalar() or ""

    def all(self, limit: int = 1000) -> list[Entry]:
        """Contacts by name."""
        with self._database.reading() as connection:
            people = connection.execute(sa.select(contacts).order_by(contacts.c.name, contacts.c.id).limit(limit)).all()
            ids = [row.id for row in people]
            wanted = sa.select(contact_numbers).where(contact_numbers.c.contact_id.in_(ids))
            numbers: dict[str, list[str]] = {}
            for row in connection.execute(wanted.order_by(contact_numbers.c.number)):
                numbers.setdefault(row.contact_id, []).append(row.number)
        return [
            Entry(row.id, row.name, row.language, tuple(numbers.get(row.id, ())), row.adviser_id or "")
            for row in people
        ]

    def remove(self, contact_id: str) -> bool:
        """Forget a contact and its numbers; False where there is none."""
        with self._database.writing() as connection:
            return connection.execute(sa.delete(contacts).where(contacts.c.id == contact_id)).rowcount > 0


def contacts_of(connection: sa.Connection, number: str) -> list[Contact]:
    """Everybody who has this number (E.164)."""
    wanted = (
        sa.select(contacts.c.name, contacts.c.language, contacts.c.adviser_id)
        .join(contact_numbers)
        .where(contact_numbers.c.number == number)
        .order_by(contacts.c.name)
    )
    return [Contact(row.name, row.language, row.adviser_id or "") for row in connection.execute(wanted)]


def _adviser(connection: sa.Connection, adviser: str) -> str | None:
    if adviser and connection.execute(sa.select(agents.c.id).where(agents.c.id == adviser)).first() is None:
        raise NoSuchAdviser(adviser)
    return adviser or None
