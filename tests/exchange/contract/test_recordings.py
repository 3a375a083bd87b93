"""Recordings through the `twilio` library; their sound by plain HTTP, as applications fetch it."""

import io
import wave

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.exchange.contract.conftest import Setup
from tests.exchange.contract.webhook_app import eventually


def recorded(setup: Setup, **options: object) -> tuple[str, str]:
    """A completed recording of a call in which the callee spoke: call and recording."""
    call = setup.live_call()
    recording = setup.client.calls(call).recordings.create(**options)
    setup.speak(call, "Bonjour, c'est pour mon passeport", 2.0)
    setup.pause(3.0)
    setup.client.calls(call).recordings(recording.sid).update(status="stopped")
    eventually(lambda: setup.client.recordings(recording.sid).fetch().status == "completed")
    return call, recording.sid


def test_recording_of_a_live_call_runs_until_stopped(setup: Setup) -> None:
    call = setup.live_call()

    recording = setup.client.calls(call).recordings.create(
        recording_channels="dual", recording_status_callback=setup.at("/notice/recording"),
        recording_status_callback_event=["in-progress", "completed"],
    )  # fmt: skip

    assert (recording.status, recording.source, recording.channels) == ("in-progress", "StartCallRecordingAPI", 2)
    assert (recording.call_sid, recording.duration, recording.track) == (call, None, "both")
    setup.pause(3.0)
    setup.client.calls(call).recordings(recording.sid).update(status="stopped")
    begun, done = setup.app.wait("/notice/recording", 2)
    assert (begun.form["RecordingStatus"], done.form["RecordingStatus"]) == ("in-progress", "completed")
    assert done.form["RecordingSid"] == recording.sid
    assert done.form["RecordingUrl"].endswith(f"/Recordings/{recording.sid}")
    assert (done.form["RecordingChannels"], done.form["RecordingSource"]) == ("2", "StartCallRecordingAPI")
    fetched = setup.client.recordings(recording.sid).fetch()
    assert fetched.status == "completed"
    assert fetched.duration == done.form["RecordingDuration"]
    assert int(fetched.duration) >= 3


def test_current_recording_is_paused_and_resumed(setup: Setup) -> None:
    call = setup.live_call()
    recordings = setup.client.calls(call).recordings
    recording = recordings.create()

    assert recordings("Twilio.CURRENT").update(status="paused", pause_behavior="skip").status == "paused"
    assert recordings(recording.sid).fetch().status == "paused"
    assert recordings("Twilio.CURRENT").update(status="in-progress").status == "in-progress"


def test_current_is_refused_where_several_run(setup: Setup) -> None:
    call = setup.live_call()
    recordings = setup.client.calls(call).recordings
    recordings.create()
    recordings.create()

    with pytest.raises(TwilioRestException) as refused:
        recordings("Twilio.CURRENT").update(status="paused")
    assert refused.value.status == 400


def test_current_is_missing_where_none_runs(setup: Setup) -> None:
    call = setup.live_call()
    with pytest.raises(TwilioRestException) as missing:
        setup.client.calls(call).recordings("Twilio.CURRENT").update(status="paused")

    assert missing.value.code == 20404


def test_ended_call_is_not_recorded(setup: Setup) -> None:
    call = setup.live_call()
    setup.client.calls(call).update(status="completed")
    setup.until(call, "completed")

    with pytest.raises(TwilioRestException) as refused:
        setup.client.calls(call).recordings.create()
    assert refused.value.code == 21220


def test_lists_by_call_and_by_account(setup: Setup) -> None:
    call, recording = recorded(setup)
    other = setup.live_call(to=setup.other)
    second = setup.client.calls(other).recordings.create().sid

    assert [found.sid for found in setup.client.recordings.list()] == [second, recording]
    assert [found.sid for found in setup.client.recordings.list(call_sid=call)] == [recording]
    assert [found.sid for found in setup.client.calls(other).recordings.list()] == [second]
    with pytest.raises(TwilioRestException) as elsewhere:
        setup.client.calls(other).recordings(recording).fetch()
    assert elsewhere.value.code == 20404


def test_sound_is_real_wav_with_and_without_suffix(setup: Setup) -> None:
    _, recording = recorded(setup, recording_channels="dual")

    for suffix in ("", ".wav"):
        answer = setup.raw("GET", f"/Recordings/{recording}{suffix}")
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "audio/x-wav")
        with wave.open(io.BytesIO(answer.content)) as sound:
            assert (sound.getnchannels(), sound.getframerate(), sound.getsampwidth()) == (2, 8000, 2)
            assert sound.getnframes() / sound.getframerate() >= 2.0
            assert any(sound.readframes(sound.getnframes()))
    one = setup.raw("GET", f"/Recordings/{recording}.wav", params={"RequestedChannels": "1"})
    with wave.open(io.BytesIO(one.content)) as sound:
        assert sound.getnchannels() == 1


@pytest.mark.direct
def test_sound_needs_credentials_and_a_finished_recording(setup: Setup) -> None:
    call = setup.live_call()
    running = setup.client.calls(call).recordings.create().sid
    assert setup.raw("GET", f"/Recordings/{running}").status_code == 404

    _, mono = recorded(setup)
    assert setup.raw("GET", f"/Recordings/{mono}", params={"RequestedChannels": "2"}).status_code == 400
    assert setup.raw("GET", f"/Recordings/{mono}", params={"RequestedChannels": "3"}).status_code == 400
    assert setup.raw("GET", f"/Recordings/{mono}", auth=("nobody", "x")).status_code == 401
    assert setup.raw("GET", f"/Recordings/{mono}.mp3").status_code == 406


def test_deleted_recording_keeps_its_metadata_only(setup: Setup) -> None:
    _, recording = recorded(setup)

    assert setup.client.recordings(recording).delete()

    assert setup.raw("GET", f"/Recordings/{recording}").status_code == 404
    assert setup.client.recordings.list() == []
    with pytest.raises(TwilioRestException) as gone:
        setup.client.recordings(recording).fetch()
    assert gone.value.code == 20404
    assert setup.client.recordings(recording).fetch(include_soft_deleted=True).status == "deleted"
    assert [found.sid for found in setup.client.recordings.list(include_soft_deleted=True)] == [recording]


def test_running_recording_is_not_deleted(setup: Setup) -> None:
    call = setup.live_call()
    running = setup.client.calls(call).recordings.create().sid

    with pytest.raises(TwilioRestException) as refused:
        setup.client.recordings(running).delete()
    assert refused.value.status == 400


def test_recorded_verb_is_found_by_its_call(setup: Setup) -> None:
    setup.app.answers["/record"] = '<Response><Record action="/recorded" maxLength="3"/></Response>'
    call = setup.client.calls.create(to=setup.callee, from_=setup.own, url=setup.at("/record")).sid
    setup.app.wait("/record")
    setup.speak(call, "Rappelez-moi", 2.0)

    (action,) = setup.app.wait("/recorded")
    recording = setup.client.calls(call).recordings.list()[0]
    assert (recording.source, action.form["RecordingUrl"].split("/")[-1]) == ("RecordVerb", recording.sid)


def test_outbound_call_recorded_from_its_start(setup: Setup) -> None:
    call = setup.client.calls.create(
        to=setup.callee, from_=setup.own, url=setup.at("/answer"), record=True,
        recording_status_callback=setup.at("/notice/recording"),
    ).sid  # fmt: skip
    setup.app.wait("/answer")
    setup.pause(2.0)
    setup.client.calls(call).update(status="completed")

    (done,) = setup.app.wait("/notice/recording")
    assert (done.form["RecordingSource"], done.form["CallSid"]) == ("OutboundAPI", call)


def test_room_recording_is_found_by_its_room(setup: Setup) -> None:
    setup.app.answers["/join"] = (
        '<Response><Dial><Conference waitUrl="" record="record-from-start">room</Conference></Dial></Response>'
    )
    for number in (setup.callee, setup.other):
        setup.client.calls.create(to=number, from_=setup.own, url=setup.at("/join"))
    room = eventually(lambda: setup.client.conferences.list(status="in-progress"))[0]
    recordings = setup.client.conferences(room.sid).recordings

    (recording,) = eventually(recordings.list)
    assert (recording.source, recording.conference_sid) == ("Conference", room.sid)
    assert recordings("Twilio.CURRENT").update(status="paused").status == "paused"
    assert recordings(recording.sid).fetch().status == "paused"
    assert [found.sid for found in setup.client.recordings.list(conference_sid=room.sid)] == [recording.sid]
    setup.client.conferences(room.sid).update(status="completed")
    eventually(lambda: recordings(recording.sid).fetch().status == "completed")
