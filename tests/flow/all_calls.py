"""The test calls of every step type, gathered from the tables."""

from collections.abc import Mapping

from tests.flow.calls import CASES, Case
from tests.flow.calls_beyond import CASES as BEYOND
from tests.flow.calls_plain import CASES as PLAIN
from tests.flow.calls_promises import CASES as PROMISES

_TABLES = (CASES, PLAIN, BEYOND, PROMISES)

ALL: Mapping[str, tuple[Case, ...]] = {
    word: tuple(case for table in _TABLES for case in table.get(word, ()))
    for word in dict.fromkeys(w for t in _TABLES for w in t)
}
