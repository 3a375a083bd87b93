"""Files made to cost time or space, up to 1 MB: read and checked in 2 s of processor time, problems bounded."""

import time
import tracemalloc

import pytest

from ivr.core.flow.check import MOST_PROBLEMS, check_flow
from ivr.core.flow.registry import World
from ivr.flowfile.decode import decode_flow
from ivr.flowfile.nodes import MAX_BYTES, MAX_PROBLEMS

BUDGET_SECONDS = 2.0
BUDGET_BYTES = 130 * 1024 * 1024
"""Beside the 70 MB of the program itself: 200 MB together."""

HEAD = "language: fr-FR\ntime_zone: UTC\non_fault: bye\nlimits: {human_within: 0}\nsteps:\n  bye: {hangup: x}\n"


def steps(line: str, count: int) -> bytes:
    """A flow of many steps: `N` stands for the step's number, `M` for the next one's."""
    body = "".join(f"  {line.replace('N', str(n)).replace('M', str((n + 1) % count))}\n" for n in range(count))
    return (HEAD + body).encode()


HOSTILE: dict[str, bytes] = {
    "unknown kinds": steps("aN: {sya: x}", 1_900),
    "unknown fields": (HEAD + "  a:\n    say: x\n" + "".join(f"    fild{n}: x\n" for n in range(9_000))).encode(),
    "missing targets": steps("stepN: {goto: stpeN}", 1_900),
    "too many steps": steps("aN: {goto: aM}", 5_000),
    "a long round": steps("aN: {goto: aM}", 1_900),
    "menus in a row": steps("aN: {menu: x, keys: {1: aM, 2: bye}, otherwise: bye}", 1_900),
    "every value everywhere": steps(
        "aN: {ask: '{{ answers.vM }}', save: vN, next: aM, otherwise: bye}", 1_900
    ),
    "open braces": steps("aN: {say: '}}" + "{{" * 1_400 + "', next: bye}", 300),
    "spaces behind a bar": steps("aN: {say: '{{ caller.name |" + " " * 2_900 + "x }}', next: bye}", 300),
    "long conditions": steps(
        "aN: {branch: [{when: '" + "caller.name and " * 29 + "now.hour > 99', next: bye}], otherwise: bye}", 1_200
    ),
    "holidays": steps("aN: {hours: {daily: all day}, holidays: FR, open: bye, closed: bye}", 1_000),
    "days": (
        HEAD + "  a:\n    hours: {daily: all day}\n    closures:\n"
        + "".join(f"      {1000 + n}-01-01 to {1000 + n}-12-30: x\n" for n in range(8_000))
    ).encode(),
    "numbers": steps("aN: {dial: [x1, x2, x3], otherwise: bye}", 1_500),
    "a name of a megabyte": (HEAD + f"  {'a' * 900_000}: {{goto: b}}\n").encode(),
    "a field of a megabyte": (HEAD + f"  a: {{say: x, ? {'n' * 900_000} : y}}\n").encode(),
    "comments": b"#\n" * (MAX_BYTES // 2),
    "line separators": "\u2028".encode() * (MAX_BYTES // 3),
    "old Mac lines": b"\r" * MAX_BYTES,
    "folded": b"a: >\n" + b"  x\n\n" * (MAX_BYTES // 6),
    "anchors": b"&a " * (MAX_BYTES // 3),
    "documents": b"---\n" * (MAX_BYTES // 4),
    "escapes": b'a: "' + b"\\x41" * (MAX_BYTES // 4 - 10) + b'"',
    "one byte too many": b"#" * (MAX_BYTES + 1),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_told_in_bounded_time(name: str) -> None:
    source = HOSTILE[name]
    started = time.process_time()
    decoded = decode_flow(source, "hostile", "hostile.yaml")
    problems = list(decoded.problems)
    if decoded.drafted is not None:
        problems += check_flow(decoded.drafted, World({}), "hostile.yaml", decoded.declared)
    seconds = time.process_time() - started
    assert problems
    assert len(problems) <= MAX_PROBLEMS + MOST_PROBLEMS + 2
    assert sum(len(str(problem)) for problem in problems) < 500_000
    assert seconds < BUDGET_SECONDS


@pytest.mark.parametrize("name", ["every value everywhere", "long conditions", "days", "a name of a megabyte"])
def test_a_hostile_file_takes_bounded_space(name: str) -> None:
    tracemalloc.start()
    decoded = decode_flow(HOSTILE[name], "hostile", "hostile.yaml")
    if decoded.drafted is not None:
        check_flow(decoded.drafted, World({}), "hostile.yaml", decoded.declared)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < BUDGET_BYTES
