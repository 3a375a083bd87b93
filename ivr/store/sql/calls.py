"""Calls that were: the port `History` in SQL, and the questions people ask of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ivr.core.caller import PastCall, facts
from ivr.core.flow.session import LANGUAGE_NOTE, CallerFacts
from ivr.core.phone import Number, normalise
from ivr.services.inputs import KeptInput
from ivr.services.ports import CallRecord, Moment
from ivr.store.sql.contacts import contacts_of
from ivr.store.sql.engine import Database, insert_once
from ivr.store.sql.schema import call_inputs, call_moments, call_notes, callbacks, calls


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which calls to list. Empty fields ask for nothing; `number` is E.164; `since` counts, `until` no longer does."""

    since: datetime | None = None
    until: datetime | None = None
    line: str = ""
    queue: str = ""
    agent_id: str = ""
    outcome: str = ""
    number: str = ""


class SqlHistory:
    """Callers and calls, in SQL. All methods raise ports.HistoryDown."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def caller(self, from_raw: str, region: str) -> CallerFacts:
        """Who calls, by number against contacts and past calls. Nothing is looked up for what is no number."""
        caller = normalise(from_raw, region)
        if not isinstance(caller, Number):
            return facts(caller)
        mine = calls.c.from_number == caller.e164
        with self._database.reading() as connection:
            people = contacts_of(connection, caller.e164)
            before = connection.execute(sa.select(sa.func.count()).select_from(calls).where(mine)).scalar_one()
            newest = (
                sa.select(calls.c.started_at, calls.c.path).where(mine).order_by(calls.c.started_at.desc()).limit(1)
            )
            row = connection.execute(newest).first() if before else None
            language = _language_chosen(connection, mine) if before else ""
            last_agent = _last_agent(connection, mine) if before else ""
            waiting = connection.execute(_callback_of(caller.e164)).first()
        last = PastCall(row.started_at, tuple(row.path), language) if row else None
        known = facts(caller, people, before, last, last_agent)
        return replace(known, callback=waiting.queue) if waiting else known

    def remember(self, record: CallRecord) -> None:
        """Store a finished call; repeating it changes nothing."""
        with self._database.writing() as connection:
            if not insert_once(connection, calls, _values(record)):
                return
            notes = [
                {"call_sid": record.call_sid, "position": position, "key": key, "value": value}
                for position, (key, value) in enumerate(record.notes)
            ]
            moments = [
                {"call_sid": record.call_sid, "position": position, "name": it.name, "at": it.at, "detail": it.detail}
                for position, it in enumerate(record.moments)
            ]
            insert_once(connection, call_notes, notes)
            insert_once(connection, call_moments, moments)
            insert_once(connection, call_inputs, [_input_values(record.call_sid, it) for it in record.inputs])

    def note(self, call_sid: str, key: str, value: str) -> None:
        """Add a note to a call that is stored, once; nothing where it isn't."""
        of_call = call_notes.c.call_sid == call_sid
        known = sa.select(call_notes).where(of_call, call_notes.c.key == key, call_notes.c.value == value)
        with self._database.writing() as connection:
            stored = connection.execute(sa.select(calls.c.call_sid).where(calls.c.call_sid == call_sid)).first()
            if stored is None or connection.execute(known).first() is not None:
                return
            last = connection.execute(sa.select(sa.func.max(call_notes.c.position)).where(of_call)).scalar()
            position = 0 if last is None else last + 1
            insert_once(
                connection, call_notes, {"call_sid": call_sid, "position": position, "key": key, "value": value}
            )

    def get(self, call_sid: str) -> CallRecord | None:
        """One call with its notes and moments."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(calls).where(calls.c.call_sid == call_sid)).first()
            if row is None:
                return None
            notes = connection.execute(_parts(call_notes, call_sid)).all()
            moments = connection.execute(_parts(call_moments, call_sid)).all()
        return _record(
            row,
            notes=tuple((note.key, note.value) for note in notes),
            moments=tuple(Moment(it.name, it.at, it.detail) for it in moments),
        )

    def inputs(self, call_sid: str) -> tuple[KeptInput, ...]:
        """What went into a call, turn by turn; empty for one recorded before that was kept."""
        query = sa.select(call_inputs).where(call_inputs.c.call_sid == call_sid).order_by(call_inputs.c.turn)
        with self._database.reading() as connection:
            return tuple(_input(row) for row in connection.execute(query))

    def list(self, wanted: Wanted, limit: int = 100) -> list[CallRecord]:
        """Calls, newest first, without their notes and moments."""
        with self._database.reading() as connection:
            newest = sa.select(calls).where(*_where(wanted)).order_by(calls.c.started_at.desc(), calls.c.call_sid)
            return [_record(row) for row in connection.execute(newest.limit(limit))]

    def outcomes(self, wanted: Wanted) -> dict[str, int]:
        """How many calls ended in which way."""
        count = (
            sa.select(calls.c.outcome, sa.func.count().label("calls")).where(*_where(wanted)).group_by(calls.c.outcome)
        )
        with self._database.reading() as connection:
            return {row.outcome: row.calls for row in connection.execute(count.order_by(calls.c.outcome))}


def _language_chosen(connection: sa.Connection, mine: sa.ColumnElement[bool]) -> str:
    """The locale last chosen in a call of `mine`; empty for none."""
    chosen = (
        sa.select(call_notes.c.value)
        .join(calls, calls.c.call_sid == call_notes.c.call_sid)
        .where(mine, call_notes.c.key == LANGUAGE_NOTE)
        .order_by(calls.c.started_at.desc(), call_notes.c.position.desc())
        .limit(1)
    )
    return str(connection.execute(chosen).scalar_one_or_none() or "")


def _last_agent(connection: sa.Connection, mine: sa.ColumnElement[bool]) -> str:
    """Who answered the last call of `mine` that was answered; empty for nobody."""
    answered = sa.select(calls.c.agent_id).where(mine, calls.c.agent_id != "")
    newest = answered.order_by(calls.c.started_at.desc(), calls.c.call_sid).limit(1)
    return str(connection.execute(newest).scalar_one_or_none() or "")


def _callback_of(number: str) -> sa.Select[Any]:
    """The callback that waits for a number, the oldest first."""
    waiting = sa.and_(callbacks.c.number == number, callbacks.c.status == "waiting")
    return sa.select(callbacks.c.queue).where(waiting).order_by(callbacks.c.booked_at).limit(1)


def _where(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    exact = {
        calls.c.line: wanted.line,
        calls.c.queue: wanted.queue,
        calls.c.agent_id: wanted.agent_id,
        calls.c.outcome: wanted.outcome,
        calls.c.from_number: wanted.number,
    }
    asked = [column == value for column, value in exact.items() if value]
    if wanted.since:
        asked.append(calls.c.started_at >= wanted.since)
    if wanted.until:
        asked.append(calls.c.started_at < wanted.until)
    return asked


def _parts(table: sa.Table, call_sid: str) -> sa.Select[Any]:
    return sa.select(table).where(table.c.call_sid == call_sid).order_by(table.c.position)


def _values(record: CallRecord) -> dict[str, Any]:
    return {
        "call_sid": record.call_sid,
        "line": record.line,
        "flow": record.flow,
        "digest": record.digest,
        "from_number": record.from_number or None,
        "from_raw": record.from_raw,
        "to_number": record.to_number,
        "caller_kind": record.caller_kind,
        "started_at": record.started_at,
        "ended_at": record.ended_at,
        "outcome": record.outcome,
        "path": list(record.path),
        "queue": record.queue,
        "joined_at": record.joined_at,
        "wait_seconds": record.wait_seconds,
        "agent_id": record.agent_id,
        "talk_seconds": record.talk_seconds,
    }


def _input_values(call_sid: str, kept: KeptInput) -> dict[str, Any]:
    return {
        "call_sid": call_sid,
        "turn": kept.turn,
        "at": kept.at,
        "kind": kept.kind,
        "value": kept.value,
        "seconds": kept.seconds,
        "hidden": kept.hidden,
        "trail": [list(walked) for walked in kept.trail],
    }


def _input(row: sa.Row[Any]) -> KeptInput:
    trail = tuple((str(flow), str(step), str(way_out)) for flow, step, way_out in row.trail)
    return KeptInput(row.turn, row.at, row.kind, row.value, row.seconds, row.hidden, trail)


def _record(row: sa.Row[Any], notes: tuple[tuple[str, str], ...] = (), moments: tuple[Moment, ...] = ()) -> CallRecord:
    return CallRecord(
        call_sid=row.call_sid,
        line=row.line,
        flow=row.flow,
        digest=row.digest,
        from_number=row.from_number or "",
        from_raw=row.from_raw,
        to_number=row.to_number,
        caller_kind=row.caller_kind,
        started_at=row.started_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
        path=tuple(row.path),
        queue=row.queue,
        joined_at=row.joined_at,
        wait_seconds=row.wait_seconds,
        agent_id=row.agent_id,
        talk_seconds=row.talk_seconds,
        notes=notes,
        moments=moments,
    )
