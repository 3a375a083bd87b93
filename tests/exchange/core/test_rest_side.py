"""What REST sets off: placed calls, their pacing, detection, cancelling, redirecting, messages."""

import pytest

from exchange.errors import ExchangeError
from exchange.leg import Leg
from exchange.orders import Detection, PlaceCall, SendMessage
from exchange.records import StatusHook
from tests.exchange.core.rig import AGENT, HOTLINE, Phone, Rig, play

ALL = frozenset({"initiated", "ringing", "answered", "completed"})


def order(rig: Rig, **more: object) -> PlaceCall:
    return PlaceCall(
        HOTLINE, AGENT, rig.app.hook("/out"), status=StatusHook(rig.app.base + "/notice/s", "POST", ALL), **more
    )  # type: ignore[arg-type]


def test_a_placed_call() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages["/out"] = "<Say>hello</Say>"
        phone = rig.phone(AGENT)
        call = rig.switch.place(order(rig, send_digits="12w3"))
        assert call.status == "queued"
        await rig.until(lambda: len(rig.app.forms("/notice/s")) == 4)
        form = rig.app.forms("/out")[0]
        assert (form["CallStatus"], form["Direction"], form["From"], form["To"]) == (
            "in-progress",
            "outbound-api",
            HOTLINE,
            AGENT,
        )
        assert phone.heard == ["12w3", "hello"]
        assert call.duration is not None

    play(work)


def test_inline_twiml() -> None:
    async def work(rig: Rig) -> None:
        phone = rig.phone(AGENT)
        call = rig.switch.place(PlaceCall(HOTLINE, AGENT, twiml="<Response><Say>inline</Say></Response>"))
        await rig.until(lambda: call.ended)
        assert phone.heard == ["inline"]
        call = rig.switch.place(PlaceCall(HOTLINE, AGENT, twiml="<Response><Gather action='/x'/></Response>"))
        await rig.until(lambda: call.ended)
        assert rig.codes() == [11100]
        assert "application error" in phone.heard[-1]

    play(work)


@pytest.mark.parametrize(
    ("phone", "status", "sip"),
    [(Phone(decline="busy"), "busy", "486"), (Phone(after=None), "no-answer", "487"), (None, "failed", "404")],
)
def test_how_a_placed_call_may_fail(phone: Phone | None, status: str, sip: str) -> None:
    async def work(rig: Rig) -> None:
        if phone is not None:
            rig.phone(AGENT, phone)
        call = rig.switch.place(order(rig, timeout=6.0))
        await rig.until(lambda: call.ended)
        assert call.status == status
        assert call.duration is None
        await rig.until(lambda: any("CallDuration" in form for form in rig.app.forms("/notice/s")))
        last = max(rig.app.forms("/notice/s"), key=lambda form: int(form["SequenceNumber"]))
        assert (last["CallStatus"], last["CallDuration"], last["SipResponseCode"]) == (status, "0", sip)
        assert rig.app.to("/out") == []

    play(work)


def test_only_completed_is_numbered_zero() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages["/out"] = ""
        rig.phone(AGENT)
        rig.switch.place(PlaceCall(HOTLINE, AGENT, rig.app.hook("/out"), status=StatusHook(rig.app.base + "/notice/s")))
        await rig.until(lambda: rig.app.forms("/notice/s"))
        assert rig.app.forms("/notice/s")[0]["SequenceNumber"] == "0"

    play(work)


@pytest.mark.parametrize(
    ("machine", "mode", "verdict"),
    [(False, "Enable", "human"), (True, "Enable", "machine_start"), (True, "DetectMessageEnd", "machine_end_beep")],
)
def test_machine_detection(machine: bool, mode: str, verdict: str) -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages["/out"] = "<Pause length='20'/>"
        rig.phone(AGENT, Phone(machine=machine))
        rig.switch.place(order(rig, detection=Detection(mode)))
        await rig.until(lambda: rig.app.forms("/out"))
        assert rig.app.forms("/out")[0]["AnsweredBy"] == verdict
        hook = rig.app.hook("/notice/amd")
        call = rig.switch.place(order(rig, detection=Detection(mode, asynchronous=True, hook=hook)))
        await rig.until(lambda: rig.app.forms("/notice/amd"))
        form = rig.app.forms("/notice/amd")[0]
        assert (form["AnsweredBy"], form["CallSid"]) == (verdict, call.sid)
        assert int(form["MachineDetectionDuration"]) > 0
        assert "AnsweredBy" not in rig.app.forms("/out")[1]

    play(work)


def test_starts_are_paced() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages["/out"] = "<Pause length='30'/>"
        rig.phone(AGENT)
        calls = [rig.switch.place(order(rig)) for _ in range(4)]
        assert [round(call.queue_time_ms, -3) for call in calls] == [0, 1000, 2000, 3000]
        await rig.until(lambda: len(rig.app.to("/out")) == 4)
        for place, call in enumerate(calls):
            timeline = rig.switch.timeline(call.sid)
            assert timeline.of("ringing")[0].at_ms - timeline.of("dialled")[0].at_ms >= 990 * place

    play(work, cps=1.0, speed=20.0)


def test_cancel_and_complete() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages["/out"] = "<Pause length='60'/>"
        phone = rig.phone(AGENT, Phone(after=None))
        call = rig.switch.place(order(rig))
        await rig.until(lambda: phone.lines)
        rig.switch.finish(call.sid, "canceled")
        assert call.status == "canceled"
        assert phone.endings == ["canceled"]
        call = rig.switch.place(order(rig))
        await rig.until(lambda: len(phone.lines) == 2)
        phone.line.answer()
        rig.switch.finish(call.sid, "canceled")
        assert call.status == "in-progress"
        rig.switch.finish(call.sid, "completed")
        assert call.status == "completed"
        for attempt in (
            lambda: rig.switch.finish(call.sid, "completed"),
            lambda: rig.switch.redirect(call.sid, rig.app.hook("/x")),
        ):
            with pytest.raises(ExchangeError) as gone:
                attempt()
            assert (gone.value.code, gone.value.http_status) == (21220, 400)

    play(work)


def test_an_answer_crosses_a_cancel() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages["/out"] = "<Pause length='60'/>"
        rig.switch.faults.set("answer_crosses_cancel")
        phone = rig.phone(AGENT, Phone(after=None))
        call = rig.switch.place(order(rig))
        await rig.until(lambda: phone.lines)
        rig.switch.finish(call.sid, "canceled")
        assert call.status == "in-progress"

    play(work)


@pytest.mark.parametrize(
    "document", ["<Say>{}</Say>", "<Gather action='/g'><Say>{}</Say></Gather>", "<Say>y</Say><Pause length='50'/>"]
)
def test_a_redirect_cuts_off_without_an_action(document: str) -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= {"/voice": document.format("x" * 2000), "/moved": "<Say>moved</Say>"}
        phone, leg = rig.dial()
        await rig.until(lambda: leg.call.status == "in-progress")
        rig.switch.redirect(leg.call.sid, rig.app.hook("/moved"))
        await rig.over(leg)
        assert phone.heard[-1] == "moved"
        assert {asked.path for asked in rig.app.asked} == {"/voice", "/moved", "/notice/number"}

    play(work)


def test_reject_and_hangup() -> None:
    async def work(rig: Rig) -> None:
        for document, status in (
            ("<Reject/>", "no-answer"),
            ("<Reject reason='busy'/>", "busy"),
            ("<Hangup/>", "completed"),
            ("<Say>x</Say><Reject/>", "completed"),
            ("", "completed"),
        ):
            rig.app.pages["/voice"] = document
            _, leg = rig.dial()
            await rig.over(leg)
            assert leg.call.status == status
            assert (leg.answered_at is None) == document.startswith("<Reject")

    play(work)


def test_a_pause_first_delays_the_answer() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages["/voice"] = "<Pause length='4'/><Say>x</Say>"
        _, leg = rig.dial()
        await rig.over(leg)
        answered, requested = leg.timeline.of("answered")[0], leg.timeline.of("requested")[0]
        assert answered.at_ms - requested.at_ms >= 3900

    play(work)


def test_an_unknown_number() -> None:
    async def work(rig: Rig) -> None:
        phone, leg = rig.dial(to="+33199999999")
        await rig.over(leg)
        assert phone.endings == ["failed"]

    play(work)


def test_messages() -> None:
    async def work(rig: Rig) -> None:
        hook = StatusHook(rig.app.base + "/notice/sms")
        message = rig.switch.messages.send(SendMessage(HOTLINE, AGENT, "bonjour", hook))
        assert message.status == "queued"
        await rig.until(lambda: message.status == "delivered")
        await rig.until(lambda: len(rig.app.forms("/notice/sms")) == 2)
        assert {form["MessageStatus"] for form in rig.app.forms("/notice/sms")} == {"sent", "delivered"}
        for bad, code in ((SendMessage(HOTLINE, "abc", "x"), 21211), (SendMessage(HOTLINE, AGENT, "x" * 1601), 21617)):
            with pytest.raises(ExchangeError) as refused:
                rig.switch.messages.send(bad)
            assert refused.value.code == code

    play(work)


def test_a_phone_that_breaks_does_not_break_the_call() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages["/voice"] = "<Say>x</Say><Say>y</Say>"
        phone = Phone()
        phone.answered = lambda line: 1 / 0  # type: ignore[method-assign,assignment]
        _, leg = rig.dial(phone)
        await rig.over(leg)
        assert phone.heard == ["x", "y"]
        assert isinstance(leg, Leg)

    play(work)
