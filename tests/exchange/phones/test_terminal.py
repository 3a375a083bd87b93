"""`hotline call` against the real exchange: what it prints, what it exits with."""

import json
import os
import subprocess
import sys

import pytest

from tests.exchange.phones.conftest import Exchange
from tests.exchange.phones.hotline_app import LINE, MENU

pytestmark = pytest.mark.xdist_group("phones")


def hotline_call(exchange: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "ivr", "call", "--exchange", exchange, "--from", "+33612345678", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, check=False, env=os.environ
    )


def summary(exchange: Exchange, *arguments: str) -> dict[str, object]:
    done = hotline_call(exchange.url, "--json", *arguments)
    assert done.returncode == 0, done.stderr
    told: dict[str, object] = json.loads(done.stdout)
    return told


def heard(told: dict[str, object], who: str) -> list[str]:
    transcript = told["transcript"]
    assert isinstance(transcript, list)
    return [line["text"] for line in transcript if line["who"] == who]


def test_a_call_is_answered_by_an_agent(exchange: Exchange) -> None:
    told = summary(exchange, "--to", LINE, "--press", "1")
    assert told["outcome"] == "answered"
    assert told["bridged"] is True
    assert told["agent"] == {"name": "Camille Roux", "number": "+33639980001"}
    assert heard(told, "hotline")[:2] == ["Bonjour.", MENU]
    assert heard(told, "caller") == ["1"]
    assert "Bonjour, Camille à l'appareil." in heard(told, "Camille Roux")
    assert isinstance(told["wait_seconds"], float)
    assert 1.0 <= told["wait_seconds"] < 30
    assert isinstance(told["talk_seconds"], float)
    assert 11 <= told["talk_seconds"] <= 16
    assert told["errors"] == []


def test_saying_it_is_as_good_and_hanging_up_after_some_talk(exchange: Exchange) -> None:
    told = summary(exchange, "--to", LINE, "--say", "pour un passeport", "--hang-up-after", "3")
    assert told["outcome"] == "answered"
    assert heard(told, "caller") == ["pour un passeport"]
    assert isinstance(told["talk_seconds"], float)
    assert told["talk_seconds"] < 6
    assert ("/menu", "pour un passeport") in [
        (path, form.get("SpeechResult", "")) for path, form in exchange.hotline.requests
    ]


def test_a_message_is_left(exchange: Exchange) -> None:
    assert summary(exchange, "--to", LINE, "--press", "2", "--max", "60")["outcome"] == "voicemail"


def test_nothing_pressed_ends_by_the_flow(exchange: Exchange) -> None:
    told = summary(exchange, "--to", LINE)
    assert told["outcome"] == "ended-by-flow"
    assert told["agent"] is None
    assert told["wait_seconds"] is None
    assert heard(told, "hotline")[-1] == "Au revoir."


def test_giving_up_in_line_is_abandoning(exchange: Exchange) -> None:
    exchange.hotline.agent = "+33639980004"
    try:
        told = summary(exchange, "--to", LINE, "--press", "1", "--interrupt", "--max", "20")
    finally:
        exchange.hotline.agent = "+33639980001"
    assert told["outcome"] == "abandoned"
    assert told["bridged"] is False


def test_the_transcript_is_printed_as_it_happens(exchange: Exchange) -> None:
    done = hotline_call(exchange.url, "--to", LINE, "--press", "1", "--interrupt", "--hang-up-after", "2")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert any("hotline" in line and "Bonjour." in line for line in lines)
    assert any("you" in line and "presses 1" in line for line in lines)
    assert any("connected with Camille Roux" in line for line in lines)
    assert lines[-1].startswith("call over: answered, with Camille Roux")


def test_the_only_number_need_not_be_named(exchange: Exchange) -> None:
    assert summary(exchange, "--max", "2")["to"] == LINE


def test_an_unknown_number_fails(exchange: Exchange) -> None:
    assert summary(exchange, "--to", "+33199999999")["outcome"] == "failed"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--press", "x"), "keys 0-9"),
        (("--say", " "), "nothing to say"),
        (("--max", "-1"), "--max"),
        (("--nope",), "--nope"),
    ],
)
def test_a_bad_invocation_exits_2(arguments: tuple[str, ...], sentence: str) -> None:
    done = hotline_call("http://127.0.0.1:9", "--to", LINE, *arguments)
    assert done.returncode == 2
    assert sentence in done.stderr


def test_no_exchange_exits_2_with_one_sentence() -> None:
    done = hotline_call("http://127.0.0.1:9", "--to", LINE)
    assert done.returncode == 2
    sentence = "no exchange answers at http://127.0.0.1:9; start one with `hotline run`, or name it with --exchange"
    assert done.stderr.strip().splitlines() == [f"hotline call: {sentence}"]
