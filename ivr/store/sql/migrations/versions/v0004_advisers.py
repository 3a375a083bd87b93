"""A contact's own adviser."""

import sqlalchemy as sa
from alembic import op

revision = "v0004"
down_revision = "v0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go there."""
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("adviser_id", sa.String(length=32), nullable=True))
        batch_op.create_index(batch_op.f("ix_contacts_adviser_id"), ["adviser_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_contacts_adviser_id_agents"), "agents", ["adviser_id"], ["id"], ondelete="SET NULL"
        )


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("contacts", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_contacts_adviser_id_agents"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_contacts_adviser_id"))
        batch_op.drop_column("adviser_id")
