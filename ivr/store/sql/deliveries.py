"""What is to be sent to subscribers: put out in the transaction that folds the events, taken by whoever sends."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from ivr.core.webhooks import body_of, wants
from ivr.services.events_port import Attempt, Delivery, EventId, Written
from ivr.store.sql.engine import Database, insert_once
from ivr.store.sql.schema import webhook_deliveries as deliveries
from ivr.store.sql.schema import webhooks

MOST_WAITING = 100_000
"""What waits for one subscriber at most; more is dropped and counted: nobody is to fill the disk by being away."""
_ROWS = 80


def put_out(connection: sa.Connection, events: Sequence[Written], now: datetime) -> frozenset[str]:
    """Put events out for the subscribers that want them; the ids of those for whom there is something new."""
    subscribers = connection.execute(sa.select(webhooks).where(webhooks.c.state == "on")).all()
    bodies: dict[EventId, str | None] = {}
    told: set[str] = set()
    for subscriber in subscribers:
        wanted = [written for written in events if wants(subscriber.events, written.event.type)]
        if wanted and subscriber.failures and _crowded(connection, subscriber.id):
            more = {"dropped": webhooks.c.dropped + len(wanted)}
            connection.execute(sa.update(webhooks).where(webhooks.c.id == subscriber.id).values(more))
            continue
        for written in wanted:
            if written.id not in bodies:
                bodies[written.id] = body_of(written.event)
        rows = [_row(subscriber.id, written, body, now) for written in wanted if (body := bodies[written.id])]
        new = [insert_once(connection, deliveries, rows[at : at + _ROWS]) for at in range(0, len(rows), _ROWS)]
        if any(new):
            told.add(subscriber.id)
    return frozenset(told)


class SqlDeliveries:
    """The port `Deliveries` in SQL. All methods raise ports.HistoryDown."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def wanting(self, now: datetime) -> list[str]:
        """Subscribers that aren't resting and for whom something is due."""
        due = sa.exists().where(
            deliveries.c.webhook_id == webhooks.c.id, deliveries.c.state == "waiting", deliveries.c.next_at <= now
        )
        wanted = sa.select(webhooks.c.id).where(webhooks.c.state == "on", _rested(now), due)
        with self._database.reading() as connection:
            return [row.id for row in connection.execute(wanted)]

    def lease(self, webhook: str, holder: str, now: datetime, until: datetime) -> bool:
        """The right to send to a subscriber until then; False where somebody else has it, or it is off or resting."""
        free = sa.or_(webhooks.c.held_until.is_(None), webhooks.c.held_until <= now, webhooks.c.holder == holder)
        which = [webhooks.c.id == webhook, free]
        if until > now:
            which += [webhooks.c.state == "on", _rested(now)]
        held = {"holder": holder, "held_until": until}
        with self._database.writing() as connection:
            return connection.execute(sa.update(webhooks).where(*which).values(held)).rowcount == 1

    def due(self, webhook: str, now: datetime, most: int) -> list[Delivery]:
        """What is due for a subscriber, oldest first."""
        which = (deliveries.c.webhook_id == webhook, deliveries.c.state == "waiting", deliveries.c.next_at <= now)
        wanted = sa.select(deliveries).where(*which).order_by(deliveries.c.event_ms, deliveries.c.event_number)
        with self._database.reading() as connection:
            return [_delivery(row) for row in connection.execute(wanted.limit(most))]

    def settle(self, attempt: Attempt) -> None:
        """Keep what became of an attempt."""
        delivery = attempt.delivery
        kept = {
            "state": attempt.state,
            "attempts": delivery.attempts + 1,
            "said": attempt.said,
            "next_at": attempt.next_at or attempt.at,
        }
        theirs: dict[str, Any] = {
            "failures": attempt.failures,
            "next_at": attempt.rests_until,
            "last_at": attempt.at,
            "last_said": attempt.said,
        }
        if attempt.off_why:
            theirs |= {"state": "off", "off_why": attempt.off_why}
        with self._database.writing() as connection:
            connection.execute(sa.update(deliveries).where(*_is(delivery.webhook, delivery.event)).values(kept))
            connection.execute(sa.update(webhooks).where(webhooks.c.id == delivery.webhook).values(theirs))

    def failed(self, webhook: str = "", most: int = 100) -> list[Delivery]:
        """What was given up, newest first."""
        wanted = sa.select(deliveries).where(deliveries.c.state == "failed")
        if webhook:
            wanted = wanted.where(deliveries.c.webhook_id == webhook)
        newest = wanted.order_by(deliveries.c.event_ms.desc(), deliveries.c.event_number.desc()).limit(most)
        with self._database.reading() as connection:
            return [_delivery(row) for row in connection.execute(newest)]

    def retry(self, webhook: str, event: EventId | None, now: datetime) -> int:
        """Send again what was given up, one or all of a subscriber; how many."""
        which = [deliveries.c.webhook_id == webhook] if event is None else list(_is(webhook, event))
        again = {"state": "waiting", "attempts": 0, "next_at": now, "made_at": now}
        rested = {"failures": 0, "next_at": None}
        with self._database.writing() as connection:
            changed = connection.execute(
                sa.update(deliveries).where(*which, deliveries.c.state == "failed").values(again)
            )
            connection.execute(sa.update(webhooks).where(webhooks.c.id == webhook).values(rested))
        return changed.rowcount

    def waiting(self) -> Mapping[str, int]:
        """How much waits for each subscriber."""
        counted = sa.select(deliveries.c.webhook_id, sa.func.count()).where(deliveries.c.state == "waiting")
        with self._database.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(counted.group_by(deliveries.c.webhook_id))}

    def tidy(self, state: Literal["done", "failed"], before: datetime) -> int:
        """Forget what was delivered, or given up, before then; how many rows went."""
        with self._database.writing() as connection:
            ids = [row.id for row in connection.execute(sa.select(webhooks.c.id))]
            old = (deliveries.c.state == state, deliveries.c.next_at < before)
            gone = [
                connection.execute(sa.delete(deliveries).where(deliveries.c.webhook_id == webhook, *old))
                for webhook in ids
            ]
        return sum(deleted.rowcount for deleted in gone)


def _rested(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(webhooks.c.next_at.is_(None), webhooks.c.next_at <= now)


def _crowded(connection: sa.Connection, webhook: str) -> bool:
    which = (deliveries.c.webhook_id == webhook, deliveries.c.state == "waiting")
    last = sa.select(deliveries.c.event_ms).where(*which).offset(MOST_WAITING - 1).limit(1)
    return connection.execute(last).first() is not None


def _is(webhook: str, event: EventId) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        deliveries.c.webhook_id == webhook,
        deliveries.c.event_ms == event.ms,
        deliveries.c.event_number == event.number,
    )


def _row(webhook: str, written: Written, body: str, now: datetime) -> dict[str, Any]:
    return {
        "webhook_id": webhook,
        "event_ms": written.id.ms,
        "event_number": written.id.number,
        "type": written.event.type,
        "body": body,
        "made_at": now,
        "state": "waiting",
        "attempts": 0,
        "next_at": now,
        "said": "",
    }


def _delivery(row: sa.Row[Any]) -> Delivery:
    return Delivery(
        webhook=row.webhook_id,
        event=EventId(row.event_ms, row.event_number),
        type=row.type,
        body=row.body,
        made_at=row.made_at,
        attempts=row.attempts,
        state=row.state,
        next_at=row.next_at,
        said=row.said,
    )
