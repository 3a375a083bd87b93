"""What callbacks were promised for, and when their callers were really dialled and reached."""

import sqlalchemy as sa
from alembic import op

from ivr.store.sql.schema import Moment

revision = "v0008"
down_revision = "v0007"
branch_labels = None
depends_on = None

_COLUMNS = ("chosen_at", "promised_from", "promised_until", "tried_at", "reached_at")


def upgrade() -> None:
    """Go there."""
    for column in _COLUMNS:
        op.add_column("callbacks", sa.Column(column, Moment(), nullable=True))
    op.create_index(op.f("ix_callbacks_promised_until"), "callbacks", ["promised_until"])


def downgrade() -> None:
    """Go back."""
    op.drop_index(op.f("ix_callbacks_promised_until"), "callbacks")
    with op.batch_alter_table("callbacks") as table:
        for column in _COLUMNS:
            table.drop_column(column)
