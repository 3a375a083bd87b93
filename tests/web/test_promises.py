"""Keys while waiting and callbacks through the whole application, request by request."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.house import ANNA, CALL, CALLER, LEG, House, action, spoken, verbs

FLOW = """
title: Mairie
language: fr-FR
time_zone: Europe/Paris
start: line
on_fault: message
steps:
  line:
    queue: accueil
    skills: {accueil: 3}
    while_waiting: ways
    next: goodbye
    otherwise: message
  ways:
    menu: Tapez une touche.
    keys:
      1: call-me-back
      2: message
      3: other-line
      4: elsewhere
      5: goodbye
      star: line
    otherwise: line
  call-me-back:
    callback: accueil
    next: booked
    otherwise: line
  booked:
    say: À bientôt.
    next: message
  other-line:
    queue: garde
    skills: {garde: 1}
    next: goodbye
    otherwise: goodbye
  elsewhere:
    dial: "+33199002000"
    next: goodbye
    otherwise: goodbye
  message:
    voicemail: mairie
    next: goodbye
  goodbye:
    hangup: Au revoir.
"""
LEAVE = ["Leave"]


@pytest.fixture
def house(redis_url: str, tmp_path: Path) -> Iterator[House]:
    flows = tmp_path / "flows"
    flows.mkdir()
    (flows / "house.yaml").write_text(FLOW)
    (flows / "lines.yaml").write_text(
        'lines:\n  mairie: {number: "+33199001000", flow: house, language: fr-FR, title: Mairie}\n'
    )
    (flows / "queues.yaml").write_text("queues:\n  accueil: {max_wait: 5 min}\n  garde: {max_wait: 5 min}\n")
    made = House(redis_url, tmp_path, hotline_flows=str(flows))
    yield made
    made.close()


def waiting(house: House) -> None:
    """A call that waits, and has heard a heartbeat."""
    assert verbs(house.say("/voice/answer"))[-1] == "Enqueue"
    held = house.say("/voice/wait/1")
    assert verbs(held) == ["Gather"], "any key is heard"
    assert action(held) == "/voice/turn/1"


def start_of(house: House, call: str = CALL) -> float:
    found = house.hotline.lines.call(call)
    assert found is not None
    return found.virtual_start_ms


def test_a_menu_in_the_line_and_back_keeps_everything(house: House) -> None:
    waiting(house)
    before = house.hotline.lines.way(CALL)
    menu = house.say("/voice/turn/1", Digits="9")
    assert verbs(menu) == ["Gather", "Redirect"]
    assert spoken(menu) == "Tapez une touche."
    back = house.say("/voice/turn/2", Digits="*")
    assert verbs(back) == ["Redirect"]
    assert house.hotline.lines.way(CALL) == before, "the place in line was not touched"
    held = house.say("/voice/wait/3")
    assert action(held) == "/voice/turn/3"
    assert action(house.say("/voice/wait/1")) == "/voice/turn/3", "the carrier's own address still says turn 1"
    assert house.post("/voice/turn/2", Digits="*").data == house.post("/voice/turn/2", Digits="1").data


def test_a_message_leaves_the_line_and_the_carriers_queue(house: House) -> None:
    waiting(house)
    assert verbs(house.say("/voice/turn/1", Digits="2")) == LEAVE
    assert verbs(house.say("/voice/turn/1", Digits="2")) == LEAVE, "asked again"
    assert house.hotline.lines.call(CALL).left_reason == "key"  # type: ignore[union-attr]
    document = house.say("/voice/queue/1", QueueResult="leave")
    assert verbs(document)[-1] == "Record"
    assert action(document) == "/voice/turn/2"
    assert verbs(house.say("/voice/queue/1", QueueResult="leave"))[-1] == "Record"


def test_a_number_outside_is_dialled_after_leaving(house: House) -> None:
    waiting(house)
    assert verbs(house.say("/voice/turn/1", Digits="4")) == LEAVE
    assert verbs(house.say("/voice/queue/1", QueueResult="leave")) == ["Dial"]


def test_a_goodbye_is_said_in_the_line(house: House) -> None:
    waiting(house)
    assert verbs(house.say("/voice/turn/1", Digits="5")) == ["Say", "Hangup"]
    assert house.hotline.lines.call(CALL).state == "left"  # type: ignore[union-attr]


def test_another_line_takes_the_place_along(house: House) -> None:
    waiting(house)
    start = start_of(house)
    assert verbs(house.say("/voice/turn/1", Digits="3")) == LEAVE
    assert verbs(house.say("/voice/queue/1", QueueResult="leave")) == ["Enqueue"]
    found = house.hotline.lines.call(CALL)
    assert found is not None
    assert (found.queue, found.state, found.virtual_start_ms) == ("garde", "waiting", start)
    there = house.say("/voice/wait/2")
    assert verbs(there) == ["Say", "Say", "Pause"]
    assert "prochaine personne" in spoken(there), "whoever comes into another line is told their place there"


def test_a_callback_takes_the_place_along_and_the_flow_goes_on(house: House) -> None:
    waiting(house)
    start = start_of(house)
    offer = house.say("/voice/turn/1", Digits="1")
    assert "se termine par 5 6 7 8" in spoken(offer)
    assert verbs(house.say("/voice/turn/2", Digits="1")) == LEAVE
    document = house.say("/voice/queue/1", QueueResult="leave")
    assert spoken(document).startswith("C'est noté.")
    assert "À bientôt." in spoken(document)
    assert verbs(document)[-1] == "Record"
    item = house.hotline.lines.callback_of("accueil", CALLER)
    assert start_of(house, item) == start
    house.post("/voice/status", CallStatus="completed")
    assert house.hotline.lines.call(item).state == "waiting"  # type: ignore[union-attr]


def test_an_agent_who_accepts_comes_before_the_menu(house: House) -> None:
    house.agent_on_duty()
    house.say("/voice/answer")
    house.say("/voice/turn/1", Digits="9")
    call = house.hotline.lines.call(CALL)
    assert call is not None
    offer = call.reservation
    house.hotline.lines.claim(offer, 0)
    house.say(f"/voice/offer/{offer}", CallSid=LEG)
    house.say(f"/voice/offer/{offer}/key", CallSid=LEG, Digits="1")
    assert verbs(house.say("/voice/turn/2", Digits="2")) == LEAVE, "the key comes too late: somebody is there"
    room = house.say("/voice/queue/1", QueueResult="leave")
    assert room.find("Dial/Conference") is not None
    assert action(room) == f"/voice/turn/2?room={offer}"
    after = house.say(f"/voice/turn/2?room={offer}", DialCallStatus="completed")
    assert verbs(after) == ["Enqueue"], "nobody met: back in the same place"
    assert verbs(house.say("/voice/wait/2")) == ["Gather"]


def test_led_to_the_room_from_the_middle_of_a_menu_the_flow_goes_on_behind_the_line(house: House) -> None:
    house.agent_on_duty()
    house.say("/voice/answer")
    house.say("/voice/turn/1", Digits="9")
    offer = house.hotline.lines.call(CALL).reservation  # type: ignore[union-attr]
    house.hotline.lines.claim(offer, 0)
    house.say(f"/voice/offer/{offer}", CallSid=LEG)
    house.say(f"/voice/offer/{offer}/key", CallSid=LEG, Digits="1")
    room = house.say(f"/voice/bridge/{offer}")
    assert room.find("Dial/Conference") is not None
    house.hotline.lines.met(offer, 0)
    after = house.say(f"/voice/turn/2?room={offer}", DialCallStatus="completed")
    assert spoken(after) == "Au revoir."
    assert ANNA.id == house.hotline.lines.reservation(offer).agent  # type: ignore[union-attr]


def test_the_wait_ends_in_its_own_time_whatever_the_caller_is_hearing(house: House) -> None:
    waiting(house)
    house.say("/voice/turn/1", Digits="9")
    house.hotline.lines.leave(CALL, "timeout", 0)
    assert verbs(house.say("/voice/turn/2", Digits="*")) == ["Redirect"]
    assert verbs(house.say("/voice/wait/3")) == LEAVE
    assert verbs(house.say("/voice/queue/1", QueueResult="leave"))[-1] == "Record"


def test_the_called_person_hears_who_calls_confirms_and_is_let_in(house: House) -> None:
    waiting(house)
    house.say("/voice/turn/1", Digits="1")
    house.say("/voice/turn/2", Digits="1")
    house.agent_on_duty()
    item = house.hotline.lines.callback_of("accueil", CALLER)
    offer = house.hotline.lines.call(item).reservation  # type: ignore[union-attr]
    house.hotline.lines.claim(offer, 0)
    whisper = house.say(f"/voice/offer/{offer}", CallSid=LEG)
    assert "C'est un rappel demandé" in spoken(whisper)
    room = house.say(f"/voice/offer/{offer}/key", CallSid=LEG, Digits="1")
    assert "restez en ligne" in spoken(room)
    assert house.hotline.lines.claim_caller(offer, 0) is not None
    called = "CA" + "c" * 32
    greeting = house.say(f"/voice/callback/{offer}", CallSid=called)
    assert "Mairie vous rappelle" in spoken(greeting)
    assert "Anna" in spoken(greeting)
    again = house.say(f"/voice/callback/{offer}/key", CallSid=called, Digits="9")
    assert spoken(again) == spoken(greeting)
    let_in = house.say(f"/voice/callback/{offer}/key", CallSid=called, Digits="1")
    assert let_in.findtext("Dial/Conference") == room.findtext("Dial/Conference")
    assert action(let_in) == f"/voice/callback/{offer}/done"
    assert verbs(house.say(f"/voice/callback/{offer}/done", CallSid=called)) == ["Say", "Hangup"]


def test_a_recording_is_played_to_its_own_call_alone(house: House) -> None:
    waiting(house)
    recording = "RE" + "d" * 32
    from recordings.playback import address

    path = address(house.settings.hotline_secret_key, CALL, recording)
    assert house.client.get(path.replace(recording, "RE" + "e" * 32)).status_code == 404
    house.post("/voice/turn/1", CallStatus="completed")
    house.post("/voice/status", CallStatus="completed")
    assert house.client.get(path).status_code == 404
