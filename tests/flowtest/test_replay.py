"""Calls as they were recorded, put through other versions: through the whole application, then changed flows."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from redis import Redis

from ivr.cli.flows import flows
from ivr.core.flow.effects import Gather
from ivr.core.flow.expected import Part
from ivr.flowfile.folder import Reader
from ivr.flowtest.folder import house_of
from ivr.flowtest.replay import Replayed, replay
from ivr.flowtest.stand_ins import body_for, keys_for
from ivr.services.history import record_call
from ivr.services.inputs import KeptInput
from ivr.services.ports import CallRecord
from tests.web.house import House

WEB_FLOWS = Path(__file__).parents[1] / "web" / "flows"
RECORDING = "RE" + "e" * 32
PIN = "8350"

CALLS = {
    "hangs up in the menu": ({"CallStatus": "completed"},),
    "a message": (
        {"Digits": "2"},
        {"RecordingSid": RECORDING, "RecordingDuration": "9", "Digits": "#"},
        {"Digits": "1"},
    ),
    "a secret": ({"Digits": "3"}, {"Digits": PIN}),
    "a short secret, then nothing": ({"Digits": "3"}, {"Digits": "1"}, {}, {}),
    "the office is busy": ({"Digits": "4"}, {"DialCallStatus": "busy"}, {}, {}),
    "the office answers": ({"Digits": "4"}, {"DialCallStatus": "completed", "DialCallDuration": "61"}),
    "nobody on duty": ({"Digits": "5"}, {}, {}),
    "a wrong key, then silence": ({"Digits": "9"}, {}, {}),
}


def sid(number: int) -> str:
    return f"CA{number:032x}"


@pytest.fixture
def recorded(redis_url: str, tmp_path: Path) -> Iterator[House]:
    """A house whose history has the calls above."""
    house = House(redis_url, tmp_path)
    for number, posts in enumerate(CALLS.values()):
        house.say("/voice/answer", CallSid=sid(number))
        for at, fields in enumerate(posts, 1):
            session, _ = house.hotline.sessions.load(sid(number)) or (None, "")
            assert session is not None
            if fields.get("CallStatus") != "completed" and not session.ended:
                house.say(f"/voice/turn/{session.turn + 1}", CallSid=sid(number), **fields)
            del at
        house.post("/voice/status", CallSid=sid(number), CallStatus="completed")
        hotline = house.hotline
        assert record_call(sid(number), ended=hotline.ended, history=hotline.history, messages=hotline.messages)
    yield house
    house.close()


def replayed(house: House, folder: Path = WEB_FLOWS, name: str = "house") -> dict[str, Replayed]:
    checked = Reader().read(folder)
    around = house_of(checked)
    assert name in around.flows, checked.problems
    history = house.hotline.history
    found = {}
    for number, call in enumerate(CALLS):
        record = history.get(sid(number))
        assert record is not None
        found[call] = replay(record, history.inputs(sid(number)), around, name)
    return found


def changed(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    """The flow with some of its words replaced, in a folder of its own."""
    folder = tmp_path / "new"
    folder.mkdir()
    for path in WEB_FLOWS.glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        if path.name == "house.yaml":
            for old, new in changes:
                assert old in text
                text = text.replace(old, new)
        (folder / path.name).write_text(text, encoding="utf-8")
    return folder


def test_through_the_version_they_were_on_all_calls_end_as_they_did(recorded: House) -> None:
    for name, one in replayed(recorded).items():
        assert (one.differs, one.why, one.parted) == ((), "", ""), f"{name}: {one}"


def test_another_way_is_told_with_where_it_parts(recorded: House, tmp_path: Path) -> None:
    found = replayed(recorded, changed(tmp_path, ("2: message", "2: elsewhere")))
    one = found["a message"]
    assert one.differs == ("outcome", "exit")
    assert one.after is not None
    assert (one.before.outcome, one.after.outcome, one.after.step) == ("voicemail", "unfinished", "elsewhere")
    assert one.parted == "turn 1: after matters (key 2): message (waits) before, elsewhere (waits) now"
    assert not found["a secret"].differs


def test_another_line_is_told(recorded: House, tmp_path: Path) -> None:
    folder = changed(tmp_path, ("queue: accueil\n    skills: {garde: 9}", "queue: garde\n    skills: {garde: 9}"))
    (folder / "queues.yaml").write_text("queues:\n  accueil: {max_wait: 5 min}\n  garde: {max_wait: 5 min}\n")
    one = replayed(recorded, folder)["nobody on duty"]
    assert one.differs == ("queue",)
    assert one.after is not None
    assert (one.before.queue, one.after.queue) == ("accueil", "garde")


ONE_MORE = """steps:
  language:
    menu: Tapez 1.
    keys: {1: matters}
    otherwise: matters
"""


def test_a_question_more_is_told_of_every_call(recorded: House, tmp_path: Path) -> None:
    found = replayed(recorded, changed(tmp_path, ("start: matters", "start: language"), ("steps:\n", ONE_MORE)))
    assert all(one.differs for one in found.values())
    assert {one.parted.partition(":")[0] for one in found.values()} == {"turn 0"}
    after = found["a message"].after
    assert after is not None
    assert after.outcome == "unfinished"


def test_a_secret_is_nowhere_and_a_stand_in_takes_its_way(recorded: House, redis_url: str, tmp_path: Path) -> None:
    one = replayed(recorded)["a secret"]
    assert (one.stood_in, one.differs) == (1, ())
    database = recorded.hotline.database
    with database.reading() as connection:
        rows = connection.execute(sa.text("SELECT value, trail FROM call_inputs")).all()
    assert rows
    assert PIN not in str(rows)
    with Redis.from_url(redis_url) as client:
        kept = [client.hgetall(key) for key in client.scan_iter("*session:*")]
    facts = b"".join(value for fields in kept for name, value in fields.items() if name not in {b"blob", b"answer"})
    assert b"keys" in facts
    assert PIN.encode() not in facts


def test_a_call_of_which_nothing_was_kept_cannot_be_told(recorded: House) -> None:
    record = recorded.hotline.history.get(sid(0))
    assert record is not None
    one = replay(record, (), house_of(Reader().read(WEB_FLOWS)), "house")
    assert (one.after, one.why) == (None, "nothing was kept of what the caller did")


def command(house: House, *arguments: str) -> Result:
    environment = {"DATABASE_URL": house.settings.database_url, "HOTLINE_VAR": str(house.settings.hotline_var)}
    everything = ["replay", "--flows", str(WEB_FLOWS), *arguments]
    return CliRunner().invoke(flows, everything, env=environment)


def test_the_command_counts_and_lists(recorded: House, tmp_path: Path) -> None:
    same = command(recorded, "--since", "today", "--with", str(WEB_FLOWS / "house.yaml"))
    assert same.exit_code == 0, same.output
    assert "8 calls of house since" in same.output
    assert "8 would end as they did, 0 differently, 0 can't be told" in same.output
    assert "2 with answers or names that are never kept" in same.output
    file = changed(tmp_path, ("2: message", "2: goodbye")) / "house.yaml"
    other = command(recorded, "--since", "yesterday", "--with", str(file))
    assert other.exit_code == 1
    assert "voicemail -> ended-by-flow" in other.output
    assert "from turn 1: after matters (key 2)" in other.output
    draft = tmp_path / "draft.yaml"
    draft.write_bytes(file.read_bytes())
    told = json.loads(
        command(recorded, "--since", "yesterday", "--with", str(draft), "--flow", "house", "--json").output
    )
    assert (told["calls"], told["same"], told["different"]) == (8, 7, 1)
    assert told["changes"] == {"voicemail -> ended-by-flow": 1}
    assert "+33612345678" not in json.dumps(told)


def test_a_broken_version_is_2_and_a_day_that_is_none_is_told(recorded: House, tmp_path: Path) -> None:
    file = changed(tmp_path, ("2: message", "2: mesage")) / "house.yaml"
    result = command(recorded, "--since", "yesterday", "--with", str(file))
    assert result.exit_code == 2
    assert f"{file}:12:10: F020 error" in result.output
    assert "is not a day" in command(recorded, "--since", "soon", "--with", str(WEB_FLOWS / "house.yaml")).output


def test_a_call_over_too_soon_is_told(recorded: House, tmp_path: Path) -> None:
    folder = changed(tmp_path, ("start: matters", "start: goodbye"))
    found = replayed(recorded, folder)
    assert found["a secret"].parted == "turn 0: matters (waits) before, goodbye (waits) now"
    assert found["a secret"].differs == ()
    assert found["a message"].differs == ("outcome",)
    assert (
        "would end as they did, but on another way"
        in command(recorded, "--since", "today", "--with", str(folder / "house.yaml")).output
    )


def test_an_old_answered_call_whose_caller_hung_up_while_talking_stays_answered(recorded: House) -> None:
    record = recorded.hotline.history.get(sid(0))
    assert isinstance(record, CallRecord)
    started, hung_up = recorded.hotline.history.inputs(sid(0))
    pressed = KeptInput(1, started.at, "keys", "1", trail=(("", "matters", "key 1"), ("", "line", "waits")))
    gone = replace(hung_up, turn=2, trail=(("", "line", "hung_up"),))
    talked = replace(record, outcome="answered", queue="accueil", talk_seconds=60)
    one = replay(talked, (started, pressed, gone), house_of(Reader().read(WEB_FLOWS)), "house")
    assert one.differs == ()


def test_stand_ins() -> None:
    parts = {
        "a": Part("file.status"),
        "b": Part("visits.1.date", "date"),
        "c": Part("n", "number"),
        "d": Part("ok", "yes_no"),
    }
    assert body_for(parts) == {
        "file": {"status": "exemple"}, "visits": [None, {"date": "2026-01-01"}], "n": 1, "ok": True,
    }  # fmt: skip
    assert next(keys_for(Gather(num_digits=5))) == "11111"
    assert "1111" in list(keys_for(Gather(num_digits=None)))
