"""Rooms and those in them, through the `twilio` library."""

import pytest
from twilio.base.exceptions import TwilioRestException

from tests.exchange.contract.conftest import Setup
from tests.exchange.contract.webhook_app import eventually

ROOM_EVENTS = ["start", "end", "join", "leave", "mute", "hold", "modify"]


def join(setup: Setup, room: str, to: str, attributes: str = "") -> str:
    """A live call in the room."""
    path = f"/join-{to.strip('+')}"
    setup.app.answers[path] = (
        f'<Response><Dial action="/out"><Conference waitUrl="" {attributes} statusCallback="/notice/room" '
        f'statusCallbackEvent="{" ".join(ROOM_EVENTS)}">{room}</Conference></Dial></Response>'
    )
    call = setup.client.calls.create(to=to, from_=setup.own, url=setup.at(path)).sid
    eventually(lambda: call in participants(setup, room))
    return call


def participants(setup: Setup, room: str) -> list[str]:
    """Who is in the live room of that name."""
    rooms = setup.client.conferences.list(friendly_name=room)
    if not rooms:
        return []
    return [leg.call_sid for leg in setup.client.conferences(rooms[0].sid).participants.list()]


def room_sid(setup: Setup, room: str) -> str:
    """The newest room of that name."""
    return setup.client.conferences.list(friendly_name=room)[0].sid


def events(setup: Setup) -> list[str]:
    """The room's callbacks so far, by number."""
    notices = sorted(setup.app.at("/notice/room"), key=lambda notice: int(notice.form["SequenceNumber"]))
    return [notice.form["StatusCallbackEvent"] for notice in notices]


def test_room_starts_with_two_and_lists_them(setup: Setup) -> None:
    first = join(setup, "room-1", setup.callee)
    assert setup.client.conferences.list(friendly_name="room-1")[0].status == "init"
    second = join(setup, "room-1", setup.other)

    room = setup.client.conferences(room_sid(setup, "room-1")).fetch()
    assert (room.friendly_name, room.status, room.region) == ("room-1", "in-progress", "us1")
    assert room.reason_conference_ended is None
    assert [leg.call_sid for leg in setup.client.conferences(room.sid).participants.list()] == [first, second]
    assert setup.client.conferences.list(status="completed") == []
    setup.app.wait("/notice/room", 3)
    assert set(events(setup)) == {"participant-join", "conference-start"}


def test_mute_and_hold_show_in_the_resource_and_in_callbacks(setup: Setup) -> None:
    call = join(setup, "room-2", setup.callee)
    join(setup, "room-2", setup.other)
    leg = setup.client.conferences(room_sid(setup, "room-2")).participants(call)

    assert leg.update(muted=True).muted is True
    assert leg.update(hold=True, hold_url=setup.at("/hold")).hold is True
    (request,) = setup.app.wait("/hold")
    assert request.method == "GET"
    fetched = leg.fetch()
    assert (fetched.muted, fetched.hold, fetched.coaching) == (True, True, False)
    assert leg.update(hold=False, muted=False).hold is False
    wanted = {"participant-mute", "participant-hold", "participant-unhold", "participant-unmute"}
    eventually(lambda: wanted <= set(events(setup)))


def test_list_of_participants_filters(setup: Setup) -> None:
    first = join(setup, "room-3", setup.callee)
    second = join(setup, "room-3", setup.other)
    legs = setup.client.conferences(room_sid(setup, "room-3")).participants
    legs(first).update(muted=True)

    assert [leg.call_sid for leg in legs.list(muted=True)] == [first]
    assert [leg.call_sid for leg in legs.list(muted=False)] == [second]
    assert legs.list(hold=True) == []
    assert legs.list(coaching=True) == []


def test_coach_whispers_to_one(setup: Setup) -> None:
    agent = join(setup, "room-4", setup.callee)
    supervisor = join(setup, "room-4", setup.other)
    leg = setup.client.conferences(room_sid(setup, "room-4")).participants(supervisor)

    coaching = leg.update(coaching=True, call_sid_to_coach=agent)

    assert (coaching.coaching, coaching.call_sid_to_coach) == (True, agent)
    assert leg.update(coaching=False).coaching is False


def test_kick_leaves_the_room_and_runs_the_action(setup: Setup) -> None:
    first = join(setup, "room-5", setup.callee)
    second = join(setup, "room-5", setup.other)
    room = setup.client.conferences(room_sid(setup, "room-5"))

    assert room.participants(second).delete()

    (action,) = setup.app.wait("/out")
    assert action.form["CallSid"] == second
    assert [leg.call_sid for leg in room.participants.list()] == [first]
    with pytest.raises(TwilioRestException) as gone:
        room.participants(second).fetch()
    assert gone.value.code == 20404


def test_room_is_ended(setup: Setup) -> None:
    join(setup, "room-6", setup.callee)
    join(setup, "room-6", setup.other)
    room = setup.client.conferences(room_sid(setup, "room-6"))

    assert room.update(status="completed").status == "completed"

    setup.app.wait("/out", 2)
    ended = room.fetch()
    assert (ended.status, ended.reason_conference_ended) == ("completed", "conference-ended-via-api")
    eventually(lambda: "conference-end" in events(setup))
    last = next(n for n in setup.app.at("/notice/room") if n.form["StatusCallbackEvent"] == "conference-end")
    assert last.form["ReasonConferenceEnded"] == "conference-ended-via-api"


def test_end_on_exit_can_be_set_later(setup: Setup) -> None:
    first = join(setup, "room-7", setup.callee)
    join(setup, "room-7", setup.other)
    room = setup.client.conferences(room_sid(setup, "room-7"))

    assert room.participants(first).update(end_conference_on_exit=True).end_conference_on_exit is True
    setup.client.calls(first).update(status="completed")

    eventually(lambda: room.fetch().status == "completed")
    ended = room.fetch()
    assert ended.reason_conference_ended == "participant-with-end-conference-on-exit-left"
    assert ended.call_sid_ending_conference == first


def test_announcement_is_fetched_and_heard(setup: Setup) -> None:
    join(setup, "room-8", setup.callee)
    join(setup, "room-8", setup.other)
    setup.app.answers["/announce"] = "<Response><Say>Fermeture dans cinq minutes</Say></Response>"

    setup.client.conferences(room_sid(setup, "room-8")).update(announce_url=setup.at("/announce"))

    setup.app.wait("/announce")
    eventually(lambda: any(sound.text.startswith("Fermeture") for sound in setup.phone.heard))


def test_participant_is_dialled_in_by_room_name(setup: Setup) -> None:
    join(setup, "room-9", setup.callee)

    added = setup.client.conferences("room-9").participants.create(
        from_=setup.own, to=setup.other, label="expert", end_conference_on_exit=False, beep="false",
        status_callback=setup.at("/notice/leg"), status_callback_event=["ringing", "answered"],
    )  # fmt: skip

    assert (added.status, added.label, added.conference_sid) == ("queued", "expert", room_sid(setup, "room-9"))
    room = setup.client.conferences(added.conference_sid)
    eventually(lambda: room.participants("expert").fetch().status == "connected")
    assert room.participants("expert").fetch().call_sid == added.call_sid
    assert setup.client.calls(added.call_sid).fetch().direction == "outbound-api"
    setup.app.wait("/notice/leg", 2)
    assert room.fetch().status == "in-progress"


def test_participant_opens_a_room_that_is_not_there(setup: Setup) -> None:
    added = setup.client.conferences("fresh").participants.create(from_=setup.own, to=setup.callee)

    eventually(setup.client.conferences(added.conference_sid).participants.list)
    assert setup.client.conferences(added.conference_sid).fetch().friendly_name == "fresh"


def test_participant_and_room_are_recorded_apart(setup: Setup) -> None:
    added = setup.client.conferences("taped").participants.create(
        from_=setup.own, to=setup.callee, record=True, conference_record="record-from-start",
        recording_status_callback=setup.at("/notice/leg"),
        conference_recording_status_callback=setup.at("/notice/taped"),
    )  # fmt: skip
    join(setup, "taped", setup.other)
    eventually(setup.client.conferences(added.conference_sid).recordings.list)

    setup.client.conferences(added.conference_sid).update(status="completed")

    (leg,) = setup.app.wait("/notice/leg")
    (room,) = setup.app.wait("/notice/taped")
    assert (leg.form["RecordingSource"], leg.form["CallSid"]) == ("OutboundAPI", added.call_sid)
    assert (room.form["RecordingSource"], room.form["ConferenceSid"]) == ("Conference", added.conference_sid)


@pytest.mark.direct  # the proxy takes an empty address for a fault of the client
def test_waiting_in_silence_or_to_a_document(setup: Setup) -> None:
    rooms = setup.client.conferences
    rooms("silent").participants.create(from_=setup.own, to=setup.callee, wait_url="")
    eventually(lambda: [sound.kind for sound in setup.phone.heard] == ["silence"])

    rooms("played").participants.create(from_=setup.own, to=setup.other, wait_url=setup.at("/wait"))
    (request,) = setup.app.wait("/wait")
    assert request.method == "POST"


def test_hold_without_a_document_is_music(setup: Setup) -> None:
    call = join(setup, "room-11", setup.callee)
    join(setup, "room-11", setup.other)

    setup.client.conferences(room_sid(setup, "room-11")).participants(call).update(hold=True)

    eventually(lambda: setup.phone.heard[-1].kind == "hold")


@pytest.mark.direct
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"to": "nobody"}, 21211),
        ({"from_": "+33687654321"}, 21210),
        ({"timeout": 4}, 21208),
        ({"beep": "loud"}, 20001),
        ({"label": "a/b"}, 16023),
        ({"label": "x" * 129}, 16023),
        ({"max_participants": 251}, 20001),
        ({"coaching": True}, 20001),
        ({"machine_detection": "Enable"}, 21262),
        ({"wait_url": "nonsense"}, 21205),
        ({"time_limit": 86401}, 20001),
    ],
)
def test_refused_participants(setup: Setup, change: dict[str, object], code: int) -> None:
    with pytest.raises(TwilioRestException) as refused:
        setup.client.conferences("room").participants.create(**({"from_": setup.own, "to": setup.callee} | change))

    assert (refused.value.code, refused.value.status) == (code, 400)
    assert setup.client.calls.list() == []


def test_label_is_taken_once(setup: Setup) -> None:
    join(setup, "room-12", setup.callee, 'participantLabel="expert"')
    with pytest.raises(TwilioRestException) as refused:
        setup.client.conferences("room-12").participants.create(from_=setup.own, to=setup.other, label="expert")

    assert refused.value.code == 16025
    assert len(setup.client.calls.list()) == 1


def test_coached_one_must_be_in_the_room(setup: Setup) -> None:
    call = join(setup, "room-13", setup.callee)
    with pytest.raises(TwilioRestException) as refused:
        setup.client.conferences(room_sid(setup, "room-13")).participants(call).update(
            coaching=True, call_sid_to_coach="CA" + "0" * 32
        )

    assert refused.value.code == 13240


@pytest.mark.direct
def test_participants_machine_detection_is_always_asynchronous(setup: Setup) -> None:
    form = {"To": setup.callee, "From": setup.own, "MachineDetection": "Enable", "AsyncAmd": "true"}

    assert setup.raw("POST", "/Conferences/room/Participants.json", data=form).json()["code"] == 21263


def test_ended_room_takes_no_changes(setup: Setup) -> None:
    call = join(setup, "room-10", setup.callee)
    room = setup.client.conferences(room_sid(setup, "room-10"))
    room.update(status="completed")

    with pytest.raises(TwilioRestException) as gone:
        room.participants(call).update(muted=True)
    assert (gone.value.code, gone.value.status) == (20404, 404)
