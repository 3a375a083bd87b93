"""Phone numbers as an operator writes them."""

import re
from typing import Any

import phonenumbers

from ivr.core.phone import e164
from ivr.flowfile.nodes import Node, Scalar
from ivr.flowfile.reading import Reading

_WRITTEN = re.compile(r"\+?[0-9][0-9 ./()-]{2,30}")


def read_number(reading: Reading, node: Node, path: str) -> Any:
    """A number in international form, dialable by its country's plan; spaces, dots and dashes may stand in it."""
    if not isinstance(node, Scalar) or _WRITTEN.fullmatch(node.text) is None:
        return reading.bad(node, "F026", "expected a phone number", "write it with its country: +33 1 99 00 10 10")
    if not node.text.startswith("+"):
        return reading.bad(
            node, "F026", f"'{node.text}' lacks its country", "write it with its country: +33 1 99 00 10 10"
        )
    try:
        number = phonenumbers.parse(node.text)
    except phonenumbers.NumberParseException as error:
        return reading.bad(node, "F026", f"'{node.text}' can't be dialled: {error.args[0]}")
    if not e164(node.text, "ZZ"):
        return reading.bad(node, "F026", f"'{node.text}' can't be dialled: its country has no such number")
    reading.positions[path] = node.at
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
