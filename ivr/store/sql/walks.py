"""The ways calls took through a flow, added up from what is kept of their turns."""

from collections.abc import Collection
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa

from ivr.core.flow.walks import Part, Tally, parts_of, tally
from ivr.store.sql.engine import Database
from ivr.store.sql.schema import call_inputs, calls


class SqlWalks:
    """The port `Walks`, in SQL. Raises ports.HistoryDown."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def tally(self, flow: str, since: datetime, until: datetime, without: Collection[str] = ()) -> Tally:
        """What calls that began in [since, until) did in a flow, be it their line's own or run by another.

        Calls from the numbers `without` (E.164) are left out: test callers' are no traffic.
        """
        trail = call_inputs.c.trail
        named = sa.cast(trail, sa.Text).contains(f'"{flow}"', autoescape=True)
        wanted = (
            sa.select(calls.c.call_sid, calls.c.flow, trail)
            .join(call_inputs, calls.c.call_sid == call_inputs.c.call_sid)
            .where(calls.c.started_at >= since, calls.c.started_at < until, sa.or_(calls.c.flow == flow, named))
            .order_by(calls.c.call_sid, call_inputs.c.turn)
        )
        if without:
            other = sa.or_(calls.c.from_number.is_(None), calls.c.from_number.not_in(without))
            wanted = wanted.where(other)
        with self._database.reading() as connection:
            rows = connection.execute(wanted).all()
        found: list[list[Part]] = []
        for _, several in groupby(rows, key=lambda row: str(row.call_sid)):
            walked = [(of or row.flow, step, way_out) for row in several for of, step, way_out in row.trail]
            if parts := [part for name, part in parts_of(walked) if name == flow]:
                found.append(parts)
        return tally(found)
