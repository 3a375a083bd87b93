"""Recordings come home, are kept once, read back, streamed by id and deleted."""

import hashlib
import io
import stat
import wave
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.core.wav import NotAudio
from ivr.services.ports import CarrierError, Leg
from ivr.store.sql.engine import Database
from ivr.store.sql.recordings import SqlRecordings
from recordings.fetch import PAUSES, Fetcher, NotThere
from recordings.keep import AudioFolder
from recordings.stream import delete_recording, open_recording
from tests.databases import make_tables

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
REC, CALL, ID = "RE" + "2" * 32, "CA" + "1" * 32, "ab" * 16


def wav(seconds: float = 1.5, rate: int = 8000) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"\x01\x00" * int(seconds * rate))
    return out.getvalue()


class CarrierWith:
    """A carrier that answers what it is told to, and has one recording."""

    def __init__(self, *answers: bytes | CarrierError) -> None:
        self.answers = list(answers)
        self.asked = 0
        self.deleted: list[str] = []
        self.refuses: CarrierError | None = None

    def recording(self, recording_sid: str) -> bytes:
        assert recording_sid == REC
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, CarrierError):
            raise answer
        return answer

    def delete_recording(self, recording_sid: str) -> None:
        if self.refuses:
            raise self.refuses
        self.deleted.append(recording_sid)

    def call(self, *, to_number: str, from_number: str, path: str, status_path: str, ring_seconds: int) -> str:
        raise AssertionError("nobody is rung here")

    def redirect(self, call_sid: str, path: str) -> None:
        raise AssertionError("nobody is led anywhere here")

    def hang_up(self, call_sid: str) -> None:
        raise AssertionError("nobody hangs up here")

    def leg(self, call_sid: str) -> Leg:
        raise AssertionError("no legs here")

    def legs_to(self, to_number: str, since: datetime) -> Sequence[Leg]:
        raise AssertionError("no legs here")


class Kept:
    """An index and a folder of this test's own."""

    def __init__(self, folder: Path) -> None:
        url = f"sqlite:///{folder / 'h.sqlite'}"
        make_tables(url)
        self.database = Database(url)
        self.index = SqlRecordings(self.database)
        self.root = folder / "audio"
        self.folder = AudioFolder(self.root)
        self.waited: list[float] = []

    def fetcher(self, carrier: CarrierWith) -> Fetcher:
        return Fetcher(carrier, self.index, self.folder, now=lambda: NOW, wait=self.waited.append)

    def files(self) -> list[str]:
        return sorted(path.name for path in self.root.rglob("*") if path.is_file())


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    made = Kept(tmp_path)
    yield made
    made.database.close()


def test_a_recording_comes_home_and_leaves_the_carrier(kept: Kept) -> None:
    audio, carrier = wav(), CarrierWith(wav())
    home = kept.fetcher(carrier).fetch(REC, CALL, ID)
    assert (home.id, home.seconds, home.bytes, home.sha256) == (ID, 1.5, len(audio), hashlib.sha256(audio).hexdigest())
    assert carrier.deleted == [REC]
    noted = kept.index.of(REC)
    assert noted is not None
    assert noted.deleted_at_carrier == NOW
    assert kept.files() == [f"{ID}.wav"]
    opened = open_recording(ID, kept.index, kept.folder)
    assert opened is not None
    with opened.file:
        assert opened.file.read() == audio


def test_nobody_else_on_the_machine_can_read_it(kept: Kept) -> None:
    kept.fetcher(CarrierWith(wav())).fetch(REC, CALL, ID)
    path = kept.folder.path(ID)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_media_that_are_not_ready_are_waited_for(kept: Kept) -> None:
    gone = CarrierError("HTTP 404", gone=True)
    carrier = CarrierWith(gone, gone, wav())
    kept.fetcher(carrier).fetch(REC, CALL, ID)
    assert kept.waited == list(PAUSES[:2])
    assert carrier.asked == 3


def test_media_that_never_come_are_given_up(kept: Kept) -> None:
    carrier = CarrierWith(CarrierError("HTTP 404", gone=True))
    with pytest.raises(NotThere):
        kept.fetcher(carrier).fetch(REC, CALL, ID)
    assert carrier.asked == len(PAUSES) + 1
    assert kept.waited == list(PAUSES)
    assert kept.files() == []
    assert kept.index.of(REC) is None


def test_another_error_is_the_jobs_to_repeat(kept: Kept) -> None:
    with pytest.raises(CarrierError):
        kept.fetcher(CarrierWith(CarrierError("HTTP 500", ambiguous=True))).fetch(REC, CALL, ID)
    assert kept.waited == []


@pytest.mark.parametrize("answer", [b"", b"<html>sorry</html>", wav()[:-10], b"RIFF\0\0\0\0WAVE", b"ID3" + wav()])
def test_what_is_no_audio_is_kept_nowhere_and_stays_at_the_carrier(kept: Kept, answer: bytes) -> None:
    carrier = CarrierWith(answer)
    with pytest.raises(NotAudio):
        kept.fetcher(carrier).fetch(REC, CALL, ID)
    assert (carrier.deleted, kept.files(), kept.index.of(REC)) == ([], [], None)


def test_running_twice_keeps_one_copy_and_asks_once(kept: Kept) -> None:
    carrier = CarrierWith(wav())
    kept.fetcher(carrier).fetch(REC, CALL, ID)
    again = kept.fetcher(carrier).fetch(REC, CALL, "cd" * 16)
    assert again.id == ID
    assert carrier.asked == 1
    assert carrier.deleted == [REC]
    assert kept.files() == [f"{ID}.wav"]


def test_two_at_once_keep_one_copy(kept: Kept) -> None:
    class Quicker(CarrierWith):
        def recording(self, recording_sid: str) -> bytes:
            if self.asked == 0:
                self.asked = 1
                kept.fetcher(CarrierWith(wav())).fetch(REC, CALL, "cd" * 16)
            return wav()

    home = kept.fetcher(Quicker(wav())).fetch(REC, CALL, ID)
    assert home.id == "cd" * 16
    assert kept.files() == [f"{'cd' * 16}.wav"]


def test_a_deletion_that_failed_is_finished_by_the_next_run(kept: Kept) -> None:
    carrier = CarrierWith(wav())
    carrier.refuses = CarrierError("HTTP 500", ambiguous=True)
    with pytest.raises(CarrierError):
        kept.fetcher(carrier).fetch(REC, CALL, ID)
    noted = kept.index.of(REC)
    assert noted is not None
    assert noted.deleted_at_carrier is None
    carrier.refuses = None
    kept.fetcher(carrier).fetch(REC, CALL, "cd" * 16)
    assert carrier.deleted == [REC]
    assert kept.files() == [f"{ID}.wav"]


@pytest.mark.parametrize("harm", ["lost", "damaged"])
def test_our_copy_is_repaired_before_the_carriers_goes(kept: Kept, harm: str) -> None:
    carrier = CarrierWith(wav())
    carrier.refuses = CarrierError("HTTP 500", ambiguous=True)
    with pytest.raises(CarrierError):
        kept.fetcher(carrier).fetch(REC, CALL, ID)
    if harm == "lost":
        kept.folder.delete(ID)
    else:
        kept.folder.path(ID).write_bytes(b"x")
    carrier.refuses = None
    kept.fetcher(carrier).fetch(REC, CALL, ID)
    assert kept.folder.path(ID).read_bytes() == wav()
    assert carrier.deleted == [REC]


def test_the_carriers_copy_stays_where_ours_cannot_be_kept(kept: Kept) -> None:
    carrier = CarrierWith(wav())
    carrier.refuses = CarrierError("HTTP 500", ambiguous=True)
    with pytest.raises(CarrierError):
        kept.fetcher(carrier).fetch(REC, CALL, ID)
    kept.folder.delete(ID)
    other = CarrierWith(wav(3))  # not what was fetched the first time
    with pytest.raises(OSError, match="can't be kept"):
        kept.fetcher(other).fetch(REC, CALL, ID)
    assert other.deleted == []


def test_a_deleted_recording_cannot_be_opened(kept: Kept) -> None:
    kept.fetcher(CarrierWith(wav())).fetch(REC, CALL, ID)
    assert delete_recording(ID, kept.index, kept.folder, lambda: NOW)
    assert not delete_recording(ID, kept.index, kept.folder, lambda: NOW)
    assert not delete_recording("cd" * 16, kept.index, kept.folder, lambda: NOW)
    assert open_recording(ID, kept.index, kept.folder) is None
    assert kept.files() == []
    noted = kept.index.get(ID)
    assert noted is not None
    assert noted.deleted_at == NOW


def test_an_unknown_or_lost_recording_cannot_be_opened(kept: Kept) -> None:
    assert open_recording("cd" * 16, kept.index, kept.folder) is None
    assert open_recording("../../etc/passwd", kept.index, kept.folder) is None
    kept.fetcher(CarrierWith(wav())).fetch(REC, CALL, ID)
    kept.folder.delete(ID)
    assert open_recording(ID, kept.index, kept.folder) is None


@given(
    st.one_of(st.text(), st.sampled_from(["..", "../x", "AB" * 16, "ab" * 16 + "\n", "ab" * 15, "a/" * 16, "\0" * 32]))
)
def test_no_id_leads_out_of_the_folder(name: str) -> None:
    root = Path("/nowhere")
    try:
        path = AudioFolder(root).path(name)
    except ValueError:
        return
    assert path.parent.parent == root
    assert path.name == f"{name}.wav"
