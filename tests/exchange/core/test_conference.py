"""Conferences: starting, ending, waiting, holding, coaching, kicking, announcing, events."""

from typing import Any

import pytest

from exchange.errors import ExchangeError
from exchange.leg import Leg
from exchange.orders import AddParticipant, ParticipantChange
from exchange.records import Hook, Number, StatusHook
from tests.exchange.core.rig import AGENT, HOTLINE, OTHER, Phone, Rig, play

EVENTS = "start end join leave mute hold modify speaker announcement"


def room(attributes: str = "", name: str = "R", dial: str = 'action="/done"', callbacks: bool = True) -> str:
    status = f'statusCallback="/notice/room" statusCallbackEvent="{EVENTS}"' if callbacks else ""
    return f"<Dial {dial}><Conference {status} {attributes}>{name}</Conference></Dial>"


async def enter(rig: Rig, document: str, number: str) -> tuple[Phone, Leg]:
    path = f"/n{number[1:]}"
    rig.switch.numbers[number] = Number(number, Hook(rig.app.base + path))
    rig.app.pages[path] = document
    phone, leg = rig.dial(to=number)
    await rig.until(lambda: leg.timeline.of("joined"))
    return phone, leg


def events(rig: Rig, name: str | None = None) -> list[dict[str, str]]:
    found = sorted(rig.app.forms("/notice/room"), key=lambda form: int(form["SequenceNumber"]))
    return [form for form in found if name in {None, form["StatusCallbackEvent"]}]


def page(rig: Rig, **pages: Any) -> None:
    rig.app.pages |= {"/done": "<Say>done</Say>"} | {"/" + name: text for name, text in pages.items()}


def test_it_starts_with_two_of_whom_one_starts_it() -> None:
    async def work(rig: Rig) -> None:
        page(rig, wait="<Say>one moment</Say>")
        first, a = await enter(rig, room('startConferenceOnEnter="false" waitUrl="/wait"'), "+33100000001")
        await rig.until(lambda: "one moment" in first.heard)
        second, b = await enter(rig, room('startConferenceOnEnter="false" waitUrl=""'), "+33100000002")
        assert first.peers == []
        third, c = await enter(rig, room('waitUrl="" beep="onEnter" endConferenceOnExit="true"'), "+33100000003")
        assert first.peers == [b.call.sid]
        second.line.speak("hello")
        assert "hello" in first.heard
        assert "hello" in third.heard
        await rig.switch.clock.sleep(3)
        assert len(rig.app.to("/wait")) == 1
        third.line.hang_up()
        await rig.over(a)
        await rig.over(b)
        assert (first.heard[-1], second.heard[-1]) == ("done", "done")
        await rig.until(lambda: events(rig, "conference-end"))
        assert [form["StatusCallbackEvent"] for form in events(rig)] == [
            "participant-join", "participant-join", "participant-join", "conference-start",
            "participant-leave", "participant-leave", "participant-leave", "conference-end",
        ]  # fmt: skip
        assert [form["SequenceNumber"] for form in events(rig)] == [str(n) for n in range(1, 9)]
        left = {form["CallSid"]: form["ReasonParticipantLeft"] for form in events(rig, "participant-leave")}
        assert left == {
            c.call.sid: "participant_hung_up",
            a.call.sid: "moderator_ended_conference",
            b.call.sid: "moderator_ended_conference",
        }
        end = events(rig, "conference-end")[0]
        assert end["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-left"
        assert end["CallSidEndingConference"] == c.call.sid
        form = rig.app.forms("/done")[0]
        assert form["DialCallStatus"] == "answered"
        assert not {"DialCallSid", "DialCallDuration"} & set(form)

    play(work)


def test_the_first_to_join_fixes_the_callbacks() -> None:
    async def work(rig: Rig) -> None:
        page(rig)
        await enter(rig, room(callbacks=False), "+33100000001")
        phone, leg = await enter(rig, room(), "+33100000002")
        phone.line.hang_up()
        await rig.over(leg)
        assert events(rig) == []

    play(work)


def test_a_fault_loses_the_first_joiners_callbacks() -> None:
    async def work(rig: Rig) -> None:
        page(rig)
        rig.switch.faults.set("conference_without_callbacks")
        phone, leg = await enter(rig, room(), "+33100000001")
        phone.line.hang_up()
        await rig.over(leg)
        assert events(rig) == []

    play(work)


def test_a_room_name_is_free_again_once_over() -> None:
    async def work(rig: Rig) -> None:
        page(rig)
        phone, leg = await enter(rig, room(), "+33100000001")
        first = rig.switch.conferences.get("R").sid
        phone.line.hang_up()
        await rig.over(leg)
        assert rig.switch.conferences.get(first).status == "completed"
        assert rig.switch.conferences.get(first).reason_ended == "last-participant-left"
        await enter(rig, room(), "+33100000002")
        assert rig.switch.conferences.get("R").sid != first

    play(work)


def test_hold_mute_and_their_documents() -> None:
    async def work(rig: Rig) -> None:
        page(rig, hold="<Say>held</Say>")
        first, a = await enter(rig, room('waitUrl=""'), "+33100000001")
        second, b = await enter(rig, room('waitUrl=""'), "+33100000002")
        rooms, sid = rig.switch.conferences, rig.switch.conferences.get("R").sid
        rooms.update_participant(sid, a.call.sid, ParticipantChange(muted=True))
        first.line.speak("unheard")
        assert "unheard" not in second.heard
        rooms.update_participant(sid, a.call.sid, ParticipantChange(muted=False))
        rooms.update_participant(
            sid, a.call.sid, ParticipantChange(hold=True, hold_document=rig.app.hook("/hold", "GET"))
        )
        second.line.speak("secret")
        await rig.until(lambda: "held" in first.heard)
        assert "secret" not in first.heard
        assert first.peers == [b.call.sid, None]
        assert rig.app.to("/hold")[0].method == "GET"
        rooms.update_participant(sid, a.call.sid, ParticipantChange(hold=False))
        second.line.speak("back")
        assert "back" in first.heard
        assert first.peers == [b.call.sid, None, b.call.sid]
        await rig.until(lambda: events(rig, "participant-unhold"))
        names = {form["StatusCallbackEvent"] for form in events(rig)}
        assert {"participant-mute", "participant-unmute", "participant-hold", "participant-unhold"} <= names
        assert events(rig, "participant-hold")[0]["Hold"] == "true"

    play(work)


def test_a_coach_is_heard_by_one_only() -> None:
    async def work(rig: Rig) -> None:
        page(rig)
        caller, _a = await enter(rig, room('waitUrl=""'), "+33100000001")
        agent, b = await enter(rig, room('waitUrl=""'), "+33100000002")
        coach, c = await enter(rig, room(f'waitUrl="" coach="{b.call.sid}"'), "+33100000003")
        coach.line.speak("offer a refund")
        assert "offer a refund" in agent.heard
        assert "offer a refund" not in caller.heard
        caller.line.speak("well?")
        assert "well?" in coach.heard
        rig.switch.conferences.update_participant("R", c.call.sid, ParticipantChange(coaching=False))
        coach.line.speak("hello all")
        assert "hello all" in caller.heard
        phone, leg = rig.dial(to="+33100000004")
        rig.switch.numbers["+33100000004"] = Number("+33100000004", Hook(rig.app.base + "/n4"))
        rig.app.pages["/n4"] = room('coach="CA00000000000000000000000000000000"')
        phone, leg = rig.dial(to="+33100000004")
        await rig.over(leg)
        assert 13240 in rig.codes()
        assert phone.heard == ["done"]

    play(work)


def test_kick_label_and_announcement() -> None:
    async def work(rig: Rig) -> None:
        page(rig, news="<Say>five minutes</Say><Play>/none.wav</Play>")
        first, a = await enter(rig, room('waitUrl="" participantLabel="caller"'), "+33100000001")
        second, _b = await enter(rig, room('waitUrl=""'), "+33100000002")
        rooms = rig.switch.conferences
        assert rooms.participant("R", "caller").call_sid == a.call.sid
        rooms.announce("R", rig.app.hook("/news"))
        await rig.until(lambda: events(rig, "announcement-fail"))
        assert "five minutes" in first.heard
        assert "five minutes" in second.heard
        rooms.update_participant("R", "caller", ParticipantChange(announce=rig.app.hook("/news")))
        rooms.kick("R", "caller")
        await rig.over(a)
        assert first.heard[-1] == "done"
        with pytest.raises(ExchangeError):
            rooms.kick("R", "caller")
        leave = events(rig, "participant-leave")[0]
        assert leave["ReasonParticipantLeft"] == "participant_updated_via_api"
        assert leave["ParticipantLabel"] == "caller"

    play(work)


def test_a_label_in_use_skips_the_room_and_runs_on() -> None:
    async def work(rig: Rig) -> None:
        page(rig)
        await enter(rig, room('participantLabel="x"'), "+33100000001")
        rig.app.pages["/voice"] = room('participantLabel="x"')
        phone, leg = rig.dial()
        await rig.over(leg)
        assert 16025 in rig.codes()
        assert phone.heard == ["done"]

    play(work)


def test_a_full_room() -> None:
    async def work(rig: Rig) -> None:
        page(rig)
        await enter(rig, room('maxParticipants="2"'), "+33100000001")
        await enter(rig, room(), "+33100000002")
        rig.app.pages["/voice"] = room()
        _, leg = rig.dial()
        await rig.over(leg)
        assert 16020 in rig.codes()

    play(work)


def test_a_wait_document_may_not_gather() -> None:
    async def work(rig: Rig) -> None:
        page(rig, wait="<Gather/>", voice=room('waitUrl="/wait"'), fallback="<Say>fallback</Say>")
        phone, leg = rig.dial()
        await rig.over(leg)
        assert 13238 in rig.codes()
        assert phone.heard == ["fallback"]

    play(work, fallback=True)


def test_ending_over_rest() -> None:
    async def work(rig: Rig) -> None:
        page(rig)
        _, a = await enter(rig, room(), "+33100000001")
        _, b = await enter(rig, room(), "+33100000002")
        sid = rig.switch.conferences.get("R").sid
        rig.switch.conferences.end(sid)
        await rig.over(a)
        await rig.over(b)
        with pytest.raises(ExchangeError):
            rig.switch.conferences.end(sid)
        await rig.until(lambda: events(rig, "conference-end"))
        assert events(rig, "conference-end")[0]["ReasonConferenceEnded"] == "conference-ended-via-api"
        assert {form["ReasonParticipantLeft"] for form in events(rig, "participant-leave")} == {
            "conference_ended_via_api"
        }

    play(work)


def test_a_redirect_out_of_a_room() -> None:
    async def work(rig: Rig) -> None:
        page(rig, moved="<Say>moved</Say>")
        first, a = await enter(rig, room(), "+33100000001")
        second, b = await enter(rig, room(), "+33100000002")
        rig.switch.redirect(a.call.sid, rig.app.hook("/moved"))
        await rig.over(a)
        assert first.heard == ["moved"]
        assert len(rig.app.forms("/done")) == 1
        assert events(rig, "participant-leave")[0]["ReasonParticipantLeft"] == "participant_updated_via_api"
        assert not b.call.ended
        assert second.peers == [a.call.sid, None]

    play(work)


def test_rest_dials_somebody_into_a_room() -> None:
    async def work(rig: Rig) -> None:
        agent = rig.phone(AGENT)
        hook = StatusHook(rig.app.base + "/notice/room", "POST", frozenset(EVENTS.split()))
        order = AddParticipant("R", HOTLINE, AGENT, label="agent", conference_status=hook, end_on_exit=True)
        participant = rig.switch.conferences.add(order)
        assert participant.status == "queued"
        assert rig.switch.conferences.participant("R", "agent").call_sid == participant.call_sid
        await rig.until(lambda: participant.status == "connected")
        rig.switch.conferences.add(AddParticipant("R", HOTLINE, OTHER))
        other = rig.phone(OTHER)
        await rig.until(lambda: other.lines or True)
        await rig.until(lambda: events(rig, "participant-join"))
        agent.line.hang_up()
        await rig.until(lambda: events(rig, "conference-end"))

    play(work)


def test_a_participant_who_cannot_be_reached() -> None:
    async def work(rig: Rig) -> None:
        participant = rig.switch.conferences.add(AddParticipant("R", HOTLINE, AGENT))
        await rig.until(lambda: participant.status == "failed")
        assert rig.switch.conferences.list()[0].status == "completed"

    play(work)


def test_a_conference_recording() -> None:
    async def work(rig: Rig) -> None:
        page(rig)
        recorded = 'record="record-from-start" recordingStatusCallback="/notice/rec" trim="do-not-trim"'
        first, _a = await enter(rig, room(recorded), "+33100000001")
        second, _b = await enter(rig, room(), "+33100000002")
        first.line.speak("hello", 2.0)
        await rig.switch.clock.sleep(2)
        first.line.hang_up()
        second.line.hang_up()
        await rig.until(lambda: rig.app.forms("/notice/rec"))
        form = rig.app.forms("/notice/rec")[0]
        assert form["RecordingSource"] == "Conference"
        assert form["ConferenceSid"] == rig.switch.conferences.list()[0].sid
        assert "CallSid" not in form
        assert rig.switch.recordings.media(form["RecordingSid"])[:4] == b"RIFF"

    play(work)
