"""Talking with a flow: what each typed line does, and that a conversation comes out as a test call that passes."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ivr.cli.flows import flows
from ivr.core.flow.effects import Dial, Gather, Join, Record, Wait
from ivr.flowtest.model import (
    Act,
    AgentAnswers,
    FlowBreaks,
    HangsUp,
    NumberEnds,
    Presses,
    Records,
    Speaks,
    StaysSilent,
    WaitsFor,
)
from ivr.flowtest.talk import act_of
from tests.flowtest.small import folder

KEYS, LINE, TAPE, OFFICE = Gather(), Join("desk"), Record(silence_seconds=5), Dial(("+33199001010",))


@pytest.mark.parametrize(
    ("typed", "wait", "act"),
    [
        ("2", KEYS, Presses("2")),
        (" 12 34# ", KEYS, Presses("1234#")),
        ("*", KEYS, Presses("*")),
        ("", KEYS, StaysSilent()),
        ("", LINE, WaitsFor(15)),
        ("un passeport", KEYS, Speaks("un passeport")),
        ("wait 60", LINE, WaitsFor(60)),
        ("wait 2 min", LINE, WaitsFor(120)),
        ("wait", LINE, WaitsFor(15)),
        ("agent answers", LINE, AgentAnswers(60)),
        ("agent answers 95 s", LINE, AgentAnswers(95)),
        ("record 12", TAPE, Records(12)),
        ("record", TAPE, Records(5)),
        ("record 12", KEYS, Speaks("record 12")),
        ("busy", OFFICE, NumberEnds("busy")),
        ("busy", KEYS, Speaks("busy")),
        ("answers", OFFICE, NumberEnds("completed", 60)),
        ("answers 10 s", OFFICE, NumberEnds("completed", 10)),
        ("no answer", OFFICE, NumberEnds("no-answer")),
        ("hang up", LINE, HangsUp()),
        ("break", KEYS, FlowBreaks()),
    ],
)
def test_a_typed_line_is_an_act(typed: str, wait: Wait, act: Act) -> None:
    assert act_of(typed, wait) == act


def test_a_time_that_is_none_is_told() -> None:
    assert act_of("wait 9x", LINE) == "'9x' is not a time: write for example 20, 20 s or 5 min"


def talk(flow: Path, typed: str, *options: str) -> Result:
    return CliRunner().invoke(flows, ["talk", str(flow), *options], input=typed)


CONVERSATIONS = {
    "answered": ("1\nwait 20\n\nagent answers 95 s\n", "answered"),
    "a message": ("\n7\nrecord 12\n1\n", "voicemail"),
    "hangs up": ("hang up\n", "hung-up-in-menu"),
    "a secret": ("2\n4711#\n", "waiting"),
    "the office": ("3\nanswers 61 s\n", "dialed"),
    "the office is busy": ("3\nbusy\nrecord 8 s\nhang up\n", "voicemail"),
    "a fault": ("break\nquit\n", "unfinished"),
    "what is not possible is left out": ("record 3\nfoo\nagent answers\n1\nhang up\n", "abandoned"),
}


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_a_conversation_becomes_a_test_call_that_passes(name: str, tmp_path: Path) -> None:
    typed, outcome = CONVERSATIONS[name]
    desk = folder(tmp_path) / "desk.yaml"
    options = ("--at", "2026-03-02T10:00", "--as-test", "--name", 'Ana "la grande"')
    result = talk(desk, typed, *options)
    assert result.exit_code == 0, result.output
    conversation, _, test = result.output.partition("- name: ")
    assert f"({outcome})\n" in conversation
    (desk.parent / "tests" / "desk.yaml").write_text("- name: " + test, encoding="utf-8")
    made = CliRunner().invoke(flows, ["test", str(desk.parent)])
    assert made.exit_code == 0, made.output + test
    assert f"ends: {outcome}\n" in test


def test_what_is_heard_and_walked_is_shown(tmp_path: Path) -> None:
    result = talk(folder(tmp_path) / "desk.yaml", "2\nhelp\nquit\n", "--at", "2026-03-01T10:00", "--from", "hidden")
    assert 'heard  "Fermé, ouvre demain à 9 heures."' in result.output
    assert "steps  menu (key 2) > pin (waits)" in result.output
    assert "wait 60" in result.output


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("nowhere",), "there is no flow 'nowhere' without an error"),
        (("desk", "--from", "12"), "is not a telephone number"),
        (("desk", "--lookup", "x"), "is not STEP=ANSWER"),
        (("desk", "--lookup", "x={"), "neither JSON nor one of"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(options: tuple[str, ...], says: str, tmp_path: Path) -> None:
    name, *more = options
    result = CliRunner().invoke(flows, ["talk", name, "--flows", str(folder(tmp_path)), *more])
    assert result.exit_code != 0
    assert says in result.output
