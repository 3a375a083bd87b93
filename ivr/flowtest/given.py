"""The call as given: who calls which line when, who is there to answer, what look-ups are answered."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any, get_args
from zoneinfo import ZoneInfo

from ivr.core.flow.inputs import BookStatus
from ivr.core.flow.model import Flow, Position
from ivr.core.flow.session import CallerFacts, Incident
from ivr.core.flow.steps.split import draw
from ivr.core.phone import e164
from ivr.flowfile.nodes import Node, Scalar, Table
from ivr.flowfile.reading import Bad, Reading, nearest
from ivr.flowtest.house import House
from ivr.flowtest.model import CALL_SID, Given, Staff
from ivr.flowtest.tables import known_table
from ivr.flowtest.values import (
    data_of,
    read_moment,
    read_staff,
    read_text,
    read_texts,
    read_word,
    read_words,
    read_yes_no,
    written,
)
from ivr.services.ports import Line

A_MONDAY = datetime(2026, 3, 2, 10, 0)  # noqa: DTZ001 - in the flow's own zone, added where it is used
"""When a call without `at` comes in: a Monday at ten, in the flow's time zone."""

NEW_NUMBER = "+33639980099"
"""Who calls where nothing is said: a number reserved for fiction that has never called."""

HIDDEN = "anonymous"
"""What the carrier says of a caller who hides the number."""

_CALL = ("from", "to", "at", "flow", "language")
_CALLER = ("kind", "name", "calls_before", "last_call_at", "last_reason", "language", "last_agent", "adviser")
_BOOKINGS = get_args(BookStatus)
_KINDS = ("known", "new", "hidden", "malformed")
_HUNDRED = 100
_MOST_DRAWS = 2
_TRIES = 1_000_000
_NEVER_MS = 4_102_444_800_000
"""The year 2100: what is active stays so."""

_NO_COUNTRY = "ZZ"
"""Numbers in tests are written with their country."""


def international(written_number: str) -> str:
    """A number written with its country, in E.164; empty where it is none."""
    return e164(written_number, _NO_COUNTRY)


class GivenReader:
    """Reads what stands above the turns. `file` is called like the flow meant, unless the call says otherwise."""

    def __init__(self, reading: Reading, file: str, house: House) -> None:
        self.reading = reading
        self.file = file
        self.house = house

    def read(self, table: Table) -> Given | None:
        """All of it, or None where a problem was told."""
        empty = Table(table.at)
        call = known_table(self.reading, table.values.get("call", empty), _CALL, "a table with from, to and at")
        caller = known_table(self.reading, table.values.get("caller", empty), _CALLER, "a table with name ...")
        if call is None or caller is None:
            return None
        line = self._line(call)
        flow = self.house.flows.get(line.flow) if line else None
        if line is None or flow is None:
            return None
        at: datetime | Bad = A_MONDAY.replace(tzinfo=ZoneInfo(flow.time_zone)).astimezone(UTC)
        if "at" in call.values:
            at = read_moment(self.reading, call.values["at"], flow.time_zone)
        number = self._number(call)
        facts = self._facts(caller, number)
        staff = self._staff(table)
        lookups, booking, incidents = self._lookups(table), self._booking(table), self._incidents(table)
        texts = "texts" not in table.values or read_yes_no(self.reading, table.values["texts"])
        if isinstance(at, Bad) or facts is None or isinstance(booking, Bad) or isinstance(texts, Bad):
            return None
        drawn = self._drawn(table, flow)
        down = self._lines_down(table)
        return Given(line.flow, at, line, number, facts, staff, lookups, booking, incidents, texts, drawn, down)

    def _line(self, call: Table) -> Line | None:
        """The line dialled: by `to`, else the first that leads to the flow, else one made up for it."""
        to, wanted = call.values.get("to"), call.values.get("flow")
        name = written(wanted) if wanted else PurePath(self.file).stem
        line = next((one for one in self.house.lines if one.flow == name), None)
        if to is not None:
            line = self._dialled(to)
            if line is None:
                return None
            name = written(wanted) if wanted else line.flow
        flow = self.house.flows.get(name)
        if flow is None:
            at: Node | Position = wanted or to or call.at
            hint = nearest(name, self.house.flows, "name it: `call: {flow: ...}`, or call this file like the flow")
            self.reading.bad(at, "F030", f"there is no flow '{name}' without an error", hint)
            return None
        line = line or Line(name, "", name, flow.language, flow.title)
        language = self._word(call, "language")
        languages = () if language else line.languages
        return replace(line, flow=name, language=language or line.language, languages=languages)

    def _dialled(self, to: Node) -> Line | None:
        wanted = {written(to), international(written(to))} - {""}
        line = next((one for one in self.house.lines if {one.name, one.number} & wanted), None)
        if line is None:
            known = [one.name for one in self.house.lines]
            hint = nearest(written(to), known, f"lines are {', '.join(known)}" if known else "")
            self.reading.bad(to, "F030", f"no line has the number or name '{written(to)}'", hint)
        return line

    def _word(self, table: Table, key: str) -> str:
        text = read_text(self.reading, table.values[key]) if key in table.values else ""
        return "" if isinstance(text, Bad) else text

    def _number(self, call: Table) -> str:
        """Who calls, as the carrier would say it."""
        node = call.values.get("from")
        if node is None:
            return NEW_NUMBER
        if written(node) == "hidden":
            return HIDDEN
        number = international(written(node))
        if not number:
            hint = "write it with its country in quotes, or hidden"
            self.reading.bad(node, "F026", f"'{written(node)}' is not a telephone number", hint)
        return number

    def _facts(self, caller: Table, number: str) -> CallerFacts | None:
        kind = caller.values.get("kind")
        if kind is not None and isinstance(read_word(self.reading, kind, _KINDS, "kind of caller", "F011"), Bad):
            return None
        before = self._word(caller, "calls_before") or "0"
        if not (before.isascii() and before.isdecimal() and len(before) < len("1000000")):
            self.reading.bad(caller.values["calls_before"], "F011", f"'{before[:40]}' is not a number of calls")
            return None
        name = self._word(caller, "name")
        by_number = "hidden" if number == HIDDEN else "known" if name or int(before) else "new"
        return CallerFacts(
            kind=written(kind) if kind else by_number,
            number="" if number == HIDDEN else number,
            name=name,
            calls_before=int(before),
            last_call_at=self._word(caller, "last_call_at"),
            last_reason=self._word(caller, "last_reason"),
            language=self._word(caller, "language"),
            last_agent=self._word(caller, "last_agent"),
            adviser=self._word(caller, "adviser"),
        )

    def _staff(self, table: Table) -> dict[str, Staff]:
        node = table.values.get("agents")
        if node is None:
            return {}
        several = node.values if isinstance(node, Table) else {"": node}
        found: dict[str, Staff] = {}
        for queue, value in several.items():
            if queue not in self.house.queues and isinstance(node, Table):
                hint = nearest(queue, self.house.queues, "queues are defined in queues.yaml")
                self.reading.bad(node.keys[queue], "F024", f"there is no queue '{queue}'", hint)
            staff = read_staff(self.reading, value)
            if not isinstance(staff, Bad):
                found[queue] = staff
        return found

    def _lookups(self, table: Table) -> dict[str, Any]:
        node = table.values.get("lookups", Table(table.at))
        if not isinstance(node, Table):
            self.reading.shape(node, "a table: for each step that looks something up, what it is answered")
            return {}
        known = self.house.step_names
        for step in node.values:
            if step not in known:
                self.reading.bad(node.keys[step], "F020", f"there is no step '{step}'", nearest(step, known))
        return {step: data_of(value) for step, value in node.values.items()}

    def _drawn(self, table: Table, flow: Flow) -> str:
        """A call's identifier by which each `split` step named draws as written: "the 15th of a hundred calls"."""
        node = table.values.get("draws", Table(table.at))
        if not isinstance(node, Table):
            self.reading.shape(node, "a table: for each split step the call's number of a hundred, 1 to 100")
            return CALL_SID
        wanted: dict[str, int] = {}
        for step, value in node.values.items():
            number = written(value)
            if step not in self.house.step_names:
                hint = nearest(step, self.house.step_names)
                self.reading.bad(node.keys[step], "F020", f"there is no step '{step}'", hint)
            elif not (number.isascii() and number.isdecimal() and 1 <= int(number[:4]) <= _HUNDRED):
                self.reading.bad(value, "F011", f"'{number}' is not a call of a hundred", "write 1 to 100")
            else:
                wanted[f":{self._flow_with(step, flow)}:{step}"] = int(number) - 1
        if len(wanted) > _MOST_DRAWS:
            self.reading.bad(node, "F011", f"more than {_MOST_DRAWS} draws", "make several test calls of it")
            return CALL_SID
        sids = (f"CA{number:032x}" for number in range(_TRIES))
        return next(sid for sid in sids if all(draw(sid + key) // _HUNDRED == at for key, at in wanted.items()))

    def _lines_down(self, table: Table) -> frozenset[str]:
        """Lines that can't take a call handed over to them."""
        node = table.values.get("lines_down")
        if node is None:
            return frozenset()
        names = read_texts(self.reading, node)
        if isinstance(names, Bad):
            return frozenset()
        known = [line.name for line in self.house.lines]
        for name in names:
            if name not in known:
                self.reading.bad(node, "F073", f"there is no line '{name}'", nearest(name, known))
        return frozenset(names)

    def _flow_with(self, step: str, flow: Flow) -> str:
        """The flow a step is in: the one dialled, else the first there is."""
        if step in flow.steps:
            return flow.name
        return next(other.name for other in self.house.flows.values() if step in other.steps)

    def _booking(self, table: Table) -> Any:
        node = table.values.get("callbacks")
        return "booked" if node is None else read_word(self.reading, node, _BOOKINGS, "outcome of a booking", "F011")

    def _incidents(self, table: Table) -> tuple[Incident, ...]:
        """A text for everybody, or texts by what they are about."""
        node = table.values.get("incidents")
        if node is None:
            return ()
        texts = {"": read_text(self.reading, node)} if isinstance(node, Scalar) else read_words(self.reading, node)
        several = {} if isinstance(texts, Bad) else texts
        return tuple(
            Incident(f"incident-{number}", {"": text}, about, until_ms=_NEVER_MS)
            for number, (about, text) in enumerate(several.items(), 1)
            if not isinstance(text, Bad)
        )
