"""The tables, as SQLAlchemy Core describes them. Changing this file asks for a migration (`tests/sql` compares both).

Numbers are kept twice: in E.164 where they are one (the only form anything is matched on), and raw as they came.
A hidden or malformed number has no E.164 form, so it can share a history with nobody.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """A point in time: aware UTC in Python; `timestamptz` in PostgreSQL, text in SQLite. Naive values are refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the hook's shape
        """To the database. Raises ValueError on a naive datetime."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive datetime can't be stored: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the hook's shape
        """From the database: SQLite gives naive values back, which are UTC because they were so when bound."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

contacts = sa.Table(
    "contacts",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("language", sa.String(16), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("adviser_id", sa.ForeignKey("agents.id", ondelete="SET NULL"), index=True),
)

# Several people can sit behind one number, and one person can have several: the pair is the key.
contact_numbers = sa.Table(
    "contact_numbers",
    metadata,
    sa.Column("number", sa.String(16), primary_key=True),
    sa.Column("contact_id", sa.ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True, index=True),
    sa.Column("raw", sa.Text, nullable=False),
)

agents = sa.Table(
    "agents",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("number", sa.String(16), nullable=False, unique=True),
    sa.Column("number_raw", sa.Text, nullable=False),
    sa.Column("skills", sa.JSON, nullable=False),
    sa.Column("languages", sa.JSON, nullable=False),
    sa.Column("pin_hash", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
)

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("name", sa.String(64), nullable=False, unique=True),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("role", sa.String(16), nullable=False),
    sa.Column("agent_id", sa.ForeignKey("agents.id", ondelete="SET NULL"), index=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("disabled", sa.Boolean, nullable=False),
    sa.CheckConstraint("role IN ('agent', 'supervisor', 'operator')", name="role"),
)

# Tokens by which other programs use the API with the rights of an account; of the secret only its SHA-256 is kept.
api_tokens = sa.Table(
    "api_tokens",
    metadata,
    sa.Column("id", sa.String(12), primary_key=True),
    sa.Column("account_id", sa.ForeignKey("accounts.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("secret_hash", sa.String(64), nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("used_at", Moment),
)

calls = sa.Table(
    "calls",
    metadata,
    sa.Column("call_sid", sa.String(34), primary_key=True),
    sa.Column("line", sa.Text, nullable=False),
    sa.Column("flow", sa.Text, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("from_number", sa.String(16)),
    sa.Column("from_raw", sa.Text, nullable=False),
    sa.Column("to_number", sa.Text, nullable=False),
    sa.Column("caller_kind", sa.String(16), nullable=False),
    sa.Column("started_at", Moment, nullable=False, index=True),
    sa.Column("ended_at", Moment, nullable=False),
    sa.Column("outcome", sa.String(32), nullable=False),
    sa.Column("path", sa.JSON, nullable=False),
    sa.Column("queue", sa.Text, nullable=False),
    sa.Column("joined_at", Moment),
    sa.Column("wait_seconds", sa.Integer),
    sa.Column("agent_id", sa.Text, nullable=False),
    sa.Column("talk_seconds", sa.Integer, nullable=False),
    sa.Index(None, "from_number", "started_at"),
    sa.Index(None, "queue", "started_at"),
    sa.Index(None, "agent_id", "started_at"),
)

call_notes = sa.Table(
    "call_notes",
    metadata,
    sa.Column("call_sid", sa.ForeignKey("calls.call_sid", ondelete="CASCADE"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("value", sa.Text, nullable=False),
)

# What happened when: all that service figures are computed from, kept as it was and in order.
call_moments = sa.Table(
    "call_moments",
    metadata,
    sa.Column("call_sid", sa.ForeignKey("calls.call_sid", ondelete="CASCADE"), primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(32), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
)

# What went into a call turn by turn, masked, and the steps it walked then: to put it through another version.
call_inputs = sa.Table(
    "call_inputs",
    metadata,
    sa.Column("call_sid", sa.ForeignKey("calls.call_sid", ondelete="CASCADE"), primary_key=True),
    sa.Column("turn", sa.Integer, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("seconds", sa.Integer, nullable=False),
    sa.Column("hidden", sa.Boolean, nullable=False),
    sa.Column("trail", sa.JSON, nullable=False),
)

recordings = sa.Table(
    "recordings",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("recording_sid", sa.String(34), nullable=False, unique=True),
    sa.Column("call_sid", sa.String(34), nullable=False, index=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("bytes", sa.Integer, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("stored_at", Moment, nullable=False),
    sa.Column("deleted_at_carrier", Moment),
    sa.Column("deleted_at", Moment),
)

# A voicemail. It exists from the moment it was left; its audio (a recording of the same `recording_sid`) follows.
messages = sa.Table(
    "messages",
    metadata,
    sa.Column("recording_sid", sa.String(34), primary_key=True),
    sa.Column("call_sid", sa.String(34), nullable=False, index=True),
    sa.Column("mailbox", sa.Text, nullable=False),
    sa.Column("from_number", sa.String(16), index=True),
    sa.Column("from_raw", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("seconds", sa.Integer, nullable=False),
    sa.Column("left_at", Moment, nullable=False),
    sa.Column("heard_at", Moment),
    sa.Column("heard_by", sa.Text, nullable=False),
    sa.Column("urgent", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("due_at", Moment, index=True),
    sa.Column("done_at", Moment),
    sa.Column("done_by", sa.Text, nullable=False, server_default=sa.text("''")),
    sa.Index(None, "mailbox", "left_at"),
)

# Who is told of a message in a mailbox, by text where texts are sent.
mailbox_owners = sa.Table(
    "mailbox_owners",
    metadata,
    sa.Column("mailbox", sa.String(64), primary_key=True),
    sa.Column("agent_id", sa.ForeignKey("agents.id", ondelete="CASCADE"), primary_key=True, index=True),
)

# A callback as the lines last told of it: what has been promised to whom, until when, and what became of it.
callbacks = sa.Table(
    "callbacks",
    metadata,
    sa.Column("id", sa.String(48), primary_key=True),
    sa.Column("call_sid", sa.String(34), nullable=False, index=True),
    sa.Column("queue", sa.Text, nullable=False),
    sa.Column("number", sa.String(16), nullable=False, index=True),
    sa.Column("to_number", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("booked_at", Moment, nullable=False),
    sa.Column("not_before", Moment),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("last_try_at", Moment),
    sa.Column("last_cause", sa.String(16), nullable=False),
    sa.Column("ended_at", Moment),
    sa.Column("agent_id", sa.Text, nullable=False),
    sa.Column("talk_seconds", sa.Integer, nullable=False),
    sa.Column("done_at", Moment),
    sa.Column("done_by", sa.Text, nullable=False),
    sa.Column("chosen_at", Moment),
    sa.Column("promised_from", Moment),
    sa.Column("promised_until", Moment, index=True),
    sa.Column("tried_at", Moment),
    sa.Column("reached_at", Moment),
    sa.CheckConstraint("status IN ('waiting', 'talking', 'done', 'failed', 'cancelled')", name="status"),
    sa.Index(None, "status", "due_at"),
)

# A text to a caller or to an owner of a mailbox: from the wish to what the carrier last said of it.
texts = sa.Table(
    "texts",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("call_sid", sa.String(34), nullable=False, index=True),
    sa.Column("number", sa.String(16), nullable=False),
    sa.Column("from_number", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("status", sa.String(16), nullable=False, index=True),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("message_sid", sa.String(34), nullable=False),
    sa.Column("wanted_at", Moment, nullable=False),
    sa.Column("changed_at", Moment, nullable=False),
)

# What callers answered after a call: one row a question.
survey_answers = sa.Table(
    "survey_answers",
    metadata,
    sa.Column("call_sid", sa.String(34), primary_key=True),
    sa.Column("survey", sa.String(64), primary_key=True),
    sa.Column("question", sa.String(64), primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("value", sa.Integer, nullable=False),
    sa.Column("answered_at", Moment, nullable=False, index=True),
    sa.Column("queue", sa.Text, nullable=False),
    sa.Column("agent_id", sa.Text, nullable=False),
)

# What was decided of a call in its lines, from the event stream: a row an event, by its id there.
call_decisions = sa.Table(
    "call_decisions",
    metadata,
    sa.Column("event_ms", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("event_number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("call_sid", sa.Text, nullable=False, index=True),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
    sa.Column("type", sa.String(32), nullable=False),
    sa.Column("data", sa.JSON, nullable=False),
)

# Agents' states over time, from the event stream.
agent_changes = sa.Table(
    "agent_changes",
    metadata,
    sa.Column("event_ms", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("event_number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("agent_id", sa.Text, nullable=False),
    sa.Column("at_ms", sa.BigInteger, nullable=False, index=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("misses", sa.Integer, nullable=False),
)

# True waits of callers whose wait had been forecast, from the event stream: what `hotline forecast fit` learns from.
# `made_of` is what the forecast was made of (core/routing/estimate.Parts), `ahead` the class of calls ahead.
measured_waits = sa.Table(
    "measured_waits",
    metadata,
    sa.Column("event_ms", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("event_number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("at_ms", sa.BigInteger, nullable=False),
    sa.Column("queue", sa.Text, nullable=False),
    sa.Column("waited_ms", sa.BigInteger, nullable=False),
    sa.Column("low_ms", sa.BigInteger, nullable=False),
    sa.Column("middle_ms", sa.BigInteger, nullable=False),
    sa.Column("high_ms", sa.BigInteger, nullable=False),
    sa.Column("ahead", sa.Integer, nullable=False),
    sa.Column("made_of", sa.Text, nullable=False),
)

# Calibrations of the forecast fitted on the house's own waits; the newest not withdrawn is in use, else what ships.
calibrations = sa.Table(
    "calibrations",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("calibration", sa.JSON, nullable=False),
    sa.Column("trial", sa.JSON, nullable=False),
    sa.Column("withdrawn_at", Moment),
    sa.Column("withdrawn_by", sa.Text, nullable=False),
)

# Who is sent events. `secrets` sign what is sent: the newest first, an old one until `old_until`. They and the `url`,
# whose path may hold a key, are sealed (`vault.py`).
webhooks = sa.Table(
    "webhooks",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("events", sa.JSON, nullable=False),
    sa.Column("secrets", sa.JSON, nullable=False),
    sa.Column("old_until", Moment),
    sa.Column("added_at", Moment, nullable=False),
    sa.Column("added_by", sa.Text, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("off_why", sa.Text, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("next_at", Moment),
    sa.Column("last_at", Moment),
    sa.Column("last_said", sa.Text, nullable=False),
    sa.Column("dropped", sa.Integer, nullable=False),
    sa.Column("holder", sa.String(64), nullable=False),
    sa.Column("held_until", Moment),
    sa.Column("host", sa.Text, nullable=False, server_default=sa.text("''")),
    sa.CheckConstraint("state IN ('on', 'off')", name="state"),
)

# One event for one subscriber, from when it is folded until some days after it was delivered or given up.
webhook_deliveries = sa.Table(
    "webhook_deliveries",
    metadata,
    sa.Column("webhook_id", sa.ForeignKey("webhooks.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("event_ms", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("event_number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("type", sa.String(32), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("made_at", Moment, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_at", Moment, nullable=False),
    sa.Column("said", sa.Text, nullable=False),
    sa.CheckConstraint("state IN ('waiting', 'done', 'failed')", name="state"),
    sa.Index(None, "webhook_id", "state", "next_at"),
)

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("at", Moment, nullable=False, index=True),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
)
