"""What a caller hears between two words: the line's music, going on where it would be by now; silence without it."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.core.flow import engine
from ivr.core.flow.effects import Music, Pause
from ivr.core.flow.inputs import Waiting
from ivr.core.wav import read
from ivr.flowfile.folder import check_path
from tests.flow.talk import MONDAY_MORNING, Talk, flow_of
from tests.music.sounds import rising
from tests.web.house import NUMBER, House, spoken

FLOW = """
language: fr-FR
time_zone: Europe/Paris
on_fault: end
start: line
steps:
  line: {queue: accueil, next: end, otherwise: end}
  end: {hangup: Fin.}
"""
QUEUES = "queues:\n  accueil:\n    max_wait: 5 min\n    hold: [Merci de patienter.]\n    music: attente.wav\n"
STEPS = "line:\n  queue: accueil\n  next: end\n  otherwise: end\nend: {hangup: Fin.}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    flows = tmp_path / "flows"
    (flows / "prompts").mkdir(parents=True)
    (flows / "desk.yaml").write_text(FLOW, encoding="utf-8")
    (flows / "queues.yaml").write_text(QUEUES, encoding="utf-8")
    (flows / "lines.yaml").write_text(f"lines:\n  mairie: {{number: '{NUMBER}', flow: desk, language: fr-FR}}\n")
    (flows / "prompts" / "attente.wav").write_bytes(rising(40))
    return flows


@pytest.fixture
def house(folder: Path, redis_url: str, tmp_path: Path) -> Iterator[House]:
    made = House(redis_url, tmp_path, hotline_flows=folder)
    yield made
    made.close()


def last_of(heartbeat: int, prompts: frozenset[str] | None) -> Music | Pause:
    flow = replace(flow_of(STEPS), music={"accueil": "attente.wav"}, prompts=prompts)
    session = Talk(flow).session
    now = MONDAY_MORNING
    last = engine.hold(flow, session, Waiting(2, heartbeat), now)[-1]
    assert isinstance(last, Music | Pause)
    return last


def test_music_goes_on_as_if_it_had_played_all_the_time() -> None:
    there = frozenset({"attente.wav"})
    first, next_one = last_of(0, there), last_of(15, there)
    assert isinstance(first, Music)
    assert isinstance(next_one, Music)
    assert (first.path, next_one.path) == ("attente.wav", "attente.wav")
    assert first.at + first.seconds == 15, "from the end of the words to the next heartbeat"
    assert 15 <= next_one.at <= 17, "and on from there, after a word on the place in line"


def test_without_its_file_there_is_silence() -> None:
    assert last_of(15, frozenset()) == Pause(12)


def test_a_waiting_caller_hears_it_by_webhook(house: House) -> None:
    house.say("/voice/answer")
    hold = house.say("/voice/wait/1")
    assert "Merci de patienter." in spoken(hold)
    address = hold.findtext("Play") or ""
    path = address.partition("/phone")[2]
    assert path.startswith("/prompts/music/")
    response = house.client.get(path)
    assert (response.status_code, response.mimetype) == (200, "audio/x-wav")
    assert 1.0 <= read(response.data).seconds <= 12.0
    assert response.cache_control.max_age


@pytest.mark.parametrize(
    "path", ["/prompts/music/0-5/gone.wav", "/prompts/music/0-5/../lines.yaml", "/prompts/music/0-5/%2e%2e/lines.yaml"]
)
def test_what_is_not_there_is_silence_of_that_length(house: House, path: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        response = house.client.get(path)
    if response.status_code != 404:  # the path was another one by the time it came here
        audio = read(response.data)
        assert (audio.seconds, set(audio.sound)) == (5.0, {0xFF})
        assert "no music" in caplog.text


def test_a_piece_is_never_longer_than_a_minute(house: House) -> None:
    assert read(house.client.get("/prompts/music/7-100000/attente.wav").data).seconds == 60.0


@pytest.mark.parametrize(
    ("file", "code", "words"),
    [
        (None, "F035", "callers hear silence"),
        (b"ID3" + b"\0" * 400, "F082", "it is no WAV file"),
        (rising(3), "F082", "it lasts 3 s"),
    ],
)
def test_the_checker_listens(folder: Path, file: bytes | None, code: str, words: str) -> None:
    assert check_path(folder) == []
    path = folder / "prompts" / "attente.wav"
    if file is None:
        path.rename(path.with_name("autre.wav"))
    else:
        path.write_bytes(file)
    (problem,) = check_path(folder)
    assert (problem.code, problem.line, problem.column) == (code, 5, 12)
    assert words in problem.message
