"""Every type of event as a table for docs/events.md, made from `core/facts.py`."""

from ivr.core.facts import FACTS, Fact, described
from ivr.core.webhooks import PRIVATE


def table() -> str:
    """All types, in the order of a call's life."""
    return "\n\n".join(_type(kind) for kind in FACTS.values()) + "\n"


def _type(kind: type[Fact]) -> str:
    about = " ".join((kind.__doc__ or "").split())
    private = " Never sent to subscribers." if kind.TYPE in PRIVATE else ""
    rows = [f"| `{name}` | {sort} | {says} |" for name, sort, says in described(kind)]
    return "\n".join([f"### `{kind.TYPE}`", "", about + private, "", "| field | | |", "| --- | --- | --- |", *rows])
