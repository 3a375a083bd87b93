"""A file of test calls: YAML with positions to Cases. Every problem of a file comes back at once, with its place."""

from ivr.core.flow.model import Position
from ivr.core.flow.problem import Problem
from ivr.flowfile.nodes import Items, Node, Table, compose
from ivr.flowfile.reading import Bad, Reading
from ivr.flowtest.acts import ACTS, ADDED, read_act
from ivr.flowtest.expected import EXPECTED, read_expectation
from ivr.flowtest.given import GivenReader
from ivr.flowtest.house import House
from ivr.flowtest.model import Case, CaseTurn
from ivr.flowtest.tables import known_table
from ivr.flowtest.values import read_text

_CASE = (
    "name",
    "call",
    "caller",
    "agents",
    "lookups",
    "callbacks",
    "incidents",
    "texts",
    "draws",
    "lines_down",
    "turns",
    "ends",
    "path",
    "answers",
    "not_hears",
    "does",
)
_LAST = ("ends", "path", "answers", "not_hears", "does")
"""Expectations about the call as a whole."""


def decode_cases(source: bytes, file: str, house: House) -> tuple[list[Case], list[Problem]]:
    """The test calls of a file and what is wrong with it. `file` is told in problems; its stem is the flow meant.

    Never raises. A call with a problem is missing from the list.
    """
    root, problems = compose(source, file)
    reading = Reading(file, problems)
    if root is None:
        if not problems:
            reading.bad(Position(1, 1), "F007", "the file is empty")
        return [], reading.problems
    if not isinstance(root, Items):
        reading.shape(root, "a list of test calls, each beginning with `- name: ...`")
        return [], reading.problems
    cases: dict[str, Case] = {}
    for item in root.items:
        case = _case(reading, item, file, house)
        if case is not None and case.name in cases:
            first = cases[case.name].at.line
            reading.bad(item, "F003", f"'{case.name}' names two test calls; the first stands in line {first}")
        elif case is not None:
            cases[case.name] = case
    return list(cases.values()), sorted(reading.problems)


def _case(reading: Reading, node: Node, file: str, house: House) -> Case | None:
    before = len(reading.problems)
    table = known_table(reading, node, _CASE, "a test call with `name`, `call` and `turns`")
    if table is None:
        return None
    if "name" in table.values:
        name = read_text(reading, table.values["name"])
    else:  # not told where an anchor stands, which has been told already
        name = reading.bad(node, "F007", "`name` is missing", "say in a few words what this call is to show")
    given = GivenReader(reading, file, house).read(table)
    turns = _turns(reading, table, house)
    last = [one for word in _LAST if word in table.values for one in read_expectation(reading, word, table, house)]
    if len(reading.problems) > before or given is None or isinstance(name, Bad):
        return None
    return Case(name, file, table.keys["name"], given, turns, tuple(last))


def _turns(reading: Reading, table: Table, house: House) -> tuple[CaseTurn, ...]:
    node = table.values.get("turns")
    if node is None:
        reading.bad(table, "F007", "`turns` is missing", "write `turns:` and `- hears: ...` below it")
        return ()
    if not isinstance(node, Items) or not node.items:
        reading.shape(node, "a list of turns")
        return ()
    turns = [_turn(reading, item, house, first=number == 0) for number, item in enumerate(node.items)]
    whole = tuple(turn for turn in turns if turn is not None)
    if whole and whole[0].act is not None:  # nothing is expected of the beginning
        whole = (CaseTurn(None, (), whole[0].at), *whole)
    return whole


def _turn(reading: Reading, node: Node, house: House, *, first: bool) -> CaseTurn | None:
    table = known_table(reading, node, (*ACTS, *ADDED, *EXPECTED), "a turn such as `- presses: 2`")
    if table is None:
        return None
    act = read_act(reading, table)
    if isinstance(act, Bad):
        return None
    if act is None and not first and all(word in EXPECTED for word in table.values):
        hint = f"begin it with one of {', '.join(ACTS)}; several expectations may stand in one turn"
        reading.bad(table, "F007", "nothing happens in this turn", hint)
    expected = [
        one for word in table.values if word in EXPECTED for one in read_expectation(reading, word, table, house)
    ]
    return CaseTurn(act, tuple(expected), next(iter(table.keys.values()), table.at))
