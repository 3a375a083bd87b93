"""Stage 1 of the layout: in which column each step stands, and which ways are told by name. Pure."""

from collections.abc import Iterator, Sequence
from typing import Final

from ivr.flowfile.graph.model import Graph, Node

CROWD: Final = 5
"""So many steps leading to one make long lines to it unreadable."""
THRONG: Final = 9
"""So many make all of them unreadable."""

Way = tuple[str, int]
"""A step, and which of its exits, from 0."""


def ways_of(node: Node) -> Iterator[tuple[int, str]]:
    """A step's ways to steps that exist: which exit, and where to."""
    return ((index, one.to) for index, one in enumerate(node.exits) if not one.missing)


def back_ways(graph: Graph) -> tuple[set[Way], list[str]]:
    """The ways that lead back to where a call has been, and all steps in the order a walk comes to them first."""
    back: set[Way] = set()
    order: list[str] = []
    open_: set[str] = set()
    seen: set[str] = set()
    for root in dict.fromkeys([graph.start, graph.on_fault, *graph.by_name]):
        if root not in graph.by_name or root in seen:
            continue
        seen.add(root)
        open_.add(root)
        order.append(root)
        stack = [(root, ways_of(graph.by_name[root]))]
        while stack:
            name, ways = stack[-1]
            step = next(ways, None)
            if step is None:
                open_.discard(name)
                stack.pop()
                continue
            index, to = step
            if to in open_:
                back.add((name, index))
            elif to not in seen:
                seen.add(to)
                open_.add(to)
                order.append(to)
                stack.append((to, ways_of(graph.by_name[to])))
    return back, order


def columns_of(graph: Graph, back: set[Way], order: Sequence[str]) -> dict[str, int]:
    """The column of each step: one after the last of those that lead to it."""
    leads: dict[str, list[str]] = {name: [] for name in order}
    awaited = dict.fromkeys(order, 0)
    for name in order:
        for index, to in ways_of(graph.by_name[name]):
            if (name, index) not in back:
                leads[name].append(to)
                awaited[to] += 1
    columns = dict.fromkeys(order, 0)
    waiting = [name for name in order if not awaited[name]]
    for name in waiting:
        for to in leads[name]:
            columns[to] = max(columns[to], columns[name] + 1)
            awaited[to] -= 1
            if not awaited[to]:
                waiting.append(to)
    return columns


def crowded(graph: Graph, back: set[Way], columns: dict[str, int]) -> set[Way]:
    """The ways to steps that many lead to; short ones, from the column just before, only where there are very many."""
    sources: dict[str, set[str]] = {}
    for node in graph.nodes:
        for index, to in ways_of(node):
            if (node.name, index) not in back:
                sources.setdefault(to, set()).add(node.name)
    return {
        (node.name, index)
        for node in graph.nodes
        for index, to in ways_of(node)
        if len(sources.get(to, ())) >= (CROWD if columns[to] - columns[node.name] != 1 else THRONG)
    }
