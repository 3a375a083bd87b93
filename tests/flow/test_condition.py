"""Conditions: a small grammar, read once, with the place of what can't be read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.core.flow.condition import MAX_LENGTH, ConditionError, parse_condition

VALUES = {
    "caller.kind": "known",
    "caller.name": "Ana",
    "caller.calls_before": "3",
    "now.weekday": "sunday",
    "now.time": "08:30",
    "now.hour": "8",
    "answers.file": "0042",
    "answers.word": "no",
}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("caller.name", True),
        ("caller.number", False),
        ("answers.word", False),
        ("not caller.number", True),
        ("caller.kind = known", True),
        ("caller.kind == 'known'", True),
        ('caller.kind != "known"', False),
        ("caller.calls_before > 2", True),
        ("caller.calls_before >= 3 and caller.calls_before <= 3", True),
        ("caller.calls_before < 10", True),
        ("caller.calls_before > 10", False),
        ("answers.file = 42", True),
        ("answers.file = '0042'", True),
        ("now.weekday in [saturday, sunday]", True),
        ("now.weekday not in [saturday, sunday]", False),
        ("now.hour in [7, 8]", True),
        ("now.time < '12:00'", True),
        ("caller.name > 3", False),
        ("caller.number < '3'", False),
        ("caller.number or caller.name", True),
        ("caller.number and caller.name or caller.kind = known", True),
        ("caller.number and (caller.name or caller.kind = known)", False),
        ("not (caller.name and caller.number)", True),
        ("not not caller.name", True),
        ("2 < 10", True),
        ("-1.5 < 0", True),
    ],
)
def test_a_condition_holds_or_not(source: str, expected: bool) -> None:
    assert parse_condition(source).holds(lambda name: VALUES.get(name, "")) is expected


@pytest.mark.parametrize(
    ("source", "offset", "message"),
    [
        ("", 0, "expected a value, found the end"),
        ("caller.name =", 13, "expected a value, found the end"),
        ("caller.name caller.kind", 12, "expected `and`, `or` or the end, found `caller.kind`"),
        ("caller.nane = x", 0, "no such value: caller.nane"),
        ("caller.kind in known", 15, "expected `[`, found `known`"),
        ("caller.kind in [known", 21, "expected `]`, found the end"),
        ("(caller.name", 12, "expected `)`, found the end"),
        ("caller.name not known", 16, "expected `in`, found `known`"),
        ("caller.name && caller.kind", 12, "can't read '&& caller.ki'"),
        ("caller.name | upper", 12, "can't read '| upper'"),
        ("caller.__class__", 0, "no such value: caller.__class__"),
        ("__import__('os').system('true')", 16, "can't read \".system('tru\""),
        ("not " * 30 + "caller.name", 84, "too many brackets or `not`s in one another"),
        ("x" * (MAX_LENGTH + 1), MAX_LENGTH, f"a condition has at most {MAX_LENGTH} characters"),
    ],
)
def test_what_can_not_be_read_is_told_with_its_place(source: str, offset: int, message: str) -> None:
    with pytest.raises(ConditionError) as raised:
        parse_condition(source)
    assert (raised.value.offset, str(raised.value)) == (offset, message)


@settings(deadline=None)
@given(st.text(alphabet="caler.nm know()[],=<>!'\"andorti23 &|é\t", max_size=80))
def test_any_text_is_a_condition_or_refused(source: str) -> None:
    try:
        condition = parse_condition(source)
    except ConditionError:
        return
    condition.holds(lambda _: "1")


def test_it_names_the_values_it_needs_once() -> None:
    assert parse_condition("caller.name = caller.kind or caller.name").names == ("caller.name", "caller.kind")
