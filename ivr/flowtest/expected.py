"""How expectations are written: one reader for each word of `expect.KINDS`."""

from collections.abc import Callable, Container, Mapping
from typing import Any, get_args

from ivr.core.flow.effects import Command
from ivr.core.flow.problem import FAULTS
from ivr.core.flow.registry import STEPS
from ivr.flowfile.nodes import Items, Node, Scalar, Table
from ivr.flowfile.reading import BAD, Bad, Reading
from ivr.flowtest.given import international
from ivr.flowtest.house import House
from ivr.flowtest.model import Expectation
from ivr.flowtest.show import kebab
from ivr.flowtest.values import read_text, read_texts, read_word, read_words
from ivr.services.history import OUTCOMES

COMMANDS = frozenset(kebab(kind.__name__) for kind in get_args(Command))
"""Everything a flow can have done besides talking, by its name in tests."""

STANDS = (*OUTCOMES, "waiting", "unfinished")
"""How a call can have ended, or stand where it has not."""

Reader = Callable[[Reading, Node, House], Any]


def read_expectation(reading: Reading, word: str, table: Table, house: House) -> list[Expectation]:
    """One expectation, standing at its word; none where a problem was told."""
    value = EXPECTED[word](reading, table.values[word], house)
    return [] if isinstance(value, Bad) else [Expectation(word, value, table.keys[word])]


def _text(reading: Reading, node: Node, _: House) -> Any:
    return read_text(reading, node)


def _texts(reading: Reading, node: Node, _: House) -> Any:
    return read_texts(reading, node)


def _words(reading: Reading, node: Node, _: House) -> Any:
    return read_words(reading, node)


def _step(reading: Reading, node: Node, house: House) -> Any:
    return read_word(reading, node, house.step_names, "step", "F020")


def _steps(reading: Reading, node: Node, house: House) -> Any:
    items = node.items if isinstance(node, Items) else [node]
    names = [_step(reading, item, house) for item in items]
    return BAD if any(isinstance(name, Bad) for name in names) or not names else tuple(names)


def _kind(reading: Reading, node: Node, _: House) -> Any:
    return read_word(reading, node, STEPS, "kind of step", "F009")


def _queue(reading: Reading, node: Node, house: House) -> Any:
    """A queue's name, or a table of it with what the wait is to have: `{urgences: {urgent: yes}}`."""
    if not isinstance(node, Table):
        name = read_word(reading, node, house.queues, "queue", "F024")
        return BAD if isinstance(name, Bad) else {name: {}}
    return _named(reading, node, house.queues, "queue", "F024")


def _numbers(reading: Reading, node: Node, _: House) -> Any:
    texts = read_texts(reading, node)
    if isinstance(texts, Bad):
        return BAD
    numbers = tuple(map(international, texts))
    wrong = next((text for text, number in zip(texts, numbers, strict=True) if not number), None)
    if wrong is None:
        return numbers
    return reading.bad(
        node, "F026", f"'{wrong[:40]}' is not a telephone number", "write it with its country, in quotes"
    )


def _outcome(reading: Reading, node: Node, _: House) -> Any:
    return read_word(reading, node, STANDS, "ending", "F011")


def _code(reading: Reading, node: Node, _: House) -> Any:
    return read_word(reading, node, FAULTS, "fault", "F011")


def _doings(reading: Reading, node: Node, house: House) -> Any:
    """`keep-message`, a list of such, or a table of them with the fields they are to have."""
    if isinstance(node, Scalar):
        name = read_word(reading, node, COMMANDS, "doing", "F011")
        return BAD if isinstance(name, Bad) else {name: {}}
    if isinstance(node, Items):
        several = [_doings(reading, item, house) for item in node.items]
        return (
            BAD if any(isinstance(one, Bad) for one in several) else {key: one[key] for one in several for key in one}
        )
    return _named(reading, node, COMMANDS, "doing", "F011")


def _named(reading: Reading, node: Table, known: Container[str], what: str, code: str) -> Any:
    """By known names: fields with the texts that are to be in them."""
    found: dict[str, dict[str, str]] = {}
    for name, value in node.values.items():
        if isinstance(read_word(reading, Scalar(name, node.keys[name]), known, what, code), Bad):
            return BAD
        parts = {} if isinstance(value, Scalar) and value.empty else read_words(reading, value)
        if isinstance(parts, Bad):
            return BAD
        found[name] = parts
    return found or reading.shape(node, f"a {what}")


EXPECTED: Mapping[str, Reader] = {
    "hears": _texts,
    "not_hears": _texts,
    "reaches": _steps,
    "waits_at": _step,
    "offered": _kind,
    "joins": _queue,
    "dials": _numbers,
    "speaks": _text,
    "path": _texts,
    "answers": _words,
    "does": _doings,
    "fault": _code,
    "ends": _outcome,
}
"""By the word an operator writes; `expect.KINDS` says what each means."""
