"""Conditions that can't be told: they compare what has no order, or with what the value never is."""

from collections.abc import Iterator

from ivr.core.flow.checks.view import View, check
from ivr.core.flow.condition import Compared, Condition
from ivr.core.flow.names import RANGES, WORDS
from ivr.core.flow.near import did_you_mean
from ivr.core.flow.registry import Found

_ORDERS = {"<", "<=", ">", ">="}


@check()
def can_be_told(view: View) -> Iterator[Found]:
    """Each comparison can come out either way."""
    for path, _, link in view.of(Condition):
        for compared in link.value.compared:
            told = _fault(compared)
            if told is not None:
                yield Found("F059", path, told[0], told[1])


def _fault(compared: Compared) -> tuple[str, str] | None:
    """(message, hint) for a comparison that always comes out the same."""
    name, sign = compared.name, compared.sign
    if not name:
        words = " ".join([*compared.constants[:1], sign, *compared.constants[1:]]).strip()
        return f"`{words}` names no value, so it is always the same", "a value has a dot: now.weekday, answers.file"
    if name in WORDS:
        return _wrong_word(compared)
    if name in RANGES:
        return _wrong_number(compared)
    if sign in _ORDERS and name in _UNORDERED:
        return f"'{name}' has no order; `{sign}` never holds", "compare it with = or in [...]"
    return None


def _wrong_word(compared: Compared) -> tuple[str, str] | None:
    known = WORDS[compared.name]
    if compared.sign in _ORDERS:
        return f"'{compared.name}' has no order; `{compared.sign}` never holds", "compare it with = or in [...]"
    for constant in compared.constants:
        if constant not in known:
            hint = did_you_mean(constant, known, f"it is one of {', '.join(known)}")
            return f"'{compared.name}' is never '{constant}'", hint
    return None


def _wrong_number(compared: Compared) -> tuple[str, str] | None:
    values = RANGES[compared.name]
    said = f"it is a whole number from {values[0]}" + ("" if values.stop > _ENDLESS else f" to {values[-1]}")
    for constant in compared.constants:
        try:
            number = float(constant)
        except ValueError:
            return f"'{compared.name}' is never '{constant}'", said
        if compared.sign in _ORDERS:
            outcomes = {_holds(values[0], compared.sign, number), _holds(values[-1], compared.sign, number)}
            if len(outcomes) == 1:
                return f"`{compared.name} {compared.sign} {constant}` is always the same", said
        elif not (number.is_integer() and int(number) in values):
            return f"'{compared.name}' is never {constant}", said
    return None


def _holds(value: int, sign: str, number: float) -> bool:
    return {"<": value < number, "<=": value <= number, ">": value > number, ">=": value >= number}[sign]


_UNORDERED = {
    "caller.name",
    "caller.number",
    "caller.last_reason",
    "caller.last_agent",
    "caller.adviser",
    "line.name",
    "line.title",
    "call.path",
}
_ENDLESS = 1_000_000
