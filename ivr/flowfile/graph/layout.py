"""Where everything stands: steps in columns from left to right, ways from the right edge of one to the left of another.

The four stages of layered drawing (Sugiyama, Tagawa and Toda 1981), each small:

1. Columns: ways back are set aside; every other way leads at least one column on.
2. Ways over several columns pass through lanes: invisible steps that keep room for the line.
3. Order in a column: barycentre sweeps, keeping the order with the fewest crossings.
4. Height: each step as near to its neighbours as room allows, by pooling adjacent violators.

Ways back, and ways to a step that many lead to, are not drawn as lines but told by name at their beginning: lines to
one spot from everywhere make a drawing of 60 steps unreadable.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from ivr.flowfile.graph.columns import back_ways, columns_of, crowded, ways_of
from ivr.flowfile.graph.model import Graph, Node
from ivr.flowfile.graph.placing import LANE, Item, settle_heights, settle_order, table_of

WIDTH = 232.0
HEAD = 58.0
SHORT_HEAD = 40.0
ROW = 22.0
FOOT = 6.0
GAP_X = 84.0
MARGIN = 24.0


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
    back, order = back_ways(graph)
    columns = columns_of(graph, back, order)
    told = back | crowded(graph, back, columns)
    items = {node.name: Item(columns[node.name], height_of(node), node) for node in graph.nodes}
    chains = {key: _chain(items, graph, *key) for key in _drawn(graph, told)}
    table = table_of([*(items[name] for name in order), *(lane for chain in chains.values() for lane in chain[1:-1])])
    settle_order(table)
    settle_heights(table)
    top = min((item.y for column in table for item in column), default=0.0)
    boxes = {
        name: Box(MARGIN + item.column * (WIDTH + GAP_X), MARGIN + item.y - top, item.height)
        for name, item in items.items()
    }
    lines = tuple(_line(boxes, graph, key, chain, top) for key, chain in chains.items())
    right = max((box.x + WIDTH for box in boxes.values()), default=0.0)
    lowest = max((MARGIN + item.y + item.height - top for column in table for item in column), default=0.0)
    return Layout(boxes, lines, frozenset(told), right + MARGIN, lowest + MARGIN)


# --- 2. lanes ------------------------------------------------------------------------------------------------------
def _drawn(graph: Graph, told: set[tuple[str, int]]) -> Iterator[tuple[str, int]]:
    for node in graph.nodes:
        for index, _ in ways_of(node):
            if (node.name, index) not in told:
                yield node.name, index


def _chain(items: dict[str, Item], graph: Graph, name: str, index: int) -> list[Item]:
    """The items a way passes, its lanes made; each is told its neighbours."""
    source, target = items[name], items[graph.by_name[name].exits[index].to]
    lanes = [Item(column, LANE) for column in range(source.column + 1, target.column)]
    chain = [source, *lanes, target]
    for left, right in pairwise(chain):
        leaves = port_of(graph.by_name[name], index) if left is source else LANE / 2
        enters = ENTRY if right is target else LANE / 2
        left.after.append((right, leaves, enters))
        right.before.append((left, enters, leaves))
    return chain


def _line(boxes: dict[str, Box], graph: Graph, key: tuple[str, int], chain: list[Item], top: float) -> Line:
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
