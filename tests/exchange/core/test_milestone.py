"""The way a call goes through Hotline: menu, line, an agent's REST leg, a room for both."""

from exchange.orders import PlaceCall
from exchange.records import StatusHook
from tests.exchange.core.rig import AGENT, HOTLINE, Rig, play


def test_a_call_from_menu_to_agent_in_a_room() -> None:
    async def work(rig: Rig) -> None:
        pages = rig.app.pages
        pages["/voice"] = '<Gather numDigits="1" action="/menu"><Say language="fr-FR">Bonjour</Say></Gather>'
        pages["/menu"] = '<Enqueue waitUrl="/wait" action="/queue">support</Enqueue>'
        pages["/wait"] = "<Say>Patientez</Say><Pause length='3'/>"
        pages["/queue"] = ""
        room = (
            '<Dial action="/talked"><Conference waitUrl="" statusCallback="/notice/room" '
            'statusCallbackEvent="start end join leave" endConferenceOnExit="true">R1</Conference></Dial>'
        )
        pages["/offer"] = '<Gather numDigits="1" action="/accept"><Say>Un appel</Say></Gather>'
        pages["/accept"] = room
        pages["/bridge"] = room
        pages["/talked"] = "<Say>Merci</Say>"
        caller, leg = rig.dial()
        caller.on_asked = lambda line, _: line.press("2")
        await rig.until(lambda: len(rig.app.to("/wait")) >= 2)
        assert rig.app.forms("/menu")[0]["Digits"] == "2"
        assert rig.app.forms("/wait")[0]["QueuePosition"] == "1"
        agent = rig.phone(AGENT)
        agent.on_asked = lambda line, _: line.press("1")
        status = StatusHook(
            rig.app.base + "/notice/agent", "POST", frozenset({"initiated", "ringing", "answered", "completed"})
        )
        call = rig.switch.place(PlaceCall(HOTLINE, AGENT, rig.app.hook("/offer"), status=status))
        await rig.until(lambda: rig.app.to("/accept"))
        rig.switch.redirect(leg.call.sid, rig.app.hook("/bridge"))
        await rig.until(lambda: agent.peers and caller.peers)
        assert caller.peers == [call.sid]
        assert agent.peers == [leg.call.sid]
        assert rig.app.forms("/queue")[0]["QueueResult"] == "redirected"
        agent.line.speak("Bonjour, Camille à l'appareil")
        assert caller.heard[-1].startswith("Bonjour, Camille")
        agent.line.hang_up()
        await rig.over(leg)
        assert caller.heard[-1] == "Merci"
        assert rig.app.forms("/talked")[0]["DialCallStatus"] == "answered"
        events = [form["StatusCallbackEvent"] for form in rig.app.forms("/notice/room")]
        assert sorted(events) == sorted(
            [
                "participant-join",
                "participant-join",
                "conference-start",
                "participant-leave",
                "participant-leave",
                "conference-end",
            ]
        )
        numbers = sorted((form["SequenceNumber"], form["CallStatus"]) for form in rig.app.forms("/notice/agent"))
        assert numbers == [("0", "initiated"), ("1", "ringing"), ("2", "in-progress"), ("3", "completed")]
        assert all(asked.signed for asked in rig.app.asked)
        assert rig.app.forms("/notice/number")[0]["CallStatus"] == "completed"

    play(work)
