"""Pictures of flows: every step and way is there, nothing overlaps, no text becomes markup, figures add up."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.cli.flows import flows
from ivr.flowfile.decode import decode_flow
from ivr.flowfile.graph import Graph, exit_counts, graph_of, mermaid, svg
from ivr.flowfile.graph.layout import WIDTH, layout
from ivr.flowfile.graph.svg import Counts
from tests.flowfile.big_flow import big_flow

ROOT = Path(__file__).resolve().parents[2]
HOUSE = ROOT / "tests" / "fixtures" / "house"
SVG = "{http://www.w3.org/2000/svg}"


def drawn(text: str, name: str = "house") -> Graph:
    """A text's graph."""
    read = decode_flow(text.encode(), name, f"{name}.yaml")
    assert read.drafted is not None, read.problems
    return graph_of(read.drafted)


def town_hall() -> Graph:
    """A small house's."""
    return drawn((HOUSE / "town-hall.yaml").read_text(encoding="utf-8"), "town-hall")


def groups(picture: str, kind: str) -> Iterator[ET.Element]:
    """The drawing's groups of a class."""
    for group in ET.fromstring(picture).iter(f"{SVG}g"):
        if kind in (group.get("class") or "").split():
            yield group


def test_the_largest_flow_is_drawn_without_overlap_and_in_order() -> None:
    graph = drawn(big_flow())
    placed = layout(graph)
    assert len(placed.boxes) == len(graph.nodes) == 58
    for (one, first), (other, second) in combinations(placed.boxes.items(), 2):
        beside = abs(first.x - second.x) >= WIDTH
        apart = first.y + first.height <= second.y or second.y + second.height <= first.y
        assert beside or apart, f"{one} and {other} overlap"
    for line in placed.lines:
        xs = [x for x, _ in line.points]
        assert xs == sorted(xs), line
    assert all(0 <= box.x < placed.width and 0 <= box.y < placed.height for box in placed.boxes.values())


def test_every_way_is_a_line_or_told_by_name() -> None:
    graph = drawn(big_flow())
    placed = layout(graph)
    shown = {(line.source, line.exit) for line in placed.lines} | set(placed.told)
    assert shown == {(node.name, index) for node in graph.nodes for index in range(len(node.exits))}
    assert ("matter-1", 3) in placed.told  # `star` leads back


def test_no_line_passes_through_a_step() -> None:
    placed = layout(drawn(big_flow()))
    for line in placed.lines:
        for (left, height), (right, _) in zip(line.points[1:-1:2], line.points[2:-1:2], strict=True):
            for name, box in placed.boxes.items():
                if box.x < right and left < box.x + WIDTH:
                    assert not box.y < height < box.y + box.height, f"{line.source} passes through {name}"


def test_the_same_flow_gives_the_same_drawing() -> None:
    assert svg(town_hall()) == svg(town_hall())


def test_each_step_and_exit_is_a_group_a_page_can_light_up() -> None:
    graph = town_hall()
    picture = svg(graph)
    assert [group.get("data-step") for group in groups(picture, "step")] == [node.name for node in graph.nodes]
    menu = [group.get("data-to") for group in groups(picture, "exit") if group.get("data-step") == "matters"]
    assert menu == [one.to for one in graph.by_name["matters"].exits]
    assert "prefers-color-scheme: dark" in picture
    assert "<style" not in svg(graph, standalone=False)


def test_a_broken_flow_is_drawn_as_far_as_it_can_be_read() -> None:
    text = "language: en-GB\ntime_zone: UTC\nsteps:\n  a:\n    say: Hello.\n    next: nowhere\n  b:\n    sya: x\n"
    picture = svg(drawn(text))
    [missing] = groups(picture, "missing")
    assert "nowhere" in "".join(missing.itertext())


HOSTILE = "<script>alert(1)</script>\"&'</text><g onload=x>"


def test_no_text_becomes_markup() -> None:
    quoted = HOSTILE.replace("'", "''")
    text = f"title: '{quoted}'\nlanguage: en-GB\ntime_zone: UTC\nsteps:\n  a:\n    hangup: '{quoted}'\n"
    picture = svg(drawn(text))
    assert "<script" not in picture
    assert not [group for group in ET.fromstring(picture).iter() if group.get("onload")]
    assert "<script" not in mermaid(drawn(text))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_graph_can_be_laid_out(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 25))
    names = [f"s{number}" for number in range(count)]
    lines = ["language: en-GB", "time_zone: UTC", "steps:"]
    for name in names:
        ways = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=6))
        lines += [f"  {name}:", "    menu: Which?", f"    otherwise: {ways[0]}", "    keys:"]
        lines += [f"      {key}: {to}" for key, to in enumerate(ways)]
    graph = drawn("\n".join(lines) + "\n")
    placed = layout(graph)
    for first, second in combinations(placed.boxes.values(), 2):
        assert (
            abs(first.x - second.x) >= WIDTH
            or first.y + first.height <= second.y + 1e-6
            or second.y + second.height <= first.y + 1e-6
        )


def test_figures_stand_on_their_ways() -> None:
    graph = town_hall()
    ways = {
        ("civil-registry-matters", "key 1", "civil-registry"): 3,
        ("civil-registry-matters", "key 2", "civil-registry"): 4,
        ("civil-registry-matters", "otherwise", "civil-registry"): 1,
        ("reception", "timeout", "message"): 2,
        ("gone-step", "key 1", "x"): 9,
    }
    node = graph.by_name["civil-registry-matters"]
    counts = dict(zip([one.path for one in node.exits], exit_counts(node, ways), strict=True))
    assert counts["keys.1.next"] == 3
    assert counts["keys.2.next"] == 4
    assert sum(counts.values()) == 8
    assert sum(exit_counts(graph.by_name["reception"], ways)) == 2
    picture = svg(graph, Counts(ways, {"reception": 5}, {"reception": 3}))
    said = " ".join("".join(group.itertext()) for group in groups(picture, "step"))
    assert "5 in" in said
    assert "3 hung up" in said


def test_mermaid_names_every_step_and_way() -> None:
    graph = town_hall()
    text = mermaid(graph)
    assert text.splitlines()[3] == "flowchart LR"
    for node in graph.nodes:
        assert f'"{node.kind}: {node.name}"' in text
    assert len(re.findall(r"-->\|", text)) == sum(len({one.to for one in node.exits}) for node in graph.nodes)


def test_the_command_writes_both(tmp_path: Path) -> None:
    run = CliRunner().invoke
    done = run(flows, ["graph", "town-hall", "--flows", str(HOUSE), "--out", str(tmp_path / "t.svg")])
    assert done.exit_code == 0, done.output
    ET.fromstring((tmp_path / "t.svg").read_text(encoding="utf-8"))
    done = run(flows, ["graph", "town-hall", "--flows", str(HOUSE)])
    assert "flowchart LR" in done.output
    done = run(flows, ["graph", "nobody", "--flows", str(HOUSE)])
    assert done.exit_code == 1
    assert "No such file" in done.output


@pytest.mark.parametrize("path", sorted((ROOT / "flows").glob("*.yaml")), ids=lambda path: path.stem)
def test_whatever_stands_in_the_folder_is_drawn_or_refused(path: Path) -> None:
    read = decode_flow(path.read_bytes(), path.stem, path.name)
    if read.flow is not None:
        ET.fromstring(svg(graph_of(read.flow)))
