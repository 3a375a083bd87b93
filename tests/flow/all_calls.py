"""The test calls of every step type, gathered from the tables."""

from collections.abc import Mapping

from tests.flow.calls import CASES, Case
from tests.flow.calls_plain import CASES as PLAIN

ALL: Mapping[str, tuple[Case, ...]] = {word: CASES.get(word, ()) + PLAIN.get(word, ()) for word in {**CASES, **PLAIN}}
