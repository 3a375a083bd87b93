"""Record, recordings of calls, and their audio."""

import io
import wave

import pytest

from exchange.errors import ExchangeError
from exchange.orders import PlaceCall, RecordingOrder
from exchange.records import StatusHook
from exchange.tape import render
from tests.exchange.core.rig import AGENT, HOTLINE, Rig, play

RECORD = '<Record action="/done" maxLength="20" timeout="3" recordingStatusCallback="/notice/rec" {}/><Say>never</Say>'


def length(wav: bytes) -> float:
    with wave.open(io.BytesIO(wav)) as audio:
        return audio.getnframes() / audio.getframerate()


def test_silence_ends_it_and_the_phones_own_audio_is_kept() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= {"/voice": RECORD.format(""), "/done": "<Say>thanks</Say>"}
        from exchange.tape import Segment

        own = render([Segment(0, 0.0, 2.0)], 2.0, 1)
        phone, leg = rig.dial()
        phone.on_asked = lambda line, _: line.speak("call me back", 2.0, own)
        await rig.over(leg)
        form = rig.app.forms("/done")[0]
        assert form["RecordingDuration"] == "2"
        assert "Digits" not in form
        assert phone.heard == ["thanks"]
        assert phone.sounds[0].kind == "beep"
        await rig.until(lambda: rig.app.forms("/notice/rec"))
        callback = rig.app.forms("/notice/rec")[0]
        assert callback["RecordingUrl"] == form["RecordingUrl"]
        assert callback["RecordingStatus"] == "completed"
        assert not callback["RecordingUrl"].endswith(".wav")
        media = rig.switch.recordings.media(callback["RecordingSid"])
        assert abs(length(media) - 2.0) < 0.05
        with pytest.raises(ExchangeError):
            rig.switch.recordings.media(callback["RecordingSid"], 2)
        rig.switch.recordings.delete(callback["RecordingSid"])
        assert rig.switch.recordings.get(callback["RecordingSid"]).status == "deleted"
        with pytest.raises(ExchangeError):
            rig.switch.recordings.media(callback["RecordingSid"])

    play(work)


def test_media_is_not_there_before_the_callback() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= {"/voice": RECORD.format(""), "/done": "<Pause length='20'/>"}
        phone, _leg = rig.dial()
        phone.on_asked = lambda line, _: line.press("#")
        await rig.until(lambda: rig.app.forms("/done"))
        form = rig.app.forms("/done")[0]
        assert form["Digits"] == "#"
        if rig.switch.recordings.get(form["RecordingSid"]).status != "completed":
            with pytest.raises(ExchangeError) as early:
                rig.switch.recordings.media(form["RecordingSid"])
            assert early.value.http_status == 404

    play(work)


def test_a_hang_up_is_told_to_the_action() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= {"/voice": RECORD.format(""), "/done": ""}
        phone, leg = rig.dial()

        def act(line: object, listening: object) -> None:
            phone.line.speak("hello", 1.0)
            phone.line.hang_up()

        phone.on_asked = act
        await rig.over(leg)
        await rig.until(lambda: rig.app.forms("/done"))
        form = rig.app.forms("/done")[0]
        assert (form["Digits"], form["CallStatus"]) == ("hangup", "completed")

    play(work)


def test_the_longest_it_may_be() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= {
            "/voice": '<Record action="/done" maxLength="4" timeout="0" trim="do-not-trim"/>',
            "/done": "",
        }
        _, leg = rig.dial()
        await rig.over(leg)
        assert rig.app.forms("/done")[0]["RecordingDuration"] in {"4", "5"}

    play(work)


def test_transcription() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= {"/voice": RECORD.format('transcribe="true" transcribeCallback="/notice/text"'), "/done": ""}
        phone, leg = rig.dial()
        phone.on_asked = lambda line, _: line.speak("call me back", 1.0)
        await rig.over(leg)
        await rig.until(lambda: rig.app.forms("/notice/text"))
        assert rig.app.forms("/notice/text")[0]["TranscriptionText"] == "call me back"

    play(work)


def test_without_action_in_inline_twiml() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages["/voice"] = "<Say>x</Say><Pause length='60'/>"
        _, leg = rig.dial()
        await rig.until(lambda: leg.call.status == "in-progress")
        rig.switch.redirect(leg.call.sid, twiml="<Response><Record/></Response>")
        await rig.over(leg)
        assert 11100 in rig.codes()

    play(work)


def test_a_call_recorded_from_the_start_and_paused() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages["/talk"] = "<Say>a long sentence about nothing at all</Say><Pause length='30'/>"
        phone = rig.phone(AGENT)
        hook = StatusHook(rig.app.base + "/notice/rec", "POST", frozenset({"in-progress", "completed"}))
        status = StatusHook(rig.app.base + "/notice/status")
        order = PlaceCall(HOTLINE, AGENT, rig.app.hook("/talk"), status=status, recording=RecordingOrder(2, hook=hook))
        call = rig.switch.place(order)
        await rig.until(lambda: rig.app.to("/talk"))
        recordings = rig.switch.recordings
        paused = recordings.update(call.sid, "Twilio.CURRENT", "paused", "skip")
        assert paused.status == "paused"
        await rig.switch.clock.sleep(8)
        recordings.update(call.sid, "Twilio.CURRENT", "in-progress")
        phone.line.speak("yes", 1.0)
        await rig.switch.clock.sleep(2)
        recordings.start(call.sid, RecordingOrder())
        with pytest.raises(ExchangeError):
            recordings.update(call.sid, "Twilio.CURRENT", "stopped")
        phone.line.hang_up()
        await rig.until(lambda: len(rig.app.forms("/notice/rec")) == 2)
        done = next(form for form in rig.app.forms("/notice/rec") if form["RecordingStatus"] == "completed")
        assert int(done["RecordingDuration"]) < 8
        assert done["RecordingSource"] == "OutboundAPI"
        final = rig.app.forms("/notice/status")[0]
        assert final["RecordingSid"] == done["RecordingSid"]

    play(work)
