"""What Alembic runs: the migrations on the connection `ivr.store.sql.migrate` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from ivr.store.sql.schema import Moment, metadata


def render(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """How a new migration spells our own column type."""
    return "Moment()" if kind == "type" and isinstance(item, Moment) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_item=render,
    render_as_batch=True,
)
context.run_migrations()
