"""What went into each call, turn by turn."""

import sqlalchemy as sa
from alembic import op

from ivr.store.sql.schema import Moment

revision = "v0002"
down_revision = "v0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go there."""
    op.create_table(
        "call_inputs",
        sa.Column("call_sid", sa.String(length=34), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("trail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_sid"], ["calls.call_sid"], name=op.f("fk_call_inputs_call_sid_calls"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("call_sid", "turn", name=op.f("pk_call_inputs")),
    )


def downgrade() -> None:
    """Go back."""
    op.drop_table("call_inputs")
