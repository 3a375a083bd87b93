"""Dial to phones: outcomes, forks, screening, caller ids, limits, interruptions, recordings."""

import io
import wave

import pytest

from exchange.behaviour import Behaviour
from exchange.records import Hook
from tests.exchange.core.rig import AGENT, CALLER, HOTLINE, OTHER, Phone, Rig, play


def dialled(dial: str, **extra: str) -> dict[str, object]:
    return {"/voice": dial, "/done": "<Say>done</Say>", **extra}


def test_answer_talk_and_action() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= dialled(
            f'<Dial action="/done"><Number statusCallback="/notice/leg" '
            f'statusCallbackEvent="initiated ringing answered completed">{AGENT}</Number></Dial>'
        )
        agent = rig.phone(AGENT)
        caller, leg = rig.dial()
        await rig.until(lambda: caller.peers)
        child = rig.switch.calls[caller.peers[0] or ""]
        assert (child.direction, child.parent_sid, child.from_number) == ("outbound-dial", leg.call.sid, CALLER)
        caller.line.speak("Bonjour")
        agent.line.press("5")
        assert "Bonjour" in agent.heard
        assert any(sound.kind == "digits" and sound.text == "5" for sound in caller.sounds)
        agent.line.hang_up()
        await rig.over(leg)
        form = rig.app.forms("/done")[0]
        assert (form["DialCallStatus"], form["DialBridged"], form["DialCallSid"]) == ("completed", "true", child.sid)
        assert int(form["DialCallDuration"]) >= 0
        assert caller.heard[-1] == "done"
        assert caller.peers == [child.sid, None]
        statuses = {form["SequenceNumber"]: form for form in rig.app.forms("/notice/leg")}
        assert [statuses[str(n)]["CallStatus"] for n in range(4)] == [
            "initiated",
            "ringing",
            "in-progress",
            "completed",
        ]
        assert statuses["3"]["ParentCallSid"] == leg.call.sid
        assert statuses["3"]["CallbackSource"] == "call-progress-events"
        assert statuses["3"]["Timestamp"].endswith("+0000")
        assert "CallDuration" in statuses["3"]
        assert [entry.data["peer"] for entry in leg.timeline.of("bridged")] == [child.sid]

    play(work)


@pytest.mark.parametrize(
    ("phone", "status"),
    [
        (Phone(decline="busy"), "busy"),
        (Phone(after=None), "no-answer"),
        (None, "failed"),
        (Phone(decline="unreachable"), "failed"),
    ],
)
def test_outcomes_without_answer(phone: Phone | None, status: str) -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= dialled(f'<Dial action="/done" timeout="5">{AGENT}</Dial>')
        if phone is not None:
            rig.phone(AGENT, phone)
        _, leg = rig.dial()
        await rig.over(leg)
        form = rig.app.forms("/done")[0]
        assert (form["DialCallStatus"], form["DialBridged"]) == (status, "false")

    play(work)


def test_the_timeout_is_five_seconds_longer_unless_switched() -> None:
    async def rang(rig: Rig) -> None:
        rig.app.pages |= dialled(f'<Dial action="/done" timeout="10">{AGENT}</Dial>')
        rig.phone(AGENT, Phone(after=None))
        _, leg = rig.dial()
        await rig.over(leg)
        child = next(call for call in rig.switch.calls.values() if call.parent_sid)
        assert child.end_time is not None
        assert child.date_created is not None
        lengths.append((child.end_time - child.date_created).total_seconds())

    lengths: list[float] = []
    play(rang)
    play(rang, behaviour=Behaviour(extra_dial_seconds=0.0))
    assert 15.0 <= lengths[0] < 19.0
    assert 10.0 <= lengths[1] < 14.0


def test_without_action_the_next_verb_runs() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages["/voice"] = f"<Dial>{AGENT}</Dial><Say>next</Say>"
        rig.phone(AGENT, Phone(decline="busy"))
        caller, leg = rig.dial()
        await rig.over(leg)
        assert caller.heard == ["next"]

    play(work)


def test_the_first_to_answer_wins_and_the_others_are_dropped() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= dialled(
            f'<Dial action="/done"><Number>{AGENT}</Number><Number>{OTHER}</Number><Client>zoe</Client></Dial>'
        )
        slow, fast = rig.phone(AGENT, Phone(after=9.0)), rig.phone(OTHER, Phone(after=1.0))
        client = rig.phone("client:zoe", Phone(after=None))
        caller, leg = rig.dial()
        await rig.until(lambda: caller.peers)
        assert rig.switch.calls[caller.peers[0] or ""].to_number == OTHER
        assert slow.endings == ["canceled"]
        assert client.endings == ["canceled"]
        fast.line.hang_up()
        await rig.over(leg)

    play(work)


def test_sequential_tries_one_after_the_other() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= dialled(
            f'<Dial action="/done" sequential="true"><Number>{AGENT}</Number><Number>{OTHER}</Number></Dial>'
        )
        first = rig.phone(AGENT, Phone(decline="busy"))
        second = rig.phone(OTHER)
        caller, leg = rig.dial()
        await rig.until(lambda: caller.peers)
        assert first.endings == ["busy"]
        second.line.hang_up()
        await rig.over(leg)
        assert rig.app.forms("/done")[0]["DialCallStatus"] == "completed"

    play(work)


def test_voicemail_wins_before_screening() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= dialled(
            f'<Dial action="/done"><Number url="/screen">{AGENT}</Number><Number>{OTHER}</Number></Dial>',
            **{"/screen": '<Gather numDigits="1" timeout="1" action="/yes"/><Hangup/>', "/yes": ""},
        )
        rig.phone(AGENT, Phone(machine=True))
        other = rig.phone(OTHER, Phone(after=3.0))
        _, leg = rig.dial()
        await rig.over(leg)
        assert other.endings == ["canceled"]
        form = rig.app.forms("/done")[0]
        assert (form["DialCallStatus"], form["DialBridged"]) == ("completed", "false")

    play(work)


def test_screening_accepted_leads_to_the_bridge() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= dialled(
            f'<Dial action="/done"><Number url="/screen">{AGENT}</Number></Dial>',
            **{"/screen": '<Gather numDigits="1" action="/yes"><Say>press 1</Say></Gather><Hangup/>', "/yes": ""},
        )
        agent = rig.phone(AGENT)
        agent.on_asked = lambda line, _: line.press("1")
        caller, leg = rig.dial()
        await rig.until(lambda: caller.peers)
        assert agent.heard == ["press 1"]
        assert rig.app.forms("/screen")[0]["ParentCallSid"] == leg.call.sid
        caller.line.hang_up()
        await rig.until(lambda: rig.app.forms("/done"))
        form = rig.app.forms("/done")[0]
        assert (form["DialCallStatus"], form["CallStatus"]) == ("completed", "completed")
        assert agent.endings == ["completed"]

    play(work)


def test_a_dial_in_a_screening_document_is_refused() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= dialled(
            f'<Dial action="/done"><Number url="/screen">{AGENT}</Number></Dial>',
            **{"/screen": f"<Dial>{OTHER}</Dial>"},
        )
        rig.phone(AGENT)
        _, leg = rig.dial()
        await rig.over(leg)
        assert 13201 in rig.codes()
        assert rig.app.forms("/done")[0]["DialBridged"] == "false"

    play(work)


@pytest.mark.parametrize(
    ("from_number", "caller_id", "seen"),
    [
        (CALLER, "", CALLER),
        (CALLER, HOTLINE, HOTLINE),
        (CALLER, "+15005550006", None),
        ("client:zoe", "", None),
        ("client:zoe", HOTLINE, HOTLINE),
    ],
)
def test_caller_ids(from_number: str, caller_id: str, seen: str | None) -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= dialled(f'<Dial action="/done" callerId="{caller_id}">{AGENT}</Dial>')
        agent = rig.phone(AGENT)
        caller, leg = rig.dial(from_number=from_number)
        if seen is None:
            await rig.over(leg)
            assert 13214 in rig.codes()
            assert rig.app.forms("/done")[0]["DialCallStatus"] == "failed"
        else:
            await rig.until(lambda: caller.peers)
            assert agent.line.call.from_number == seen
            caller.line.hang_up()
            await rig.over(leg)

    play(work)


def test_hangup_on_star_and_time_limit() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= dialled(f'<Dial action="/done" hangupOnStar="true">{AGENT}</Dial>')
        agent = rig.phone(AGENT)
        caller, leg = rig.dial()
        await rig.until(lambda: caller.peers)
        caller.line.press("1*")
        await rig.over(leg)
        assert caller.heard[-1] == "done"
        assert agent.endings == ["completed"]
        rig.app.pages |= dialled(f'<Dial action="/done" timeLimit="2">{AGENT}</Dial>')
        caller, leg = rig.dial()
        await rig.over(leg)
        assert int(rig.app.forms("/done")[1]["DialCallDuration"]) in {2, 3}

    play(work)


def test_answer_on_bridge_leaves_the_caller_unanswered() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= dialled(f'<Dial answerOnBridge="true" action="/done">{AGENT}</Dial>')
        rig.phone(AGENT, Phone(after=4.0))
        caller, leg = rig.dial()
        await rig.until(lambda: AGENT in rig.book and rig.book[AGENT].lines)
        assert leg.call.status == "ringing"
        await rig.until(lambda: caller.peers)
        assert leg.call.status == "in-progress"
        caller.line.hang_up()
        await rig.over(leg)

    play(work)


@pytest.mark.parametrize("status", ["no-answer", "canceled", None])
def test_the_caller_hangs_up_while_it_rings(status: str | None) -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= dialled(f'<Dial action="/done">{AGENT}</Dial>')
        agent = rig.phone(AGENT, Phone(after=None))
        caller, leg = rig.dial()
        await rig.until(lambda: agent.lines)
        caller.line.hang_up()
        await rig.over(leg)
        assert agent.endings == ["canceled"]
        if status is None:
            assert rig.app.forms("/done") == []
        else:
            await rig.until(lambda: rig.app.forms("/done"))
            form = rig.app.forms("/done")[0]
            assert (form["DialCallStatus"], form["CallStatus"]) == (status, "completed")

    if status is None:
        play(work, behaviour=Behaviour(dial_action_after_ringing_hang_up=False))
    else:
        play(work, behaviour=Behaviour(dial_status_after_ringing_hang_up=status))


@pytest.mark.parametrize("first", ["/done", "/moved"])
def test_a_rest_redirect_in_a_dial_makes_both_requests(first: str) -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= dialled(
            f'<Dial action="/done">{AGENT}</Dial>', **{"/moved": "<Say>moved</Say><Pause length='20'/>"}
        )
        agent = rig.phone(AGENT)
        caller, leg = rig.dial()
        await rig.until(lambda: caller.peers)
        if first == "/moved":
            rig.switch.faults.set("redirect_url_first")
        rig.switch.redirect(leg.call.sid, rig.app.hook("/moved"))
        await rig.until(lambda: rig.app.to("/done") and rig.app.to("/moved"))
        assert next(asked.path for asked in rig.app.asked if asked.path in {"/done", "/moved"}) == first
        assert rig.app.forms("/done")[0]["DialCallStatus"] == "completed"
        assert rig.app.forms("/done")[0]["CallStatus"] == "in-progress"
        await rig.until(lambda: "moved" in caller.heard)
        assert "done" not in caller.heard
        assert agent.endings == ["completed"]

    play(work)


def test_redirecting_the_child_ends_the_parents_dial() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= dialled(
            f'<Dial action="/done">{AGENT}</Dial>', **{"/moved": "<Say>moved</Say><Pause length='9'/>"}
        )
        agent = rig.phone(AGENT)
        caller, leg = rig.dial()
        await rig.until(lambda: caller.peers)
        rig.switch.redirect(agent.line.call.sid, rig.app.hook("/moved"))
        await rig.over(leg)
        assert caller.heard == ["done"]
        form = rig.app.forms("/done")[0]
        assert form["DialCallStatus"] == "completed"
        assert "DialCallDuration" not in form
        assert agent.heard == ["moved"]
        assert not agent.line.call.ended

    play(work)


def test_a_dual_recording_has_each_side_on_its_channel() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= dialled(
            f'<Dial action="/done" record="record-from-answer-dual" '
            f'recordingStatusCallback="/notice/rec">{AGENT}</Dial>'
        )
        agent = rig.phone(AGENT)
        caller, leg = rig.dial()
        await rig.until(lambda: caller.peers)
        caller.line.speak("bonjour", 2.0)
        await leg.switch.clock.sleep(3)
        agent.line.hang_up()
        await rig.until(lambda: rig.app.forms("/notice/rec"))
        form = rig.app.forms("/notice/rec")[0]
        assert (form["RecordingStatus"], form["RecordingSource"], form["RecordingChannels"]) == (
            "completed",
            "DialVerb",
            "2",
        )
        assert form["CallSid"] == leg.call.sid
        assert rig.app.forms("/done")[0]["RecordingUrl"] == form["RecordingUrl"]
        with wave.open(io.BytesIO(rig.switch.recordings.media(form["RecordingSid"]))) as audio:
            assert (audio.getnchannels(), audio.getframerate()) == (2, 8000)
            assert abs(audio.getnframes() / 8000 - float(form["RecordingDuration"])) <= 1
            frames = memoryview(audio.readframes(audio.getnframes())).cast("h")
        assert max(frames[0::2]) > 500
        assert max(frames[1::2]) == 0

    play(work)


def test_an_own_number_is_rung_through_a_second_call() -> None:
    async def work(rig: Rig) -> None:
        from exchange.records import Number

        rig.switch.numbers["+33100000001"] = Number("+33100000001", Hook(rig.app.base + "/second"))
        rig.app.pages |= dialled('<Dial action="/done">+33100000001</Dial>', **{"/second": "<Say>second line</Say>"})
        caller, leg = rig.dial()
        await rig.over(leg)
        assert "second line" in caller.heard
        assert rig.app.forms("/second")[0]["From"] == CALLER
        assert rig.app.forms("/done")[0]["DialCallStatus"] == "completed"

    play(work)
