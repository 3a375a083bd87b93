"""Whole calls through the demo's flow, as golden transcripts in `golden/`.

Between every two inputs the session is written out and read back. `UPDATE_GOLDEN=1` writes them anew; read the
difference before committing it.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ivr.core.flow.effects import Join
from ivr.core.flow.inputs import Dialed, Digits, HungUp, Input, LeftLine, NoInput, Recorded
from ivr.core.flow.session import CallerFacts
from ivr.flowfile.decode import decode_flow
from tests.flow.talk import MONDAY_MORNING, SATURDAY_NIGHT, Talk, transcript

GOLDEN = Path(__file__).parent / "golden"
TOWN_HALL = Path(__file__).parents[1] / "flowfile" / "house" / "town-hall.yaml"


@dataclass(frozen=True)
class Call:
    """One call to play."""

    inputs: tuple[Input, ...]
    now: datetime = MONDAY_MORNING
    caller: CallerFacts = CallerFacts()  # noqa: RUF009 - frozen


MARIE = CallerFacts(kind="known", number="+33639980001", name="Marie Lambert", calls_before=3)
CHRISTMAS = datetime(2026, 12, 25, 9, 0, tzinfo=UTC)

CALLS = {
    "passport-reaches-an-agent": Call((Digits("1"), Digits("1"), LeftLine("talked", "Inès", 95))),
    "reception-with-one-key-at-night": Call((Digits("0"), LeftLine("talked", "Paul", 40)), SATURDAY_NIGHT),
    "known-caller-at-christmas-leaves-a-message": Call(
        (Digits("0"), LeftLine("nobody"), Recorded("RE1", 12, "#"), Digits("1")), CHRISTMAS, MARIE
    ),
    "file-number-read-back-and-corrected": Call(
        (
            Digits("2"), Digits("1"), Digits("123456#"), Digits("2"), Digits("654321"), NoInput(),
            Digits("1"), LeftLine("timeout"), Recorded("RE2", 30, "hangup"),
        )
    ),
    "silence-goes-to-reception": Call((NoInput(), NoInput(), NoInput(), LeftLine("full"), NoInput(), NoInput())),
    "wrong-keys-then-prefecture-is-busy": Call((Digits("7"), Digits("*"), Digits("3"), Dialed("busy"))),
    "prefecture-talks": Call((Digits("3"), Dialed("completed", 61))),
    "hangs-up-in-the-menu": Call((Digits("1"), HungUp())),
    "hangs-up-after-speaking": Call((Digits("0"), LeftLine("timeout"), Recorded("RE3", 8, "silence"), HungUp())),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_a_call_goes_as_written(name: str) -> None:
    call = CALLS[name]
    flow = decode_flow(TOWN_HALL.read_bytes(), "town-hall", "town-hall.yaml").flow
    assert flow is not None
    found = transcript(Talk(flow, call.now, call.caller), call.inputs)
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


def test_an_agent_is_two_keys_away_at_any_hour() -> None:
    flow = decode_flow(TOWN_HALL.read_bytes(), "town-hall", "town-hall.yaml").flow
    assert flow is not None
    for hour in range(24 * 14):
        for keys in (("1", "1"), ("2", "2"), ("0",)):
            talk = Talk(flow, datetime(2026, 12, 20, tzinfo=UTC) + timedelta(hours=hour))
            assert isinstance(talk.give(*map(Digits, keys)).wait, Join)


def test_no_transcript_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(CALLS)
