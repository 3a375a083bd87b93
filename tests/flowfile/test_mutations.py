"""Slips of the pen in a real flow: the loader tells problems or gives a flow, and a flow it gives never faults."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.core.flow import engine
from ivr.core.flow.check import check_flow
from ivr.core.flow.effects import Dial, Fault, Join, Record
from ivr.core.flow.inputs import Dialed, Digits, Input, LeftLine, NoInput, Recorded
from ivr.core.flow.model import Flow
from ivr.core.flow.problem import errors_in
from ivr.flowfile.decode import decode_flow
from tests.flow.talk import WORLD, session_of

SOURCE = (Path(__file__).parent / "house" / "town-hall.yaml").read_text(encoding="utf-8")
WORDS = SOURCE.split()
SIGNS = [*"{}[]:\"'*&!\t|#-?,\x00é", "{{", "}}", "- ", "? ", "\u2028", "<<: "]
FILES_A_SEED = 150
TURNS = 40


def slip(draw: random.Random) -> bytes:
    """The town hall's file with one to four slips in it."""
    lines = SOURCE.split("\n")
    for _ in range(draw.randint(1, 4)):
        at = draw.randrange(len(lines))
        line = lines[at]
        cut = draw.randint(0, len(line))
        match draw.randrange(6):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, draw.choice(lines))
            case 2:
                lines[at] = line.replace(draw.choice(WORDS), draw.choice(WORDS), 1)
            case 3:
                lines[at] = line[:cut] + draw.choice(SIGNS) + line[cut:]
            case 4:
                lines[at] = " " * draw.randint(0, 8) + line.lstrip()
            case _:
                lines[at] = f"{line} {draw.choice(WORDS)}"
    return "\n".join(lines).encode()


def answer(turn: engine.Turn, draw: random.Random) -> Input:
    """Something that can come of a wait."""
    match turn.wait:
        case Join():
            return LeftLine(draw.choice(["talked", "timeout", "nobody", "failed"]))
        case Dial():
            return Dialed(draw.choice(["completed", "busy", "no-answer"]))
        case Record():
            return Recorded("RE1", draw.randint(0, 3), "#")
        case _:
            return draw.choice([NoInput(), Digits("12345#"), Digits(draw.choice("0123456789*#"))])


def walk(flow: Flow, draw: random.Random) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=draw.randrange(10**6))
    turn = engine.start(flow, session_of(flow), now)
    for _ in range(TURNS):
        assert not [effect for effect in turn.effects if isinstance(effect, Fault)]
        if turn.session.ended:
            return
        turn = engine.resume(flow, turn.session, answer(turn, draw), now)


@pytest.mark.parametrize("seed", range(4))
def test_a_slip_is_told_or_harmless(seed: int) -> None:
    draw = random.Random(seed)
    walked = 0
    for _ in range(FILES_A_SEED):
        decoded = decode_flow(slip(draw), "test", "test.yaml")
        problems = list(decoded.problems)
        if decoded.drafted is not None:
            problems += check_flow(decoded.drafted, WORLD, "test.yaml", decoded.declared)
        if errors_in(problems):
            continue
        assert decoded.flow is not None
        walked += 1
        walk(decoded.flow, draw)
    assert walked > FILES_A_SEED // 20
