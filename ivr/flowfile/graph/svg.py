"""A graph as SVG: a file that stands alone, light and dark, or a part of a page whose style sheet dresses it.

Every step is a group with `data-step`, every exit and line with `data-step` and `data-exit`, so that a page can light
them up. Nothing of a flow's text gets in but as escaped text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from xml.sax.saxutils import escape, quoteattr

from ivr.flowfile.graph.layout import ENTRY, ROW, WIDTH, Box, Layout, Line, head_of, layout, port_of
from ivr.flowfile.graph.model import Exit, Graph, Node
from ivr.flowfile.graph.traffic import Way, exit_counts

_NAME_CHARACTERS = 25
_TEXT_CHARACTERS = 34
_LABEL_CHARACTERS = 29
_BEND = 0.5


@dataclass(frozen=True, slots=True)
class Counts:
    """How many calls took each way, came to each step and hung up there."""

    ways: Mapping[Way, int] = field(default_factory=dict)
    entered: Mapping[str, int] = field(default_factory=dict)
    hung_up: Mapping[str, int] = field(default_factory=dict)


def svg(graph: Graph, counts: Counts | None = None, *, standalone: bool = True) -> str:
    """The drawing. `standalone`: with its own style; otherwise a page's style sheet has to dress it (`style()`)."""
    placed = layout(graph)
    taken = {node.name: exit_counts(node, counts.ways) if counts else [] for node in graph.nodes}
    most = max((many for several in taken.values() for many in several), default=0)
    size = (
        f'width="{placed.width:.0f}" height="{placed.height:.0f}" viewBox="0 0 {placed.width:.0f} {placed.height:.0f}"'
    )
    described = quoteattr(f"{graph.title}: {len(graph.nodes)} steps")
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" class="flow-graph" {size} role="img" aria-label={described}>']
    if standalone:
        ground = f'<rect class="ground" width="{placed.width:.0f}" height="{placed.height:.0f}"/>'
        parts += [f"<title>{escape(graph.title)}</title><style>{style()}</style>{ground}"]
    parts += [_way(line, taken[line.source], most) for line in placed.lines]
    for node in graph.nodes:
        parts.append(_step(node, placed, taken[node.name], counts))
    return "".join([*parts, "</svg>\n"])


@cache
def style() -> str:
    """The drawing's style sheet."""
    return resources.files("ivr.flowfile.graph").joinpath("graph.css").read_text(encoding="utf-8")


def _way(line: Line, taken: list[int], most: int) -> str:
    many = taken[line.exit] if taken else 0
    weight = 1.5 + (4 * many / most if most else 0)
    (x, y), *rest = line.points
    path = f"M{x:.1f} {y:.1f}"
    for number, (to_x, to_y) in enumerate(rest):
        if number % 2:  # across a column: straight
            path += f"H{to_x:.1f}"
        else:
            bend = max(24.0, (to_x - x) * _BEND)
            path += f"C{x + bend:.1f} {y:.1f} {to_x - bend:.1f} {to_y:.1f} {to_x:.1f} {to_y:.1f}"
        x, y = to_x, to_y
    return (
        f'<g class="way{" busy" if many else ""}" data-step={quoteattr(line.source)} data-exit="{line.exit}"'
        f" data-to={quoteattr(line.target)}>"
        f'<path class="line" d="{path}" stroke-width="{weight:.1f}"/>'
        f'<path class="tip" d="M{x - 7:.1f} {y - 4.5:.1f}L{x:.1f} {y:.1f}'
        f'L{x - 7:.1f} {y + 4.5:.1f}Z"/></g>'
    )


def _step(node: Node, placed: Layout, taken: list[int], counts: Counts | None) -> str:
    box = placed.boxes[node.name]
    marks = " start" * node.start + " on-fault" * node.on_fault
    head = (
        f'<g class="step look-{node.look}{marks}" data-step={quoteattr(node.name)} tabindex="0" role="button"'
        f' aria-label={quoteattr(f"{node.kind}: {node.name}")} transform="translate({box.x:.1f} {box.y:.1f})">'
        f"<title>{escape(f'{node.kind}: {node.name}')}{escape(chr(10) + node.text) if node.text else ''}</title>"
        f'<rect class="box" width="{WIDTH:.0f}" height="{box.height:.0f}" rx="10"/>'
        f'<path class="edge" d="M3 10V{box.height - 10:.0f}"/>'
        f'<text class="name" x="14" y="24">{escape(_cut(node.name, _NAME_CHARACTERS))}</text>'
        f'<text class="kind" x="{WIDTH - 12:.0f}" y="24">{escape(node.kind)}</text>'
    )
    if node.text:
        head += f'<text class="said" x="14" y="44">{escape(_cut(node.text, _TEXT_CHARACTERS))}</text>'
    rows = "".join(
        _exit(node, index, one, told=(node.name, index) in placed.told, many=taken[index] if taken else 0)
        for index, one in enumerate(node.exits)
    )
    return head + rows + _flags(node, box, counts) + "</g>"


def _exit(node: Node, index: int, one: Exit, *, told: bool, many: int) -> str:
    y = port_of(node, index)
    count = f'<text class="count" x="{WIDTH - 12:.0f}" y="{y + 4:.1f}">{many}</text>' if many else ""
    room = _LABEL_CHARACTERS - (len(str(many)) + 2 if many else 0)
    if told or one.missing:
        arrow = "no step" if one.missing else "→"
        label = _cut(one.label, max(6, room - len(one.to) - len(arrow) - 2))
        name = f'<tspan class="to" dx="6">{escape(f"{arrow} {_cut(one.to, room - len(label) - 3)}")}</tspan>'
    else:
        label, name = _cut(one.label, room), ""
    kind = "exit missing" if one.missing else "exit told" if told else "exit"
    port = "" if told or one.missing else f'<circle class="port" cx="{WIDTH:.0f}" cy="{y:.1f}" r="3.5"/>'
    rule = f'<path class="rule" d="M14 {head_of(node) + ROW * index:.1f}H{WIDTH - 12:.0f}"/>'
    return (
        f'<g class="{kind}" data-step={quoteattr(node.name)} data-exit="{index}" data-to={quoteattr(one.to)}>'
        f"<title>{escape(f'{one.label} → {one.to}')}</title>{rule}"
        f'<text class="label" x="14" y="{y + 4:.1f}">{escape(label)}{name}</text>{count}{port}</g>'
    )


def _flags(node: Node, box: Box, counts: Counts | None) -> str:
    """What stands on a box's edge: where calls begin, where faults lead, how many came and hung up."""
    flags = []
    if node.start:
        flags.append(f'<circle class="begin" cx="0" cy="{ENTRY:.0f}" r="6"/>')
    if node.on_fault:
        flags.append(_pill(WIDTH - 70, -8, 58, "fault", "on fault"))
    if counts and (entered := counts.entered.get(node.name, 0)):
        flags.append(_pill(12, -8, 22 + 7 * len(str(entered)), "entered", f"{entered} in"))
    if counts and (gone := counts.hung_up.get(node.name, 0)):
        flags.append(_pill(12, box.height - 8, 58 + 7 * len(str(gone)), "gone", f"{gone} hung up"))
    return "".join(flags)


def _pill(x: float, y: float, width: float, kind: str, words: str) -> str:
    return (
        f'<g class="pill-{kind}"><rect x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="16" rx="8"/>'
        f'<text x="{x + width / 2:.1f}" y="{y + 11.5:.1f}">{words}</text></g>'
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: max(1, most - 1)].rstrip() + "…"
