"""Lines that lead their callers on by themselves, as a caller meets it: signed requests, real Redis, real documents."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.house import CALL, House, action, spoken, verbs

FLOW = """
title: Mairie
language: fr-FR
time_zone: Europe/Paris
start: line
on_fault: bye
steps:
  line: {queue: accueil, next: bye, otherwise: bye}
  bye: {hangup: Au revoir.}
"""
QUEUES = """
queues:
  accueil:
    max_wait: 1 min
    max_waiting: 1
    overflow:
      queue: garde
      on_full: {voicemail: mairie, greeting: Beaucoup de monde. Parlez après le signal.}
    menu:
      text: Rappel 1, place 2, garde 3.
      offer: Tapez 1, 2 ou 3.
      keys: {1: callback, 2: position, 3: {queue: garde}}
    hold: [Vous attendez l'accueil.]
  garde:
    max_wait: 1 min
    overflow: {voicemail: garde, greeting: La garde est prise.}
    hold: [Vous attendez la garde.]
"""
OTHER = "CA" + "c" * 32


@pytest.fixture
def house(redis_url: str, tmp_path: Path) -> Iterator[House]:
    """A house whose flow knows nothing of overflow or menus."""
    flows = tmp_path / "flows"
    flows.mkdir()
    (flows / "house.yaml").write_text(FLOW, encoding="utf-8")
    (flows / "queues.yaml").write_text(QUEUES, encoding="utf-8")
    (flows / "lines.yaml").write_text(
        'lines:\n  mairie: {number: "+33199001000", flow: house, language: fr-FR, title: Mairie}\n', encoding="utf-8"
    )
    # The verbs tell the time, so that a test may run ahead of it.
    made = House(redis_url, tmp_path, hotline_flows=str(flows), hotline_clock="1@0=0")
    yield made
    made.close()


def queue_of(house: House, call: str = CALL) -> tuple[str, str]:
    """The line a call is in, and its state."""
    found = house.hotline.lines.call(call)
    assert found is not None
    return found.queue, found.state


def test_a_full_line_takes_a_message_in_the_very_first_document(house: House) -> None:
    house.say("/voice/answer", CallSid=OTHER)
    first = house.say("/voice/answer")
    assert verbs(first)[-1] == "Record"
    assert "Beaucoup de monde." in spoken(first)
    path = action(first)
    house.say(path, RecordingSid="RE" + "1" * 32, RecordingDuration="7", Digits="#")
    assert verbs(house.say("/voice/turn/3", Digits="1"))[-1] == "Hangup"
    house.post("/voice/status", CallStatus="completed")
    assert any(name.startswith("message:") for name in house.hotline.sessions.facts(CALL))


def test_too_long_a_wait_goes_on_in_the_other_line_and_there_to_its_own_voicemail(house: House) -> None:
    house.say("/voice/answer")
    clock = house.hotline.clock
    start = clock.now_ms()
    house.hotline.lines.waiting(CALL, start + 61_000)
    place = house.hotline.lines.waiting(CALL, start + 61_000)
    assert place.overflow == "garde"
    house.hotline.dispatch.waiting(CALL, start + 61_000)
    assert queue_of(house) == ("garde", "waiting")
    assert "Vous attendez la garde." in spoken(house.say("/voice/wait/1"))
    house.hotline.dispatch.waiting(CALL, start + 130_000)
    assert verbs(house.say("/voice/wait/1")) == ["Leave"]
    after = house.say("/voice/queue/1", QueueResult="leave")
    assert "La garde est prise." in spoken(after)
    assert verbs(after)[-1] == "Record"


def test_the_keys_of_a_line_are_heard_while_waiting_and_keep_the_place(house: House) -> None:
    house.say("/voice/answer")
    assert "Vous attendez l'accueil." in spoken(house.say("/voice/wait/1"))
    hold = house.say("/voice/wait/1")
    assert action(hold) == "/voice/turn/1"
    menu = house.say("/voice/turn/1", Digits="8")
    assert "Rappel 1, place 2, garde 3." in spoken(menu)
    assert verbs(house.say("/voice/turn/2", Digits="2")) == ["Redirect"]
    told = spoken(house.say("/voice/wait/3"))
    assert "prochaine personne" in told
    assert "prochaine personne" not in spoken(house.say("/voice/wait/3")), "once"
    assert queue_of(house) == ("accueil", "waiting")


def test_a_key_leads_into_another_line_and_its_menu_counts_there(house: House) -> None:
    house.say("/voice/answer")
    assert verbs(house.say("/voice/turn/1", Digits="3")) == ["Leave"]
    assert queue_of(house) == ("garde", "waiting")
    assert verbs(house.say("/voice/queue/1", QueueResult="leave"))[-1] == "Enqueue"
    assert "Vous attendez la garde." in spoken(house.say("/voice/wait/2"))
    with pytest.raises(StopIteration):
        action(house.say("/voice/wait/2"))  # this line has no keys
