"""A flow with what its steps refer to, found once for all checks; and the table of the checks."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ivr.core.flow.fields import AnswerName, Target
from ivr.core.flow.links import Link, links
from ivr.core.flow.model import Flow
from ivr.core.flow.names import ANSWERS
from ivr.core.flow.near import nearest
from ivr.core.flow.registry import Found, Step, World


class Way(NamedTuple):
    """A way out of a step: the field it stands in (`keys.1.next`), and the step it leads to."""

    field: str
    to: str


@dataclass(frozen=True)
class View:
    """What a check may look at. `declared` names all steps of the file, of which some may not have been readable."""

    flow: Flow
    world: World
    declared: frozenset[str]

    @cached_property
    def found(self) -> Mapping[str, tuple[Link, ...]]:
        """Every step's links, in the order of its fields."""
        return {name: tuple(links(step)) for name, step in self.flow.steps.items()}

    @cached_property
    def links(self) -> tuple[tuple[str, Step, Link], ...]:
        """(path in the file, step, link), in the order of the file."""
        return tuple(
            (f"steps.{name}.{link.path}", self.flow.steps[name], link)
            for name, several in self.found.items()
            for link in several
        )

    def of(self, *kinds: object) -> Iterator[tuple[str, Step, Link]]:
        """The links of some kinds."""
        return (one for one in self.links if one[2].kind in kinds)

    @cached_property
    def ways(self) -> Mapping[str, tuple[Way, ...]]:
        """Every step's ways out, but for those that lead nowhere."""
        steps = self.flow.steps
        return {
            name: tuple(Way(link.path, link.value) for link in several if link.kind is Target and link.value in steps)
            for name, several in self.found.items()
        }

    @cached_property
    def saves(self) -> Mapping[str, tuple[str, ...]]:
        """The values each step may set, by their dotted names."""
        return {
            name: (
                *self.flow.steps[name].sets,
                *(f"{ANSWERS}{link.value}" for link in several if link.kind is AnswerName),
            )
            for name, several in self.found.items()
        }

    @cached_property
    def from_start(self) -> Mapping[str, str | None]:
        """The steps a call comes to without a fault, each with the step before it on a shortest way."""
        return self.reached([self.flow.start])

    def reached(self, starts: Iterable[str], over: Callable[[str, Way], bool] | None = None) -> dict[str, str | None]:
        """The steps that can be come to from some, each with the step before it; only by ways that `over` allows."""
        before: dict[str, str | None] = {name: None for name in starts if name in self.flow.steps}
        waiting = list(before)
        for name in waiting:
            for way in self.ways[name]:
                if way.to not in before and (over is None or over(name, way)):
                    before[way.to] = name
                    waiting.append(way.to)
        return before

    def leading_to(self, ends: Iterable[str], over: Callable[[str, Way], bool] | None = None) -> set[str]:
        """The steps from which one of `ends` can be come to, themselves among them."""
        came_from: dict[str, list[str]] = {name: [] for name in self.flow.steps}
        for name, several in self.ways.items():
            for way in several:
                if over is None or over(name, way):
                    came_from[way.to].append(name)
        found = set(ends)
        waiting = list(found)
        while waiting:
            for name in came_from[waiting.pop()]:
                if name not in found:
                    found.add(name)
                    waiting.append(name)
        return found

    def near(self, word: str, known: Iterable[str], otherwise: str = "") -> str:
        """A hint that names the nearest known word; a file with many slips gets none past the first."""
        if word not in self._near and len(self._near) < _MOST_NEAR:
            self._near[word] = nearest(word, sorted(known) if isinstance(known, frozenset) else known)
        found = self._near.get(word, "")
        return f"did you mean '{found}'?" if found else otherwise

    @cached_property
    def _near(self) -> dict[str, str]:
        return {}


_MOST_NEAR = 40

Check = Callable[[View], Iterator[Found]]

CHECKS: list[tuple[Check, bool]] = []
"""Every check, and whether it needs the whole flow to have been readable."""


def check(*, whole: bool = False) -> Callable[[Check], Check]:
    """Registers a check. It gives `Found`s whose paths begin at the file's top (`steps.menu.keys.1.next`).

    A `whole` one looks at ways through the flow, and is left out while a step can't be read or leads nowhere, so that
    one mistake is not told as ten.
    """

    def register(function: Check) -> Check:
        CHECKS.append((function, whole))
        return function

    return register
