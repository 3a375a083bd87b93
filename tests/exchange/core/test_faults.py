"""Faults on demand (contract section 10)."""

import pytest

from exchange.behaviour import Behaviour
from exchange.errors import ExchangeError
from exchange.faults import FAULTS, Faults
from exchange.orders import PlaceCall
from exchange.records import StatusHook
from tests.exchange.core.rig import AGENT, HOTLINE, Phone, Rig, play

EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})


def place(rig: Rig) -> str:
    rig.app.pages["/out"] = "<Say>x</Say>"
    rig.phone(AGENT)
    hook = StatusHook(rig.app.base + "/notice/s", "POST", EVENTS)
    return rig.switch.place(PlaceCall(HOTLINE, AGENT, rig.app.hook("/out"), status=hook)).sid


def test_probability_count_seed_and_only() -> None:
    def drawn(seed: int) -> list[bool]:
        faults = Faults()
        faults.set("notice_lost", probability=0.5, seed=seed)
        return [faults.strike("notice_lost") is not None for _ in range(50)]

    assert drawn(1) == drawn(1) != drawn(2)
    assert 10 < sum(drawn(1)) < 40
    faults = Faults()
    faults.set("notice_lost", count=2, only="status")
    assert [faults.strike("notice_lost", kind) is not None for kind in ("amd", "status", "status", "status")] == [
        False,
        True,
        True,
        False,
    ]
    faults.clear("notice_lost")
    assert faults.strike("notice_lost", "status") is None
    for name, settings in (("nope", {}), ("notice_lost", {"when": 1}), ("notice_lost", {"count": "x"})):
        with pytest.raises(ExchangeError):
            faults.set(name, **settings)
    with pytest.raises(ExchangeError):
        Behaviour().changed({"queue_size": "x"})


def test_every_fault_is_asked_for_somewhere() -> None:
    from pathlib import Path

    import exchange

    folder = Path(exchange.__file__).parent
    code = "".join(path.read_text() for path in folder.rglob("*.py") if path.name != "faults.py")
    assert [name for name in FAULTS if f'"{name}"' not in code] == []


def test_lost_doubled_late_and_reordered_notices() -> None:
    async def work(rig: Rig) -> None:
        faults = rig.switch.faults
        faults.set("notice_lost", only="status")
        sid = place(rig)
        await rig.until(lambda: rig.switch.get_call(sid).ended)
        await rig.switch.clock.sleep(3)
        assert rig.app.forms("/notice/s") == []
        faults.clear()
        faults.set("notice_twice", only="status")
        place(rig)
        await rig.until(lambda: len(rig.app.forms("/notice/s")) == 8)
        tokens = [asked.headers["I-Twilio-Idempotency-Token"] for asked in rig.app.to("/notice/s")]
        assert len(set(tokens)) == 4
        faults.clear()
        rig.app.asked.clear()
        faults.set("notice_reordered", only="status", count=1, seconds=20)
        place(rig)
        await rig.until(lambda: len(rig.app.forms("/notice/s")) == 4)
        order = [form["SequenceNumber"] for form in rig.app.forms("/notice/s")]
        assert order.index("0") > order.index("1")

    play(work)


def test_control_requests_repeated_lost_and_timed_out() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= {"/voice": "<Say>ok</Say>", "/fallback": "<Say>fallback</Say>"}
        faults = rig.switch.faults
        faults.set("control_twice", only="voice")
        phone, leg = rig.dial()
        await rig.over(leg)
        first, second = rig.app.to("/voice")
        assert first.headers["I-Twilio-Idempotency-Token"] == second.headers["I-Twilio-Idempotency-Token"]
        assert phone.heard == ["ok"]
        faults.clear()
        for fault in ("control_response_lost", "control_timeout"):
            rig.app.asked.clear()
            faults.set(fault, only="voice")
            phone, leg = rig.dial()
            await rig.over(leg)
            assert phone.heard == ["fallback"]
            assert rig.app.forms("/fallback")[0]["ErrorCode"] == "11205"
            assert len(rig.app.to("/voice")) == (1 if fault == "control_response_lost" else 0)
            faults.clear()

    play(work, fallback=True)


def test_signatures_parameters_and_callers() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages["/voice"] = ""
        faults = rig.switch.faults
        faults.set("signature_wrong", only="/voice")
        await rig.over(rig.dial()[1])
        assert not rig.app.to("/voice")[-1].signed
        faults.clear()
        faults.set("signature_missing", only="/voice")
        await rig.over(rig.dial()[1])
        assert "X-Twilio-Signature" not in rig.app.to("/voice")[-1].headers
        faults.clear()
        faults.set("parameters_extra")
        faults.set("geo_missing")
        faults.set("caller_anonymous", value="+266696687")
        faults.set("caller_name_utf8")
        await rig.over(rig.dial()[1])
        asked = rig.app.to("/voice")[-1]
        assert asked.signed
        assert asked.form["Zeta"] == "é"
        assert "ToCountry" not in asked.form
        assert asked.form["From"] == "+266696687"
        assert "Zoë" in asked.form["CallerName"]

    play(work)


def test_hang_ups_at_any_verb() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= {"/voice": "<Say>one</Say><Enqueue action='/left'>q</Enqueue>", "/left": ""}
        rig.switch.faults.set("hang_up_at_verb", only="Enqueue")
        phone, leg = rig.dial()
        await rig.over(leg)
        assert phone.heard == ["one"]
        assert phone.endings == ["completed"]
        assert rig.switch.queues.list() == []

    play(work)


def test_rest_races() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= {
            "/voice": "<Enqueue waitUrl='' action='/left'>q</Enqueue>",
            "/left": "",
            "/moved": "<Say>moved</Say>",
        }
        faults, queues = rig.switch.faults, rig.switch.queues

        async def waiting() -> tuple[Phone, str, str]:
            phone, leg = rig.dial()
            await rig.until(lambda: leg.timeline.of("queued"))
            return phone, leg.call.sid, queues.list()[0].sid

        faults.set("call_gone", count=1)
        _, sid, _ = await waiting()
        with pytest.raises(ExchangeError) as refused:
            rig.switch.redirect(sid, rig.app.hook("/moved"))
        assert refused.value.code == 21220
        faults.set("member_gone", count=1)
        _, sid, queue = await waiting()
        with pytest.raises(ExchangeError) as refused:
            queues.dequeue(queue, "Front", rig.app.hook("/moved"))
        assert refused.value.code == 20404
        faults.set("hang_up_after_member_post", count=1)
        _phone, sid, queue = await waiting()
        queues.dequeue(queue, "Front", rig.app.hook("/moved"))
        assert rig.switch.get_call(sid).ended
        await rig.switch.clock.sleep(2)
        assert rig.app.to("/moved") == []

    play(work)


def test_voicemail_and_failing_legs() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages["/out"] = "<Say>hello</Say>"
        phone = rig.phone(AGENT, Phone(after=None))
        rig.switch.faults.set("voicemail_answers", only=AGENT, seconds=2)
        call = rig.switch.place(PlaceCall(HOTLINE, AGENT, rig.app.hook("/out")))
        await rig.until(lambda: call.ended)
        assert phone.heard == ["hello"]
        rig.switch.faults.set("leg_fails", only=AGENT, value="503")
        call = rig.switch.place(PlaceCall(HOTLINE, AGENT, rig.app.hook("/out")))
        await rig.until(lambda: call.ended)
        assert (call.status, call.sip_code) == ("failed", 503)

    play(work)


def test_the_right_spelling_of_dequeueing() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= {
            "/voice": "<Enqueue waitUrl=''>q</Enqueue>",
            "/out": "<Dial><Queue url='/whisper'>q</Queue></Dial>",
            "/whisper": "<Say>x</Say>",
        }
        rig.switch.faults.set("dequeueing_spelling")
        _, leg = rig.dial()
        await rig.until(lambda: leg.timeline.of("queued"))
        rig.phone(AGENT)
        rig.switch.place(PlaceCall(HOTLINE, AGENT, rig.app.hook("/out")))
        await rig.until(lambda: rig.app.forms("/whisper"))
        form = rig.app.forms("/whisper")[0]
        assert "DequeueingCallSid" in form
        assert "DequeingCallSid" not in form

    play(work)
