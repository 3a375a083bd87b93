"""Conditions of the branch step: `caller.calls_before > 2 and now.weekday in [saturday, sunday]`.

A grammar of its own, read once when a flow is loaded and turned into small functions; nothing of Python's is evaluated.

    either     := both ("or" both)*
    both       := negation ("and" negation)*
    negation   := "not" negation | comparison
    comparison := operand [("=" | "!=" | "<" | "<=" | ">" | ">=") operand | ["not"] "in" "[" operand ("," operand)* "]"]
    operand    := name | number | "text" | word | "(" either ")"

Values are texts. Two that both read as numbers are compared as numbers; with one number and one text every order is
false. A value alone is true unless it is empty, `0`, `no` or `false`. A name has a dot; a word without one is a text.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from ivr.core.flow.names import UnknownValueError, check_name
from ivr.core.flow.text import Lookup

MAX_LENGTH = 500
MAX_DEPTH = 20

_Test = Callable[[Lookup], bool]
_Value = Callable[[Lookup], str]

_TOKEN = re.compile(
    r"\s*(?:(?P<text>\"[^\"]*\"|'[^']*')|(?P<number>-?\d+(?:\.\d+)?(?![\w.]))|(?P<word>[^\W\d][\w-]*(?:\.\w+)*)"
    r"|(?P<sign>==|!=|<=|>=|[=<>()\[\],]))"
)
_FALSE = frozenset({"", "0", "no", "false"})
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,6})?\Z")
_WORDS = frozenset({"and", "or", "not", "in"})
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
"""A sign as it is read from the right."""


class ConditionError(ValueError):
    """A condition can't be read. `offset` counts characters from its beginning; `hint` may help."""

    def __init__(self, message: str, offset: int, hint: str = "") -> None:
        super().__init__(message)
        self.offset = offset
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison: a value's name with constants, for the checker. `name` is empty where there is none.

    `sign` is empty for a value alone. Two names compared with each other are not listed.
    """

    name: str
    sign: str
    constants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition, ready to be asked. `names` are the values it needs."""

    source: str
    names: tuple[str, ...] = field(compare=False)
    test: _Test = field(compare=False, repr=False)
    compared: tuple[Compared, ...] = field(default=(), compare=False, repr=False)

    def holds(self, lookup: Lookup) -> bool:
        """Whether it is true now."""
        return self.test(lookup)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    offset: int


def parse_condition(source: str) -> Condition:
    """Reads a condition. Raises ConditionError with the place in it."""
    if len(source) > MAX_LENGTH:
        raise ConditionError(f"a condition has at most {MAX_LENGTH} characters", MAX_LENGTH)
    parser = _Parser(_tokens(source))
    test = parser.either(0)
    parser.end()
    return Condition(source, tuple(dict.fromkeys(parser.names)), test, tuple(parser.compared))


def _tokens(source: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    end = len(source.rstrip())
    while at < end:
        match = _TOKEN.match(source, at)
        if match is None or match.lastgroup is None:
            at += len(source[at:]) - len(source[at:].lstrip())
            hint = "write `and` and `or`" if source[at] in "&|" else ""
            raise ConditionError(f"can't read {source[at : at + 12]!r}", at, hint)
        kind = match.lastgroup
        text, offset = match[kind], match.start(kind)
        if kind == "word" and text in _WORDS:
            kind = "sign"
        found.append(_Token(kind, text, offset))
        at = match.end()
    found.append(_Token("end", "", len(source)))
    return found


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.names: list[str] = []
        self.compared: list[Compared] = []

    @property
    def token(self) -> _Token:
        return self.tokens[self.at]

    def take(self, *signs: str) -> str:
        """Steps over one of `signs`, if it is next."""
        token = self.token
        if token.kind == "sign" and token.text in signs:
            self.at += 1
            return token.text
        return ""

    def expect(self, sign: str) -> None:
        if not self.take(sign):
            raise self.wrong(f"expected `{sign}`")

    def wrong(self, said: str, hint: str = "") -> ConditionError:
        found = f"`{self.token.text}`" if self.token.kind != "end" else "the end"
        return ConditionError(f"{said}, found {found}", self.token.offset, hint)

    def end(self) -> None:
        if self.token.kind != "end":
            raise self.wrong("expected `and`, `or` or the end")

    def either(self, depth: int) -> _Test:
        tests = [self.both(depth)]
        while self.take("or"):
            tests.append(self.both(depth))
        return tests[0] if len(tests) == 1 else lambda lookup: any(test(lookup) for test in tests)

    def both(self, depth: int) -> _Test:
        tests = [self.negation(depth)]
        while self.take("and"):
            tests.append(self.negation(depth))
        return tests[0] if len(tests) == 1 else lambda lookup: all(test(lookup) for test in tests)

    def negation(self, depth: int) -> _Test:
        if depth > MAX_DEPTH:
            raise ConditionError("too many brackets or `not`s in one another", self.token.offset)
        if self.take("not"):
            test = self.negation(depth + 1)
            return lambda lookup: not test(lookup)
        return self.comparison(depth)

    def comparison(self, depth: int) -> _Test:
        if self.take("("):
            test = self.either(depth + 1)
            self.expect(")")
            return test
        first = self.at
        left = self.operand()
        if sign := self.take("=", "==", "!=", "<", "<=", ">", ">="):
            right = self.operand()
            self.note(sign, self.tokens[first], self.tokens[self.at - 1])
            return _compare(left, sign, right)
        negated = bool(self.take("not"))
        if self.take("in"):
            listed = self.at
            values = self.listed()
            self.note("in", self.tokens[first], *self.tokens[listed + 1 : self.at - 1 : 2])
            return lambda lookup: any(_same(left(lookup), value(lookup)) for value in values) != negated
        if negated:
            raise self.wrong("expected `in`")
        self.note("", self.tokens[first])
        return lambda lookup: left(lookup).casefold() not in _FALSE

    def note(self, sign: str, *operands: _Token) -> None:
        """Keeps a comparison for the checker, the name first."""
        names = [token.text for token in operands if _is_name(token)]
        constants = tuple(token.text.strip("\"'") for token in operands if not _is_name(token))
        if len(names) == len(operands) > 1:
            return
        turned = _TURNED.get(sign, sign) if names and not _is_name(operands[0]) else sign
        self.compared.append(Compared(names[0] if names else "", turned, constants))

    def listed(self) -> list[_Value]:
        self.expect("[")
        values = [self.operand()]
        while self.take(","):
            values.append(self.operand())
        self.expect("]")
        return values

    def operand(self) -> _Value:
        token = self.token
        if token.kind in {"end", "sign"}:
            raise self.wrong("expected a value")
        self.at += 1
        if _is_name(token):
            name = token.text
            try:
                check_name(name)
            except UnknownValueError as problem:
                raise ConditionError(str(problem), token.offset, problem.hint) from None
            self.names.append(name)
            return lambda lookup: lookup(name)
        constant = token.text[1:-1] if token.kind == "text" else token.text
        return lambda _: constant


def _is_name(token: _Token) -> bool:
    return token.kind == "word" and "." in token.text


def _same(left: str, right: str) -> bool:
    if left == right:
        return True
    return bool(_NUMBER.match(left)) and bool(_NUMBER.match(right)) and float(left) == float(right)


def _compare(left: _Value, sign: str, right: _Value) -> _Test:
    if sign in {"=", "=="}:
        return lambda lookup: _same(left(lookup), right(lookup))
    if sign == "!=":
        return lambda lookup: not _same(left(lookup), right(lookup))
    ordered = _ORDERS[sign]

    def test(lookup: Lookup) -> bool:
        one, other = left(lookup), right(lookup)
        numbers = bool(_NUMBER.match(one)), bool(_NUMBER.match(other))
        if all(numbers):
            return ordered((float(one) > float(other)) - (float(one) < float(other)))
        if any(numbers) or not one or not other:
            return False
        return ordered((one > other) - (one < other))

    return test


_ORDERS: dict[str, Callable[[int], bool]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}
