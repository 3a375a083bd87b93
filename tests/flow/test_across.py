"""Rounds through several flows: what is found, and what is let be."""

from collections.abc import Mapping

import pytest

from ivr.core.flow.across import endless, face_of, settled
from ivr.core.flow.model import Flow
from ivr.flowfile.decode import decode_flow

BACK = "back:\n  return: done\nbye:\n  hangup: Au revoir.\n"
AGAIN = "on:\n  run: a\n  next: back\n" + BACK
ASKS = "top:\n  menu: Tapez 1.\n  keys: {1: back}\n  otherwise: back\n" + BACK
PASSES = "top:\n  say: Bonjour.\n  next: back\n" + BACK


def flow_of(steps: str) -> Flow:
    """A flow from its steps, alone."""
    source = "language: fr-FR\ntime_zone: UTC\nsteps:\n" + "".join(f"  {line}\n" for line in steps.splitlines())
    flow = decode_flow(source.encode(), "test", "test.yaml").flow
    assert flow is not None
    return flow


def rounds(flows: Mapping[str, str], lines: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
    """(flow, the step's path) of what is found in some flows, given by their steps."""
    faces = settled({name: face_of(flow_of(steps)) for name, steps in flows.items()})
    return sorted((name, found.path) for name, found in endless(faces, lines or {}))


def run(name: str, then: str = "back") -> str:
    return f"top:\n  run: {name}\n  next: {then}\n" + BACK


@pytest.mark.parametrize(
    ("flows", "expected"),
    [
        ({"a": run("a")}, ["a"]),
        ({"a": run("b"), "b": run("a")}, ["a", "b"]),
        ({"a": run("b"), "b": run("c"), "c": run("b")}, ["b", "c"]),
        ({"a": run("b"), "b": ASKS}, []),
        ({"a": run("b"), "b": PASSES}, []),
        ({"a": run("nobody")}, []),
        # a menu stands before the flow runs the first one again
        ({"a": run("b"), "b": f"top:\n  menu: Un.\n  keys: {{1: on}}\n  otherwise: on\n{AGAIN}"}, []),
        # b is passed in silence, then a is run again
        ({"a": f"top:\n  run: b\n  next: on\n{AGAIN}", "b": PASSES}, ["a"]),
        # b asks something, so a is not run again in silence
        ({"a": f"top:\n  run: b\n  next: on\n{AGAIN}", "b": ASKS}, []),
        # whether b is passed in silence hangs on c
        ({"a": f"top:\n  run: b\n  next: on\n{AGAIN}", "b": run("c"), "c": PASSES}, ["a"]),
        ({"a": f"top:\n  run: b\n  next: on\n{AGAIN}", "b": run("c"), "c": ASKS}, []),
    ],
)  # fmt: skip
def test_rounds_by_running(flows: Mapping[str, str], expected: list[str]) -> None:
    assert [name for name, _ in rounds(flows)] == expected


def hands(line: str) -> str:
    over = f"over:\n  handoff: {line}\n  otherwise: bye\n"
    return f"top:\n  say: Bonjour.\n  next: over\n{over}bye:\n  hangup: Au revoir.\n"


def test_rounds_by_handing_over() -> None:
    lines = {"one": "a", "two": "b"}
    assert rounds({"a": hands("two"), "b": hands("one")}, lines) == [("a", "steps.over"), ("b", "steps.over")]
    assert rounds({"a": hands("one")}, lines) == [("a", "steps.over")]
    assert rounds({"a": hands("two"), "b": ASKS}, lines) == []
    assert rounds({"a": hands("nowhere")}, lines) == []


def test_rounds_by_both() -> None:
    assert rounds({"a": run("b"), "b": hands("one")}, {"one": "a"}) == [("a", "steps.top"), ("b", "steps.over")]


def test_a_thousand_flows_in_a_ring_are_found_at_once() -> None:
    flows = {f"f{n}": run(f"f{(n + 1) % 1000}") for n in range(1000)}
    assert len(rounds(flows)) == 1000
