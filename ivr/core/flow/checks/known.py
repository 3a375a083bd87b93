"""Values that can't be known where they are used: set on no way there, or not on every way there.

A value is followed forward along the ways of the flow: `may` holds what some way has set, `must` what every way has.
Sets are bits of an int. A fault may come at any moment, so at `on_fault` anything may be set; nothing is told of what
must be there, unless only a fault leads there.
"""

from collections.abc import Iterator

from ivr.core.flow.bound import Address, Bound
from ivr.core.flow.checks.view import View, check
from ivr.core.flow.condition import Condition
from ivr.core.flow.registry import Found
from ivr.core.flow.text import Template, Text

_PASSES = 60
"""Rounds over the flow until nothing changes. More than a flow ever needs; past it nothing is told."""


@check(whole=True)
def never_or_sometimes(view: View) -> Iterator[Found]:
    """Every value used was set on the way; on all ways there, unless the text has words for when it is empty."""
    names = list(dict.fromkeys(name for several in view.saves.values() for name in several))
    bits = {name: 1 << number for number, name in enumerate(names)}
    known = _Known(view, bits)
    if not known.settled:
        return
    for path, _, link in view.of(Text, Condition, Address, Bound):
        step = path.split(".")[1]
        if step not in known.may:
            continue
        for name in link.value.names:
            bit = bits.get(name)
            if bit is None:
                continue
            if not known.may[step] & bit:
                message = f"'{name}' is never known here: no way to '{step}' sets it"
                yield Found("F054", path, message, "lead a way here from the step that sets it, or take it out")
            elif link.kind is Text and not known.must[step] & bit and _bare(link.value, name):
                message = f"'{name}' is not known on every way to '{step}'"
                hint = f'say what to speak without it: {{{{ {name} | default("...") }}}}'
                yield Found("F055", path, message, hint)


class _Known:
    """What is known on entering each step."""

    def __init__(self, view: View, bits: dict[str, int]) -> None:
        self.view = view
        self.all = sum(bits.values())
        self.sets = {name: sum(bits[value] for value in several) for name, several in view.saves.items()}
        self.may: dict[str, int] = {}
        self.must: dict[str, int] = {}
        self.settled = False
        flow = view.flow
        order = [*view.reached([flow.start, flow.on_fault])]
        starts = {flow.start: 0}
        if flow.on_fault in flow.steps and flow.on_fault not in view.from_start:
            starts[flow.on_fault] = 0
        self.must = dict.fromkeys(order, self.all) | starts
        self.may = dict.fromkeys(order, 0)
        if flow.on_fault in self.may:
            self.may[flow.on_fault] = self.all
        for _ in range(_PASSES):
            if not self._pass(order):
                self.settled = True
                return

    def _pass(self, order: list[str]) -> bool:
        """Carries what is known over every way once; whether something changed."""
        changed = False
        for name in order:
            step, sets = self.view.flow.steps[name], self.sets[name]
            for way in self.view.ways[name]:
                added = sets if step.sets_by(way.field) else 0
                may, must = self.may[way.to] | self.may[name] | added, self.must[way.to] & (self.must[name] | added)
                if may != self.may[way.to] or must != self.must[way.to]:
                    self.may[way.to], self.must[way.to] = may, must
                    changed = True
        return changed


def _bare(text: Text, name: str) -> bool:
    """Whether some language of a text names a value without words for when it is empty."""
    return any(_names_bare(template, name) for template in text.by_language.values())


def _names_bare(template: Template, name: str) -> bool:
    return any(
        not isinstance(part, str) and part.name == name and not any(word == "default" for word, _ in part.filters)
        for part in template.parts
    )
