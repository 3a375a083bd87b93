"""Where everything stands: steps in columns from left to right, ways from the right edge of one to the left of another.

The four stages of layered drawing (Sugiyama, Tagawa and Toda 1981), each small:

1. Columns: ways back are set aside; every other way leads at least one column on.
2. Ways over several columns pass through lanes: invisible steps that keep room for the line.
3. Order in a column: barycentre sweeps, keeping the order with the fewest crossings.
4. Height: each step as near to its neighbours as room allows, by pooling adjacent violators.

Ways back, and ways to a step that many lead to, are not drawn as lines but told by name at their beginning: lines to
one spot from everywhere make a drawing of 60 steps unreadable.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ivr.flowfile.graph.model import Graph, Node

WIDTH = 232.0
HEAD = 58.0
SHORT_HEAD = 40.0
ROW = 22.0
FOOT = 6.0
GAP_X = 84.0
GAP_Y = 26.0
LANE = 10.0
MARGIN = 24.0
CROWD = 5
"""So many steps leading to one make long lines to it unreadable."""
THRONG = 9
"""So many make all of them unreadable."""

_SWEEPS = 12


@dataclass(frozen=True, slots=True)
class Box:
    """A step's place: upper left corner and height, in pixels."""

    x: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """A way drawn as a line. `exit` counts the exits of `source` from 0; `points` are where it begins, passes, ends.

    Points come in pairs that span a column, but for the first and the last.
    """

    source: str
    exit: int
    target: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Every step's box by name, the lines, and the size of it all. `told` are the ways that have no line."""

    boxes: dict[str, Box]
    lines: tuple[Line, ...]
    told: frozenset[tuple[str, int]]
    width: float
    height: float


@dataclass(slots=True, eq=False)
class _Item:
    """A step or a lane in a column. `before` and `after` are its neighbours with the heights where lines meet it."""

    column: int
    height: float
    node: Node | None = None
    y: float = 0.0
    before: list[tuple["_Item", float, float]] = field(default_factory=list)
    after: list[tuple["_Item", float, float]] = field(default_factory=list)


def head_of(node: Node) -> float:
    """How tall the part of a step's box above its exits is: shorter where it says nothing."""
    return HEAD if node.text else SHORT_HEAD


def height_of(node: Node) -> float:
    """How tall a step's box is."""
    return head_of(node) + ROW * len(node.exits) + (FOOT if node.exits else 0.0)


def port_of(node: Node, index: int) -> float:
    """How far below a box's upper edge its exit number `index` leaves."""
    return head_of(node) + ROW * (index + 0.5)


ENTRY = 22.0
"""How far below a box's upper edge lines come in."""


def layout(graph: Graph) -> Layout:
    """The places of all steps and ways."""
    back, order = _back_ways(graph)
    columns = _columns(graph, back, order)
    told = back | _crowded(graph, back, columns)
    items = {node.name: _Item(columns[node.name], height_of(node), node) for node in graph.nodes}
    chains = {key: _chain(items, graph, *key) for key in _drawn(graph, told)}
    table = _table([*(items[name] for name in order), *(lane for chain in chains.values() for lane in chain[1:-1])])
    _settle_order(table)
    _settle_heights(table)
    top = min((item.y for column in table for item in column), default=0.0)
    boxes = {
        name: Box(MARGIN + item.column * (WIDTH + GAP_X), MARGIN + item.y - top, item.height)
        for name, item in items.items()
    }
    lines = tuple(_line(boxes, graph, key, chain, top) for key, chain in chains.items())
    right = max((box.x + WIDTH for box in boxes.values()), default=0.0)
    lowest = max((MARGIN + item.y + item.height - top for column in table for item in column), default=0.0)
    return Layout(boxes, lines, frozenset(told), right + MARGIN, lowest + MARGIN)


# --- 1. columns ----------------------------------------------------------------------------------------------------
def _ways(node: Node) -> Iterator[tuple[int, str]]:
    return ((index, one.to) for index, one in enumerate(node.exits) if not one.missing)


def _back_ways(graph: Graph) -> tuple[set[tuple[str, int]], list[str]]:
    """The ways that lead back to where a call has been, and all steps in the order a walk comes to them first."""
    back: set[tuple[str, int]] = set()
    order: list[str] = []
    open_: set[str] = set()
    seen: set[str] = set()
    for root in dict.fromkeys([graph.start, graph.on_fault, *graph.by_name]):
        if root not in graph.by_name or root in seen:
            continue
        seen.add(root)
        open_.add(root)
        order.append(root)
        stack = [(root, _ways(graph.by_name[root]))]
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
                stack.append((to, _ways(graph.by_name[to])))
    return back, order


def _columns(graph: Graph, back: set[tuple[str, int]], order: Sequence[str]) -> dict[str, int]:
    """The column of each step: one after the last of those that lead to it."""
    leads: dict[str, list[str]] = {name: [] for name in order}
    awaited = dict.fromkeys(order, 0)
    for name in order:
        for index, to in _ways(graph.by_name[name]):
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


def _crowded(graph: Graph, back: set[tuple[str, int]], columns: dict[str, int]) -> set[tuple[str, int]]:
    """The ways to steps that many lead to; short ones, from the column just before, only where there are very many."""
    sources: dict[str, set[str]] = {}
    for node in graph.nodes:
        for index, to in _ways(node):
            if (node.name, index) not in back:
                sources.setdefault(to, set()).add(node.name)
    return {
        (node.name, index)
        for node in graph.nodes
        for index, to in _ways(node)
        if len(sources.get(to, ())) >= (CROWD if columns[to] - columns[node.name] != 1 else THRONG)
    }


# --- 2. lanes ------------------------------------------------------------------------------------------------------
def _drawn(graph: Graph, told: set[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    for node in graph.nodes:
        for index, _ in _ways(node):
            if (node.name, index) not in told:
                yield node.name, index


def _chain(items: dict[str, _Item], graph: Graph, name: str, index: int) -> list[_Item]:
    """The items a way passes, its lanes made; each is told its neighbours."""
    source, target = items[name], items[graph.by_name[name].exits[index].to]
    lanes = [_Item(column, LANE) for column in range(source.column + 1, target.column)]
    chain = [source, *lanes, target]
    for left, right in pairwise(chain):
        leaves = port_of(graph.by_name[name], index) if left is source else LANE / 2
        enters = ENTRY if right is target else LANE / 2
        left.after.append((right, leaves, enters))
        right.before.append((left, enters, leaves))
    return chain


# --- 3. order ------------------------------------------------------------------------------------------------------
def _table(items: Sequence[_Item]) -> list[list[_Item]]:
    table: list[list[_Item]] = [[] for _ in range(max((item.column for item in items), default=-1) + 1)]
    for item in items:
        table[item.column].append(item)
    return table


def _settle_order(table: list[list[_Item]]) -> None:
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


def _centre(item: _Item, places: dict[int, int], *, forward: bool) -> float:
    """The middle of an item's neighbours, in places; ports count as fractions. Where it has none, its own place."""
    neighbours = item.before if forward else item.after
    if not neighbours:
        return float(places[id(item)])
    return sum(places[id(other)] + theirs / 10_000 for other, _, theirs in neighbours) / len(neighbours)


def _crossings(table: list[list[_Item]]) -> int:
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


# --- 4. heights ----------------------------------------------------------------------------------------------------
def _settle_heights(table: list[list[_Item]]) -> None:
    for column in table:
        _place(column, lambda item: item.y)
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        for column in table if forward else reversed(table):
            _place(column, _wish(forward=forward))


def _wish(*, forward: bool) -> Callable[[_Item], float]:
    def wish(item: _Item) -> float:
        neighbours = item.before if forward else item.after
        if not neighbours:
            return item.y
        return sum(other.y + theirs - mine for other, mine, theirs in neighbours) / len(neighbours)

    return wish


def _place(column: list[_Item], wish: Callable[[_Item], float]) -> None:
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


def _line(boxes: dict[str, Box], graph: Graph, key: tuple[str, int], chain: list[_Item], top: float) -> Line:
    name, index = key
    to = graph.by_name[name].exits[index].to
    begin, end = boxes[name], boxes[to]
    points = [(begin.x + WIDTH, begin.y + port_of(graph.by_name[name], index))]
    for lane in chain[1:-1]:
        left = MARGIN + lane.column * (WIDTH + GAP_X)
        middle = MARGIN + lane.y - top + LANE / 2
        points += [(left, middle), (left + WIDTH, middle)]
    points.append((end.x, end.y + ENTRY))
    return Line(name, index, to, tuple(points))
