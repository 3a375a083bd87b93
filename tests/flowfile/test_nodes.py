"""Nodes: all scalars stay text, everything has its place, and hostile YAML is refused in bounded time."""

import time
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ivr.flowfile.decode import decode_flow
from ivr.flowfile.nodes import MAX_BYTES, MAX_NODES, MAX_PROBLEMS, Scalar, Table, compose

BUDGET_SECONDS = 2.0
BUDGET_BYTES = 64 * 1024 * 1024

_LAUGHS = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
)
HOSTILE: dict[str, bytes] = {
    "billion laughs": _LAUGHS.encode(),
    "brackets": b"[" * 3_000,
    "brackets to the brim": b"[" * MAX_BYTES,
    "braces": b"{a: " * 3_000,
    "deep blocks": "".join(f"{' ' * n}a:\n" for n in range(600)).encode(),
    "dashes": b"- " * 100_000,
    "question marks": b"? " * 100_000,
    "many nodes": b"[" + b"a," * 100_000 + b"]",
    "many tags": b"- !!python/name:os.system x\n" * 5_000,
    "many duplicates": b"a: b\n" * 40_000,
    "one long scalar": b"a: " + b"x" * (MAX_BYTES - 10),
    "a long quoted scalar": b'a: "' + b"\\n" * (MAX_BYTES // 2 - 20),
    "long keys": b"".join(b"k" * 1_000 + str(n).encode() + b": x\n" for n in range(200)),
    "nul": b"a: \x00\n",
    "half a character": b"a: \xc3",
    "utf-16": "steps: x".encode("utf-16"),
    "directives": b"%YAML 9.9\n%TAG ! tag:x,2000:\n--- !x y\n",
    "self alias": b"&a [*a]\n",
    "object": b"!!python/object/apply:os.system ['false']\n",
    "timestamps and numbers": b"a: [2001-01-01, 0x1F, 1_000, .inf, .nan, 010, 22:30]\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_refused_in_bounded_time_and_space(name: str) -> None:
    tracemalloc.start()
    started = time.process_time()
    decoded = decode_flow(HOSTILE[name], "hostile", "hostile.yaml")
    seconds = time.process_time() - started
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert decoded.flow is None
    assert decoded.problems
    assert len(decoded.problems) <= MAX_PROBLEMS + 20
    assert seconds < BUDGET_SECONDS
    assert peak < BUDGET_BYTES


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=2_000))
def test_any_bytes_end_in_problems_or_a_flow(source: bytes) -> None:
    decoded = decode_flow(source, "any", "any.yaml")
    assert decoded.flow is not None or decoded.problems


_WORDS = [
    "language", "time_zone", "steps", "say", "menu", "keys", "next", "otherwise", "hours", "ask", "save", "queue",
    "dial", "voicemail", "hangup", "branch", "when", "goto", "play", "monday", "1", "star", "fr", "{{ caller.name }}",
    "", "~", "*a", "&a", "!!int", "<<", "yes", "5 min", "+33199001010", "caller.name =", "a" * 70,
]  # fmt: skip
_scalars = st.sampled_from(_WORDS) | st.text(max_size=12)


def _yaml(value: object, indent: int = 0) -> str:
    pad = "  " * indent
    if isinstance(value, dict):
        return "".join(f"\n{pad}{key}: {_yaml(one, indent + 1)}" for key, one in value.items()) or "{}"
    if isinstance(value, list):
        return "".join(f"\n{pad}- {_yaml(one, indent + 1)}" for one in value) or "[]"
    return str(value)


_trees = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(_WORDS), inner, max_size=5),
    max_leaves=25,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    steps=st.dictionaries(
        st.sampled_from(["a", "b", "end"]), st.dictionaries(st.sampled_from(_WORDS), _trees, max_size=6)
    )
)
def test_anything_shaped_like_a_flow_ends_in_problems_or_a_flow(steps: dict[str, object]) -> None:
    source = "language: fr-FR\ntime_zone: UTC\nsteps:" + _yaml(steps, 1) + "\n"
    decoded = decode_flow(source.encode(errors="replace"), "any", "any.yaml")
    assert decoded.flow is not None or decoded.problems


def test_scalars_stay_as_written() -> None:
    node, problems = compose(b"a: 010\nb: 22:30\nc: no\nd: +15550001\n1: x\n'01': y\ne: ~\nf: '~'\n", "x.yaml")
    assert not problems
    assert isinstance(node, Table)
    texts = {key: value.text for key, value in node.values.items() if isinstance(value, Scalar)}
    assert texts == {"a": "010", "b": "22:30", "c": "no", "d": "+15550001", "1": "x", "01": "y", "e": "~", "f": "~"}
    empty = {key for key, value in node.values.items() if isinstance(value, Scalar) and value.empty}
    assert empty == {"e"}


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_places_hold_with_any_line_ending_and_a_byte_order_mark(ending: str, bom: str) -> None:
    node, problems = compose((bom + ending.join(["é: x", "b:", "  - c"])).encode(), "x.yaml")
    assert not problems
    assert isinstance(node, Table)
    assert (node.keys["b"].line, node.keys["b"].column) == (2, 1)
    assert (node.values["b"].at.line, node.values["b"].at.column) == (3, 3)
    assert node.values["é"].at.column == 4


def test_the_limit_of_parts_is_where_it_says() -> None:
    most = b"[" + b"a," * (MAX_NODES - 1) + b"]"
    assert compose(most, "x.yaml")[1] == []
    assert [problem.code for problem in compose(most[:-1] + b"a]", "x.yaml")[1]] == ["F005"]
