"""Enqueue, Leave, Dial Queue and member redirects: every QueueResult."""

import pytest

from exchange.behaviour import Behaviour
from exchange.errors import ExchangeError
from tests.exchange.core.rig import AGENT, Phone, Rig, play

ENQUEUE = '<Enqueue waitUrl="/wait" action="/left">support</Enqueue><Say>after</Say>'


def pages(wait: str = "<Pause length='30'/>", **more: str) -> dict[str, object]:
    return {"/voice": ENQUEUE, "/wait": wait, "/left": "<Say>left</Say>", **more}


async def waiting(rig: Rig) -> tuple[Phone, object]:
    caller, leg = rig.dial()
    await rig.until(lambda: any(queue.members for queue in rig.switch.queues.list()) and rig.app.to("/wait"))
    return caller, leg


def result(rig: Rig) -> str:
    return rig.app.forms("/left")[0]["QueueResult"]


def test_the_wait_document_is_asked_for_again_and_again() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= pages("<Say>wait</Say><Redirect>/wait2</Redirect>", **{"/wait2": "<Pause length='2'/>"})
        caller, _leg = await waiting(rig)
        await rig.until(lambda: len(rig.app.to("/wait")) >= 3)
        form = rig.app.forms("/wait")[-1]
        assert {"QueuePosition", "QueueSid", "QueueTime", "AvgQueueTime", "CurrentQueueSize", "MaxQueueSize"} <= set(
            form
        )
        assert form["MaxQueueSize"] == "1000"
        assert rig.app.forms("/wait2")[0]["QueuePosition"] == "1"
        caller.line.hang_up()
        await rig.until(lambda: rig.app.forms("/left"))
        assert result(rig) == "hangup"
        assert rig.app.forms("/left")[0]["CallStatus"] == "completed"
        assert rig.switch.queues.list()[0].members == []
        assert 14202 not in rig.codes()

    play(work)


def test_an_empty_wait_document_is_held_back_and_reported() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= pages("")
        caller, _leg = await waiting(rig)
        await rig.switch.clock.sleep(4)
        assert len(rig.app.to("/wait")) <= 6
        assert rig.codes().count(14202) == 1
        caller.line.hang_up()

    play(work)


def test_leave() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= pages("<Leave/>")
        caller, leg = rig.dial()
        await rig.over(leg)
        assert result(rig) == "leave"
        assert "QueueTime" in rig.app.forms("/left")[0]
        assert caller.heard == ["left"]

    play(work)


def test_without_action_the_next_verb_runs() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= pages("<Leave/>")
        rig.app.pages["/voice"] = '<Enqueue waitUrl="/wait">support</Enqueue><Say>after</Say>'
        caller, leg = rig.dial()
        await rig.over(leg)
        assert caller.heard == ["after"]

    play(work)


def test_a_gather_in_the_wait_document() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= pages('<Gather numDigits="1" action="/key"/>', **{"/key": "<Leave/>"})
        caller = Phone()
        caller.on_asked = lambda line, _: line.press("9")
        _, leg = rig.dial(caller)
        await rig.over(leg)
        assert rig.app.forms("/key")[0]["Digits"] == "9"
        assert result(rig) == "leave"

    play(work)


@pytest.mark.parametrize("wait", ["<Dial>+33699000001</Dial>", "nonsense<", None])
def test_a_bad_wait_document_is_an_error(wait: str | None) -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= pages(wait or "")
        if wait is None:
            del rig.app.pages["/wait"]
        _caller, leg = rig.dial()
        await rig.over(leg)
        assert result(rig) == "error"

    play(work)


def test_a_full_queue() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= pages()
        rig.switch.queues.create("support", 1)
        _first, _ = await waiting(rig)
        _, leg = rig.dial()
        await rig.over(leg)
        assert result(rig) == "queue-full"
        assert "QueueSid" not in rig.app.forms("/left")[0]
        assert 14207 in rig.codes()

    play(work)


def test_dial_queue_takes_the_front_with_a_whisper() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= pages(
            **{
                "/offer": '<Dial action="/talked"><Queue url="/whisper">support</Queue></Dial>',
                "/whisper": "<Say>connecting</Say>",
                "/talked": "",
            }
        )
        caller, leg = await waiting(rig)
        _second, other = rig.dial()
        await rig.until(lambda: len(rig.switch.queues.list()[0].members) == 2)
        agent = rig.phone(AGENT)
        call = _offer(rig)
        await rig.until(lambda: agent.peers)
        assert agent.peers == [leg.call.sid]
        assert caller.heard[-1] == "connecting"
        whisper = rig.app.forms("/whisper")[0]
        assert (whisper["DequeingCallSid"], whisper["CallSid"]) == (call, leg.call.sid)
        assert {"QueueSid", "QueueTime"} <= set(whisper)
        assert rig.app.forms("/left") == []
        agent.line.hang_up()
        await rig.over(leg)
        assert result(rig) == "bridged"
        form = rig.app.forms("/talked")[0]
        assert (form["DialCallStatus"], form["DialCallSid"]) == ("completed", leg.call.sid)
        assert not other.call.ended

    play(work)


def _offer(rig: Rig) -> str:
    from exchange.orders import PlaceCall

    return rig.switch.place(PlaceCall("+33139750000", AGENT, rig.app.hook("/offer"))).sid


def test_dial_queue_waits_for_somebody_or_its_timeout() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= pages(
            **{
                "/offer": '<Dial action="/talked" timeout="5"><Queue>support</Queue></Dial>',
                "/talked": "<Pause length='9'/>",
            }
        )
        rig.switch.queues.create("support")
        agent = rig.phone(AGENT)
        _offer(rig)
        await rig.until(lambda: rig.app.forms("/talked"))
        assert rig.app.forms("/talked")[0]["DialCallStatus"] == "no-answer"
        agent.line.hang_up()
        _offer(rig)
        await rig.until(lambda: len(agent.lines) == 2 and agent.line.call.status == "in-progress")
        _caller, leg = rig.dial()
        await rig.until(lambda: agent.peers)
        assert agent.peers[-1] == leg.call.sid

    play(work)


def test_dial_to_an_unknown_queue() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= {"/offer": '<Dial action="/talked"><Queue>nope</Queue></Dial>', "/talked": ""}
        rig.phone(AGENT)
        _offer(rig)
        await rig.until(lambda: rig.app.forms("/talked"))
        assert rig.app.forms("/talked")[0]["DialCallStatus"] == "failed"

    play(work)


def test_the_caller_hangs_up_during_the_whisper() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= pages(
            **{
                "/offer": '<Dial action="/talked"><Queue url="/whisper">support</Queue></Dial>',
                "/whisper": "<Pause length='20'/>",
                "/talked": "",
            }
        )
        caller, _leg = await waiting(rig)
        agent = rig.phone(AGENT)
        _offer(rig)
        await rig.until(lambda: rig.app.forms("/whisper"))
        caller.line.hang_up()
        await rig.until(lambda: rig.app.forms("/talked"))
        assert rig.app.forms("/talked")[0]["DialCallStatus"] != "completed"
        await rig.until(lambda: rig.app.forms("/left"))
        assert result(rig) == "hangup"
        assert agent.peers == []

    play(work)


@pytest.mark.parametrize("spelling", ["bridging-in-process", "bridging-in-progress"])
def test_the_taker_hangs_up_during_the_whisper(spelling: str) -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= pages(
            **{"/offer": '<Dial><Queue url="/whisper">support</Queue></Dial>', "/whisper": "<Pause length='20'/>"}
        )
        if spelling.endswith("progress"):
            rig.switch.faults.set("bridging_in_progress_spelling")
        caller, leg = await waiting(rig)
        agent = rig.phone(AGENT)
        _offer(rig)
        await rig.until(lambda: rig.app.forms("/whisper"))
        agent.line.hang_up()
        await rig.over(leg)
        assert result(rig) == spelling
        assert caller.heard[-1] == "left"

    play(work)


@pytest.mark.parametrize("way", ["member", "front", "call"])
def test_rest_pulls_a_member_out(way: str) -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= pages(**{"/moved": "<Say>moved</Say>"})
        caller, leg = await waiting(rig)
        queue = rig.switch.queues.list()[0]
        if way == "call":
            rig.switch.redirect(leg.call.sid, rig.app.hook("/moved"))
        else:
            who = "Front" if way == "front" else leg.call.sid
            member, position = rig.switch.queues.dequeue(queue.sid, who, rig.app.hook("/moved"))
            assert (member.call_sid, position) == (leg.call.sid, 1)
            with pytest.raises(ExchangeError) as gone:
                rig.switch.queues.dequeue(queue.sid, who, rig.app.hook("/moved"))
            assert gone.value.code == 20404
        await rig.over(leg)
        assert result(rig) == "redirected"
        assert "left" not in caller.heard
        assert caller.heard == ["moved"]

    play(work)


def test_a_redirect_after_the_bridge() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= pages(
            **{
                "/offer": "<Dial action='/talked'><Queue>support</Queue></Dial>",
                "/moved": "<Pause length='5'/>",
                "/talked": "",
            }
        )
        caller, leg = await waiting(rig)
        rig.phone(AGENT)
        _offer(rig)
        await rig.until(lambda: caller.peers)
        rig.switch.redirect(leg.call.sid, rig.app.hook("/moved"))
        await rig.until(lambda: rig.app.forms("/left") and rig.app.forms("/talked"))
        assert result(rig) == "redirected-from-bridged"
        assert rig.app.forms("/talked")[0]["DialCallStatus"] == "completed"

    play(work)


def test_queue_time_after_a_bridge_can_include_the_talk() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= pages(**{"/offer": "<Dial timeLimit='8'><Queue>support</Queue></Dial>"})
        _caller, leg = await waiting(rig)
        rig.phone(AGENT)
        _offer(rig)
        await rig.over(leg)
        assert int(rig.app.forms("/left")[0]["QueueTime"]) >= 8

    play(work, behaviour=Behaviour(queue_time="wait-and-talk"))


def test_queues_over_rest() -> None:
    async def work(rig: Rig) -> None:
        rig.app.pages |= pages()
        queues = rig.switch.queues
        queue = queues.create("support", 5)
        with pytest.raises(ExchangeError):
            queues.create("support")
        with pytest.raises(ExchangeError):
            queues.create("big", 5001)
        assert queues.update(queue.sid, "renamed", 7).max_size == 7
        queues.update(queue.sid, "support")
        caller, _leg = await waiting(rig)
        with pytest.raises(ExchangeError):
            queues.delete(queue.sid)
        caller.line.hang_up()
        queues.delete(queue.sid)
        with pytest.raises(ExchangeError) as gone:
            queues.get(queue.sid)
        assert gone.value.http_status == 404

    play(work)
