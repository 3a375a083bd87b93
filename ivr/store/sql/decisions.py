"""What was decided of calls, and agents' states over time: events folded into rows, each once by its id."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ivr.core.events import Event
from ivr.core.facts import DECISIONS, WaitMeasured, fact_of
from ivr.core.routing.timeline import AgentChange, change_of
from ivr.services.events_port import EventId, Written
from ivr.store.sql.deliveries import put_out
from ivr.store.sql.engine import Database, insert_once
from ivr.store.sql.schema import agent_changes, call_decisions, measured_waits

_ROWS = 100
"""Rows a statement inserts: SQLite allows only so many values in one."""
_MOST_OF_A_CALL = 2_000
_LOOKED_AT = 500
_STEP, _STEPS = 5_000, 10
_DAY_MS = 86_400_000
_MEASURED = ("queue", "waited_ms", "low_ms", "middle_ms", "high_ms", "ahead", "made_of")


class SqlDecisions:
    """The port `Decisions` in SQL. All methods raise ports.HistoryDown."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def fold(self, events: Sequence[Written], now: datetime) -> frozenset[str]:
        """Keep events, and what subscribers are to be sent of them, in one transaction; each once."""
        if not events:
            return frozenset()
        with self._database.writing() as connection:
            for rows in _several(row for row in map(_decision, events) if row):
                insert_once(connection, call_decisions, rows)
            for rows in _several(row for row in map(_change, events) if row):
                insert_once(connection, agent_changes, rows)
            for rows in _several(row for row in map(_measured, events) if row):
                insert_once(connection, measured_waits, rows)
            return put_out(connection, events, now)

    def of_call(self, call: str) -> list[Written]:
        """A call's decisions, in the order in which they were made."""
        wanted = sa.select(call_decisions).where(call_decisions.c.call_sid == call)
        ordered = wanted.order_by(call_decisions.c.event_ms, call_decisions.c.event_number).limit(_MOST_OF_A_CALL)
        with self._database.reading() as connection:
            rows = connection.execute(ordered).all()
        return [
            Written(EventId(row.event_ms, row.event_number), Event(row.type, row.at_ms, row.call_sid, row.data))
            for row in rows
        ]

    def newest(self) -> EventId:
        """The newest event kept; (0, 0) for none."""
        found = EventId(0, 0)
        with self._database.reading() as connection:
            for table in (call_decisions, agent_changes):
                key = (table.c.event_ms, table.c.event_number)
                row = connection.execute(sa.select(*key).order_by(*(part.desc() for part in key)).limit(1)).first()
                found = max(found, EventId(*row)) if row else found
        return found

    def calls_like(self, prefix: str, most: int) -> list[str]:
        """Calls whose SID begins so, newest first."""
        key = (call_decisions.c.event_ms.desc(), call_decisions.c.event_number.desc())
        wanted = sa.select(call_decisions.c.call_sid).order_by(*key).limit(_LOOKED_AT)
        if prefix:
            wanted = wanted.where(call_decisions.c.call_sid.startswith(prefix, autoescape=True))
        else:
            wanted = wanted.where(call_decisions.c.type.in_(("call.joined", "callback.booked")))
        with self._database.reading() as connection:
            return list(dict.fromkeys(row.call_sid for row in connection.execute(wanted)))[:most]

    def changes(self, since_ms: int, until_ms: int) -> dict[EventId, AgentChange]:
        """Agents' changes of state in a span of time, and the last of each before, up to a day back; oldest first."""
        changed = agent_changes.c
        before = changed.at_ms.between(since_ms - _DAY_MS, since_ms - 1)
        last = sa.select(changed.agent_id, sa.func.max(changed.event_ms).label("event_ms")).where(before)
        held = last.group_by(changed.agent_id).subquery()
        same = sa.and_(changed.agent_id == held.c.agent_id, changed.event_ms == held.c.event_ms)
        found = sa.union(
            sa.select(agent_changes).where(changed.at_ms.between(since_ms, until_ms)),
            sa.select(agent_changes).join(held, same).where(before),
        ).subquery()
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(found).order_by(found.c.event_ms, found.c.event_number)).all()
        return {
            EventId(row.event_ms, row.event_number): AgentChange(
                row.agent_id, row.at_ms, row.state, row.reason, row.misses
            )
            for row in rows
        }

    def tidy(self, before: datetime) -> int:
        """Forget what is older; how many rows went. In steps, so that nobody waits long for the table."""
        until_ms = int(before.timestamp() * 1000)
        return sum(self._tidy(table, until_ms) for table in (call_decisions, agent_changes, measured_waits))

    def _tidy(self, table: sa.Table, until_ms: int) -> int:
        gone = 0
        for _ in range(_STEPS):
            old = table.c.event_ms < until_ms
            bound = sa.select(table.c.event_ms).where(old).order_by(table.c.event_ms).offset(_STEP).limit(1)
            with self._database.writing() as connection:
                last = connection.execute(bound).scalar()
                step = old if last is None else table.c.event_ms <= last
                gone += connection.execute(sa.delete(table).where(step)).rowcount
            if last is None:
                break
        return gone


def _decision(written: Written) -> dict[str, Any] | None:
    event = written.event
    if event.type not in DECISIONS or not event.call:
        return None
    return _key(written) | {
        "call_sid": event.call,
        "at_ms": event.at_ms,
        "type": event.type,
        "data": dict(event.data),
    }


def _change(written: Written) -> dict[str, Any] | None:
    change = change_of(written.event)
    if change is None or not change.agent:
        return None
    return _key(written) | {
        "agent_id": change.agent,
        "at_ms": change.at_ms,
        "state": change.state[:16],
        "reason": change.reason,
        "misses": change.misses,
    }


def _measured(written: Written) -> dict[str, Any] | None:
    fact = fact_of(written.event)
    if not isinstance(fact, WaitMeasured) or not fact.made_of:
        return None
    return _key(written) | {"at_ms": written.event.at_ms} | {name: getattr(fact, name) for name in _MEASURED}


def _key(written: Written) -> dict[str, Any]:
    return {"event_ms": written.id.ms, "event_number": written.id.number}


def _several(rows: Iterable[dict[str, Any]]) -> Iterable[list[dict[str, Any]]]:
    found = list(rows)
    return [found[at : at + _ROWS] for at in range(0, len(found), _ROWS)]
