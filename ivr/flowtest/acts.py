"""How the acts of a turn are written: one word each, with what may stand beside it."""

from collections.abc import Callable, Mapping
from typing import Any

from ivr.flowfile.nodes import Node, Scalar, Table
from ivr.flowfile.reading import BAD, Bad, Reading
from ivr.flowtest.model import (
    Act,
    AgentAnswers,
    FlowBreaks,
    HangsUp,
    NumberEnds,
    Presses,
    Records,
    Speaks,
    StaysSilent,
    WaitsFor,
)
from ivr.flowtest.values import (
    NOTHING,
    read_dial_status,
    read_ended_by,
    read_keys,
    read_seconds,
    read_text,
    read_word,
    read_yes,
    written,
)

TALK_SECONDS = 60

Added = Mapping[str, Any]
"""What stands beside an act, read: by its word."""


def read_act(reading: Reading, table: Table) -> Act | Bad | None:
    """The one act of a turn; None where it has none."""
    words = [word for word in table.values if word in ACTS]
    if len(words) > 1:
        both = " and ".join(f"`{word}`" for word in words)
        return reading.bad(
            table.keys[words[1]], "F010", f"two things happen in one turn: {both}", "make two turns of it"
        )
    added: dict[str, Any] = {}
    for word in table.values:
        if word not in ADDED:
            continue
        owners = ADDED[word][0]
        if not words or words[0] not in owners:
            hint = f"it belongs beside {' or '.join(f'`{owner}`' for owner in owners)}"
            return reading.bad(table.keys[word], "F008", f"`{word}` means nothing here", hint)
        added[word] = ADDED[word][1](reading, table.values[word])
    if not words:
        return None
    act = ACTS[words[0]](reading, table.values[words[0]], added)
    return BAD if any(isinstance(value, Bad) for value in added.values()) else act


def _presses(reading: Reading, node: Node, _: Added) -> Act | Bad:
    if written(node) == NOTHING:
        return StaysSilent()
    keys = read_keys(reading, node)
    return BAD if isinstance(keys, Bad) else Presses(keys)


def _says(reading: Reading, node: Node, added: Added) -> Act | Bad:
    if written(node) == NOTHING and isinstance(node, Scalar) and node.plain:
        return StaysSilent()
    text = read_text(reading, node)
    return BAD if isinstance(text, Bad) else Speaks(text, added.get("confidence"))


def _records(reading: Reading, node: Node, added: Added) -> Act | Bad:
    if written(node) == NOTHING:
        return StaysSilent()
    seconds = read_seconds(reading, node)
    return BAD if isinstance(seconds, Bad) else Records(seconds, added.get("ended_by", "#"))


def _waits(reading: Reading, node: Node, _: Added) -> Act | Bad:
    seconds = read_seconds(reading, node)
    return BAD if isinstance(seconds, Bad) else WaitsFor(seconds)


def _agent(reading: Reading, node: Node, added: Added) -> Act | Bad:
    word = read_word(reading, node, ("answers",), "deed of an agent", "F011")
    return BAD if isinstance(word, Bad) else AgentAnswers(added.get("talks", TALK_SECONDS))


def _dialled(reading: Reading, node: Node, added: Added) -> Act | Bad:
    status = read_dial_status(reading, node)
    if isinstance(status, Bad):
        return BAD
    return NumberEnds(status, added.get("talks", TALK_SECONDS) if status == "completed" else 0)


def _hangs_up(reading: Reading, node: Node, _: Added) -> Act | Bad:
    return BAD if isinstance(read_yes(reading, node), Bad) else HangsUp()


def _breaks(reading: Reading, node: Node, _: Added) -> Act | Bad:
    return BAD if isinstance(read_yes(reading, node), Bad) else FlowBreaks()


ACTS: Mapping[str, Callable[[Reading, Node, Added], Act | Bad]] = {
    "presses": _presses,
    "says": _says,
    "records": _records,
    "waits": _waits,
    "agent": _agent,
    "dialled": _dialled,
    "hangs_up": _hangs_up,
    "breaks": _breaks,
}
"""By the word an operator writes."""


def _confidence(reading: Reading, node: Node) -> float | Bad:
    try:
        value = float(written(node))
    except ValueError:
        value = -1.0
    if 0.0 <= value <= 1.0:
        return value
    return reading.bad(node, "F011", f"'{written(node)}' is not a confidence", "write a number from 0.0 to 1.0")


ADDED: Mapping[str, tuple[tuple[str, ...], Callable[[Reading, Node], Any]]] = {
    "confidence": (("says",), _confidence),
    "ended_by": (("records",), read_ended_by),
    "talks": (("agent", "dialled"), read_seconds),
}
"""What may stand beside which acts, and how it is read."""
