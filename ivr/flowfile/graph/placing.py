"""Stages 3 and 4 of the layout: the order of what stands in a column, and how high each stands. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from ivr.flowfile.graph.model import Node

GAP_Y: Final = 26.0
LANE: Final = 10.0
"""How much room a line takes that passes a column."""

_SWEEPS = 12


@dataclass(slots=True, eq=False)
class Item:
    """A step or a lane in a column. `before` and `after` are its neighbours with the heights where lines meet it."""

    column: int
    height: float
    node: Node | None = None
    y: float = 0.0
    before: list[tuple["Item", float, float]] = field(default_factory=list)
    after: list[tuple["Item", float, float]] = field(default_factory=list)


def table_of(items: Sequence[Item]) -> list[list[Item]]:
    """Items by their column, in the order given."""
    table: list[list[Item]] = [[] for _ in range(max((item.column for item in items), default=-1) + 1)]
    for item in items:
        table[item.column].append(item)
    return table


def settle_order(table: list[list[Item]]) -> None:
    """Sorts each column so that few lines cross."""
    best, fewest = [list(column) for column in table], _crossings(table)
    for sweep in range(_SWEEPS):
        if not fewest:
            break
        forward = sweep % 2 == 0
        for column in table if forward else reversed(table):
            places = {id(item): place for other in table for place, item in enumerate(other)}
            column.sort(key=lambda item: _centre(item, places, forward=forward))
        found = _crossings(table)
        if found < fewest:
            best, fewest = [list(column) for column in table], found
    table[:] = best


def _centre(item: Item, places: dict[int, int], *, forward: bool) -> float:
    """The middle of an item's neighbours, in places; ports count as fractions. Where it has none, its own place."""
    neighbours = item.before if forward else item.after
    if not neighbours:
        return float(places[id(item)])
    return sum(places[id(other)] + theirs / 10_000 for other, _, theirs in neighbours) / len(neighbours)


def _crossings(table: list[list[Item]]) -> int:
    crossings = 0
    for left, right in pairwise(table):
        places = {id(item): place for place, item in enumerate(right)}
        ends: list[int] = []
        for item in left:
            for other, _, _ in sorted(item.after, key=lambda way: way[1]):
                place = places[id(other)]
                crossings += sum(end > place for end in ends)
                ends.append(place)
    return crossings


# --- heights ----------------------------------------------------------------------------------------------------
def settle_heights(table: list[list[Item]]) -> None:
    """Gives every item its height, as near to its neighbours' as the room in its column allows."""
    for column in table:
        _place(column, lambda item: item.y)
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        for column in table if forward else reversed(table):
            _place(column, _wish(forward=forward))


def _wish(*, forward: bool) -> Callable[[Item], float]:
    def wish(item: Item) -> float:
        neighbours = item.before if forward else item.after
        if not neighbours:
            return item.y
        return sum(other.y + theirs - mine for other, mine, theirs in neighbours) / len(neighbours)

    return wish


def _place(column: list[Item], wish: Callable[[Item], float]) -> None:
    """Puts a column's items as near to their wishes as their order and the gaps between them allow (least squares)."""
    blocks: list[tuple[float, int]] = []  # (mean of wishes less the room above, how many)
    room = 0.0
    rooms = []
    for item, after in zip(column, [*column[1:], None], strict=True):
        rooms.append(room)
        blocks.append((wish(item) - room, 1))
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (low, many), (high, few) = blocks.pop(), blocks.pop()
            blocks.append(((low * many + high * few) / (many + few), many + few))
        gap = LANE if after is not None and item.node is None and after.node is None else GAP_Y
        room += item.height + gap
    places = [place for place, many in blocks for _ in range(many)]
    for item, place, above in zip(column, places, rooms, strict=True):
        item.y = place + above
