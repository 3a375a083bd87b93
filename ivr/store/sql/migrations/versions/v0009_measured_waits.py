"""Waits held against their forecast, and calibrations fitted on them."""

import sqlalchemy as sa
from alembic import op

from ivr.store.sql.schema import Moment

revision = "v0009"
down_revision = "v0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go there."""
    op.create_table(
        "measured_waits",
        sa.Column("event_ms", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("event_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("waited_ms", sa.BigInteger(), nullable=False),
        sa.Column("low_ms", sa.BigInteger(), nullable=False),
        sa.Column("middle_ms", sa.BigInteger(), nullable=False),
        sa.Column("high_ms", sa.BigInteger(), nullable=False),
        sa.Column("ahead", sa.Integer(), nullable=False),
        sa.Column("made_of", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event_ms", "event_number", name=op.f("pk_measured_waits")),
    )
    op.create_table(
        "calibrations",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("calibration", sa.JSON(), nullable=False),
        sa.Column("trial", sa.JSON(), nullable=False),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibrations")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("calibrations")
    op.drop_table("measured_waits")
