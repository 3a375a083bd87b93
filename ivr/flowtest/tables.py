"""A table of known fields only: what every part of a test call is read as."""

from ivr.flowfile.nodes import Node, Table
from ivr.flowfile.reading import Reading, nearest


def known_table(reading: Reading, node: Node, known: tuple[str, ...], expected: str) -> Table | None:
    """The node as a table; an unknown field is told with the one meant. None where it is no table."""
    if not isinstance(node, Table):
        reading.shape(node, expected)
        return None
    for key in node.values:
        if key not in known:
            hint = nearest(key, known, f"fields here are {', '.join(known)}")
            reading.bad(node.keys[key], "F008", f"unknown field '{key}'", hint)
    return node
