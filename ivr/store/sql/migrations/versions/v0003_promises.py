"""Promises: callbacks, texts, survey answers, messages as a list of what is to be done."""

import sqlalchemy as sa
from alembic import op

from ivr.store.sql.schema import Moment

revision = "v0003"
down_revision = "v0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go there."""
    _callbacks()
    _texts()
    _surveys()
    _messages()


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_messages_due_at"))
        for column in ("done_by", "done_at", "due_at", "urgent"):
            batch_op.drop_column(column)
    for table in ("mailbox_owners", "survey_answers", "texts", "callbacks"):
        op.drop_table(table)


def _callbacks() -> None:
    op.create_table(
        "callbacks",
        sa.Column("id", sa.String(length=48), nullable=False),
        sa.Column("call_sid", sa.String(length=34), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("to_number", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("booked_at", Moment(), nullable=False),
        sa.Column("not_before", Moment(), nullable=True),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_try_at", Moment(), nullable=True),
        sa.Column("last_cause", sa.String(length=16), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.Column("talk_seconds", sa.Integer(), nullable=False),
        sa.Column("done_at", Moment(), nullable=True),
        sa.Column("done_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "status IN ('waiting', 'talking', 'done', 'failed', 'cancelled')", name=op.f("ck_callbacks_status")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callbacks")),
    )
    with op.batch_alter_table("callbacks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_callbacks_call_sid"), ["call_sid"], unique=False)
        batch_op.create_index(batch_op.f("ix_callbacks_number"), ["number"], unique=False)
        batch_op.create_index("ix_callbacks_status_due_at", ["status", "due_at"], unique=False)


def _texts() -> None:
    op.create_table(
        "texts",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("call_sid", sa.String(length=34), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("from_number", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("message_sid", sa.String(length=34), nullable=False),
        sa.Column("wanted_at", Moment(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_texts")),
    )
    with op.batch_alter_table("texts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_texts_call_sid"), ["call_sid"], unique=False)
        batch_op.create_index(batch_op.f("ix_texts_status"), ["status"], unique=False)


def _surveys() -> None:
    op.create_table(
        "survey_answers",
        sa.Column("call_sid", sa.String(length=34), nullable=False),
        sa.Column("survey", sa.String(length=64), nullable=False),
        sa.Column("question", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("answered_at", Moment(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("agent_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("call_sid", "survey", "question", name=op.f("pk_survey_answers")),
    )
    with op.batch_alter_table("survey_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_survey_answers_answered_at"), ["answered_at"], unique=False)


def _messages() -> None:
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(sa.Column("urgent", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("due_at", Moment(), nullable=True))
        batch_op.add_column(sa.Column("done_at", Moment(), nullable=True))
        batch_op.add_column(sa.Column("done_by", sa.Text(), server_default=sa.text("''"), nullable=False))
        batch_op.create_index(batch_op.f("ix_messages_due_at"), ["due_at"], unique=False)
    op.create_table(
        "mailbox_owners",
        sa.Column("mailbox", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agents.id"], name=op.f("fk_mailbox_owners_agent_id_agents"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mailbox", "agent_id", name=op.f("pk_mailbox_owners")),
    )
    with op.batch_alter_table("mailbox_owners", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mailbox_owners_agent_id"), ["agent_id"], unique=False)
