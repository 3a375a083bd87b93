"""`overflow` and `menu` of `queues.yaml`: read in the words of the steps they are made of, and made into small flows.

What a step needs to know and the operator doesn't write here, its ways on, is put into its table before it is read as
any step is: so a voicemail of a line takes what a voicemail step takes, with the same problems at the same places. See
`core/flow/line_ways.py` for what becomes of the flows.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from ivr.core.flow import line_ways as ends
from ivr.core.flow.fields import Duration, Target
from ivr.core.flow.links import links
from ivr.core.flow.model import OFFER_AFTER_SECONDS, Flow, Limits, LineWays, Position
from ivr.core.flow.registry import Step
from ivr.core.flow.steps.callback import CallbackStep
from ivr.core.flow.steps.handoff import HandoffStep
from ivr.core.flow.steps.menu import MenuStep
from ivr.core.flow.steps.return_ import ReturnStep
from ivr.core.flow.steps.voicemail import VoicemailStep
from ivr.core.flow.text import Text, parse_text
from ivr.core.queue_rules import OVERFLOW_CAUSES, Onward, Overflow, OverflowCause, OverflowKind
from ivr.flowfile.nodes import Node, Scalar, Table
from ivr.flowfile.plain import KEYS
from ivr.flowfile.reading import BAD, Reading, nearest
from ivr.flowfile.values import hints_of, read_name, read_table

KINDS: Mapping[OverflowKind, type[Step] | None] = {
    "queue": None,
    "voicemail": VoicemailStep,
    "callback": CallbackStep,
    "office": HandoffStep,
}
"""What a line may lead on to, each with the step that does it; another line needs none."""

ACTS = {"position": ends.PLACE, "stay": ends.STAY, "leave": ends.LEAVE}
"""What a key may do by itself."""

_WHY = parse_text(f"{{{{ given.{ends.CAUSE} }}}}")
_NOWHERE = "this doesn't say where to"
_WHERE_TO = "give queue, voicemail, callback or office"
OF_A_KEY = ("label", "phrases")
ON = "on_"
_ON: Mapping[str, OverflowCause] = {f"{ON}{cause}": cause for cause in OVERFLOW_CAUSES}


@dataclass(frozen=True, slots=True)
class Offered:
    """What is said of a menu while waiting; the other fields of a menu are the step's."""

    offer: Text | None = None
    offer_after: Annotated[int, Duration(0, 14_400)] = OFFER_AFTER_SECONDS
    offer_when_expected_over: Annotated[int, Duration(0, 14_400)] | None = None


@dataclass(slots=True)
class LineReader:
    """Reads the ways of one line. `flows` are those they need, `ways` what the engine is told of them."""

    reading: Reading
    line: str
    flows: list[Flow] = field(default_factory=list)
    ways: LineWays = field(default_factory=LineWays)
    into: list[tuple[str, str]] = field(default_factory=list)
    """Where a key leads into another line: (path, line)."""

    _steps: dict[str, Step] = field(default_factory=dict)
    _bases: dict[str, str] = field(default_factory=dict)
    """The steps of the flow being read, and where each is written."""

    def overflow(self, node: Node) -> Overflow | None:
        """`overflow`: one way for all causes but closing time, ways by cause, or both; None where it can't be read."""
        path = f"queues.{self.line}.overflow"
        general, by_cause = _parted(node)
        found: dict[OverflowCause, Onward] = {}
        if general is not None:
            onward = self._onward(general, path)
            found = {} if onward is None else {cause: onward for cause in OVERFLOW_CAUSES if cause != "closed"}
        for key, child in by_cause.items():
            where = f"{path}.{key}"
            self.reading.positions[where] = node.keys[key] if isinstance(node, Table) else node.at
            onward = self._onward(child, where)
            if onward is not None:
                found[_ON[key]] = onward
        if not found:
            return None
        ordered = tuple((cause, found[cause]) for cause in OVERFLOW_CAUSES if cause in found)
        self.ways = replace(self.ways, overflow=dict(ordered))
        return Overflow(by_cause=ordered)

    def menu(self, node: Node) -> None:
        """`menu`: what keys do while a caller waits."""
        path = f"queues.{self.line}.menu"
        if not isinstance(node, Table):
            self.reading.shape(node, "a table")
            return
        own = [name for name in hints_of(MenuStep) if name != "otherwise"]
        offered = hints_of(Offered)
        table = self._known(node, [*own, *offered])
        said = read_table(self.reading, Offered, _only(table, offered), path)
        values = _only(table, own)
        keys = values.values.get("keys")
        if isinstance(keys, Table):
            values.values["keys"] = self._keys(keys, f"{path}.keys")
        _put(values, "otherwise", ends.STAY)
        if "tries" not in values.values:  # whoever presses nothing wants to go on waiting
            _put(values, "tries", "1")
        step = read_table(self.reading, MenuStep, values, path)
        if step is not None and said is not None and not self.reading.problems:
            self._bases["menu"] = path
            self._steps = {"menu": MenuStep(**step), **self._steps}
            self.ways = replace(self.ways, menu=self._made(path, "menu"), **said)
        self._steps, self._bases = {}, {}

    # --- one way ---------------------------------------------------------------------------------------------------
    def _onward(self, node: Node, path: str) -> Onward | None:
        """Another line, or a flow that does what is asked for."""
        kind = self._kind(node, path)
        if kind is None:
            return None
        if kind == "queue" or not isinstance(node, Table):
            to = self._queue(node, path)
            return None if to is None else Onward("queue", to)
        step = self._step(kind, node, path, ends.NOTHING)
        if step is None:
            return None
        self._steps, self._bases = {kind: step}, {kind: path}
        flow = self._made(path, kind)
        self._steps, self._bases = {}, {}
        return Onward(kind, _written(node, kind, self.line), flow)

    def _kind(self, node: Node, path: str) -> OverflowKind | None:
        """Which of the kinds a table is of; a word alone is a line's name."""
        if isinstance(node, Scalar):
            if node.empty:
                self.reading.bad(self.reading.positions.get(path, node.at), "F010", _NOWHERE, _WHERE_TO)
                return None
            return "queue"
        if not isinstance(node, Table):
            self.reading.shape(node, "a line's name or a table")
            return None
        kinds = [kind for kind in KINDS if kind in node.values]
        if len(kinds) == 1:
            return kinds[0]
        if kinds:
            both = " and ".join(f"`{kind}`" for kind in kinds)
            hint = "keep one of them; what is for one cause only stands in on_full, on_timeout, ..."
            self.reading.bad(node.keys[kinds[1]], "F010", f"this leads to several at once: {both}", hint)
            return None
        words = [*KINDS, *_ON] if path.endswith(".overflow") else [*KINDS]
        for key, at in node.keys.items():
            if key in node.values and (near := nearest(key, words)):
                self.reading.bad(at, "F008", f"unknown field '{key}'", near)
                return None
        at = self.reading.positions.get(path, node.at)
        self.reading.bad(at, "F010", _NOWHERE, _WHERE_TO)
        return None

    def _queue(self, node: Node, path: str) -> str | None:
        if isinstance(node, Table):
            node, path = self._known(node, ["queue"]).values["queue"], f"{path}.queue"
        to = read_name(self.reading, node, path)
        return None if to is BAD else str(to)

    def _step(self, kind: OverflowKind, node: Table, path: str, vain: str) -> Step | None:
        """The step of a kind, read from what is written here. `vain` is how it ends where it comes to nothing."""
        cls: Any = KINDS[kind]
        ways = [name for name, hint in hints_of(cls).items() if hint in (Target, Target | None)]
        for name in ways:
            if name in node.values:
                hint = "where it comes to nothing, the step that led into the line says what follows"
                self.reading.bad(node.keys[name], "F008", f"a line leads on by itself: no `{name}` here", hint)
        own = [name for name in hints_of(cls) if name not in ways and name != cls.main]
        table = self._known(node, [kind, *own], passed=ways)
        main = table.values.get(kind)
        if kind == "callback" and isinstance(main, Scalar) and (main.empty or main.text == "yes"):
            table.values[kind] = Scalar(self.line, main.at)
        elsewhere = kind == "office" and isinstance(main, Scalar) and not main.text.lstrip().startswith("+")
        if not elsewhere:
            _put(table, "next", ends.TALKED if kind == "office" else ends.ENDED)
        if kind != "voicemail":
            _put(table, "otherwise", vain)
        values = read_table(self.reading, cls, table, path, {kind: cls.main})
        return None if values is None else cls(**values)

    def _keys(self, node: Table, path: str) -> Table:
        """The keys of a menu, each leading to a step of its own, as a menu step has them."""
        made = Table(node.at, {}, dict(node.keys))
        for written, child in node.values.items():
            key = KEYS.get(written, written)
            where = f"{path}.{key}"
            self.reading.positions[where] = node.keys[written]
            to = self._choice(key, child, where)
            choice = Table(child.at, {}, {})
            if isinstance(child, Table):
                choice = _only(child, OF_A_KEY)
            # One that can't be read leads nowhere in particular: its problem is told, and the menu isn't made.
            _put(choice, "next", to or ends.STAY)
            made.values[written] = choice
        return made

    def _choice(self, key: str, node: Node, path: str) -> str:
        """The step a key leads to; empty where it can't be told."""
        if isinstance(node, Scalar) and node.text in ACTS:
            return ACTS[node.text]
        if isinstance(node, Scalar) and node.text == "callback":
            node = Table(node.at, {"callback": Scalar("yes", node.at)}, {"callback": node.at})
        if isinstance(node, Scalar):
            words = [*ACTS, "callback"]
            hint = nearest(node.text, words, f"give {', '.join(words)}, or a table: {{queue: NAME}}")
            self.reading.bad(node, "F011", f"'{node.text[:40]}' is nothing a key can do", hint)
            return ""
        if not isinstance(node, Table):
            self.reading.shape(node, "what the key does: a word or a table")
            return ""
        plain = _without(node, OF_A_KEY)
        kind = self._kind(plain, path)
        if kind is None:
            return ""
        name = f"{kind}-{ {'*': 'star', '#': 'hash'}.get(key, key) }"
        step: Step | None
        if kind == "queue":
            to = self._queue(plain, path)
            if to == self.line:
                at = self.reading.positions[path]
                self.reading.bad(at, "F079", f"this key leads to '{to}', where the caller waits already", "write stay")
            step = None if to is None else ReturnStep(ends.LINE, parse_text(to))
            self.into += [] if to is None else [(path, to)]
        else:
            step = self._step(kind, plain, path, ends.STAY)
        if step is None:
            return ""
        self._steps[name], self._bases[name] = step, path
        return name

    # --- tables and flows ------------------------------------------------------------------------------------------
    def _known(self, node: Table, fields: list[str], passed: list[str] | None = None) -> Table:
        """The table without what can't stand there; that is told, but for what was told already (`passed`)."""
        for key in node.values:
            if key not in fields and key not in (passed or ()):
                hint = nearest(key, fields, f"fields here are {', '.join(fields)}")
                self.reading.bad(node.keys[key], "F008", f"unknown field '{key}'", hint)
        return _only(node, fields)

    def _made(self, path: str, start: str) -> str:
        """Makes the flow of the steps read, and the ends they lead to; its name."""
        steps = dict(self._steps)
        for end in (link.value for step in self._steps.values() for link in links(step) if link.kind is Target):
            if end not in steps:
                steps[end] = ReturnStep(end, _WHY if end == ends.NOTHING else None)
        digest = hashlib.sha256(repr(sorted(steps.items())).encode()).hexdigest()[:16]
        parameters = (ends.CAUSE,) if ends.NOTHING in steps else ()
        self.flows.append(
            Flow(
                name=path,
                digest=f"{path}-{digest}",
                language="",
                start=start,
                steps=steps,
                parameters=parameters,
                limits=Limits(human_within=0),
                positions=self._positions(path),
            )
        )
        return path

    def _positions(self, path: str) -> dict[str, Position]:
        """Where the parts of the flow's steps stand, by the paths that a flow's checks use."""
        found = {"steps": self.reading.positions[path]} if path in self.reading.positions else {}
        for name, base in self._bases.items():
            for written, at in self.reading.positions.items():
                if written == base or written.startswith(f"{base}."):
                    below = written.removeprefix(base)
                    found[f"steps.{name}{below}"] = at
                    if below == ".office":
                        found[f"steps.{name}.handoff"] = at
        return found


def _parted(node: Node) -> tuple[Node | None, Mapping[str, Node]]:
    """What is for all causes, and what for one each."""
    if not isinstance(node, Table):
        return node, {}
    by_cause = {key: child for key, child in node.values.items() if key in _ON}
    general = _without(node, tuple(by_cause))
    return (general if general.values or not by_cause else None), by_cause


def _only(node: Table, keys: Any) -> Table:
    return Table(node.at, {key: child for key, child in node.values.items() if key in keys}, dict(node.keys))


def _without(node: Table, keys: tuple[str, ...]) -> Table:
    return Table(node.at, {key: child for key, child in node.values.items() if key not in keys}, dict(node.keys))


def _put(node: Table, key: str, text: str) -> None:
    node.values[key] = Scalar(text, node.at)
    node.keys.setdefault(key, node.at)


def _written(node: Table, kind: str, line: str) -> str:
    value = node.values.get(kind)
    written = value.text if isinstance(value, Scalar) else ""
    return line if kind == "callback" and written in {"", "~", "yes"} else written
