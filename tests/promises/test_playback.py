"""A caller's own recording: played while the call lives, to whoever was given the address, and never cut short."""

import io
import wave
from dataclasses import replace
from pathlib import Path

import pytest

from ivr.core.flow.session import Session
from ivr.services.ports import CarrierError
from ivr.store.sql.engine import Database
from ivr.store.sql.recordings import SqlRecordings
from recordings.keep import AudioFolder
from recordings.playback import Playback, address, proof, silence
from tests.databases import make_tables
from tests.fakes import FakeCarrier

SECRET, CALL, RECORDING = "s" * 32, "CA" + "1" * 32, "RE" + "2" * 32
PROOF = proof(SECRET, CALL, RECORDING)


class Sessions:
    """The one verb that is asked."""

    def __init__(self) -> None:
        self.session: Session | None = Session(CALL, "l", "f", "d", "s", "fr-FR")

    def load(self, call_sid: str) -> tuple[Session, str] | None:
        return (self.session, "") if self.session and call_sid == CALL else None


@pytest.fixture
def playback(tmp_path: Path) -> Playback:
    url = f"sqlite:///{tmp_path / 'history.sqlite'}"
    make_tables(url)
    index, folder = SqlRecordings(Database(url)), AudioFolder(tmp_path / "audio")
    return Playback(SECRET, Sessions(), index, folder, FakeCarrier(), lambda _: None)  # type: ignore[arg-type]


def test_it_is_played_from_the_carrier_until_it_is_here(playback: Playback) -> None:
    playback.carrier.recordings[RECORDING] = b"audio"  # type: ignore[attr-defined]
    assert playback.audio(CALL, RECORDING, PROOF) == b"audio"


def test_one_not_ready_yet_is_waited_for_and_one_that_never_comes_is_silence(playback: Playback) -> None:
    playback.carrier.fail("recording", CarrierError("not yet", gone=True))  # type: ignore[attr-defined]
    playback.carrier.recordings[RECORDING] = b"audio"  # type: ignore[attr-defined]
    assert playback.audio(CALL, RECORDING, PROOF) == b"audio"
    playback.carrier.recordings.clear()  # type: ignore[attr-defined]
    assert playback.audio(CALL, RECORDING, PROOF) == silence()


def test_silence_is_a_second_of_sound() -> None:
    with wave.open(io.BytesIO(silence())) as file:
        assert file.getnframes() == file.getframerate() == 8_000


def test_nobody_else_hears_it(playback: Playback) -> None:
    assert playback.audio(CALL, RECORDING, "0" * 32) is None
    assert playback.audio(CALL, "RE" + "3" * 32, PROOF) is None
    assert playback.audio("CA" + "9" * 32, RECORDING, PROOF) is None
    sessions = playback.sessions
    sessions.session = replace(sessions.session, ended=True)  # type: ignore[attr-defined]
    assert playback.audio(CALL, RECORDING, PROOF) is None
    assert address(SECRET, CALL, RECORDING).endswith(f"/{PROOF}.wav")
