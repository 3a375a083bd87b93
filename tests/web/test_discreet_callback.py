"""A callback whose greeting is the operator's own: whoever picks up learns nothing else, whatever they do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.house import CALLER, LEG, House, spoken, verbs

FLOW = """
title: Écoute
language: fr-FR
time_zone: Europe/Paris
start: call-me-back
on_fault: goodbye
limits: {human_within: 0}
steps:
  call-me-back:
    callback: ecoute
    skills: {accueil: 1}
    greeting: Objets trouvés, bonjour. Pour prendre cet appel, tapez 1.
    next: goodbye
    otherwise: goodbye
  goodbye:
    hangup: Au revoir.
"""
GREETING = "Objets trouvés, bonjour. Pour prendre cet appel, tapez 1."
CALLED = "CA" + "c" * 32


@pytest.fixture
def house(redis_url: str, tmp_path: Path) -> Iterator[House]:
    flows = tmp_path / "flows"
    flows.mkdir()
    (flows / "house.yaml").write_text(FLOW)
    (flows / "lines.yaml").write_text(
        'lines:\n  ecoute: {number: "+33199001000", flow: house, language: fr-FR, title: Écoute du festival}\n'
    )
    (flows / "queues.yaml").write_text("queues:\n  ecoute: {max_wait: 5 min}\n")
    made = House(redis_url, tmp_path, hotline_flows=str(flows))
    yield made
    made.close()


def picked_up(house: House) -> str:
    """A callback booked, accepted by an agent, and its caller's phone picked up: the reservation, greeting heard."""
    house.say("/voice/answer")
    house.say("/voice/turn/1", Digits="1")
    house.agent_on_duty()
    item = house.hotline.lines.call(house.hotline.lines.callback_of("ecoute", CALLER))
    assert item is not None
    offer = item.reservation
    house.hotline.lines.claim(offer, 0)
    house.say(f"/voice/offer/{offer}", CallSid=LEG)
    house.say(f"/voice/offer/{offer}/key", CallSid=LEG, Digits="1")
    assert house.hotline.lines.claim_caller(offer, 0) is not None
    assert spoken(house.say(f"/voice/callback/{offer}", CallSid=CALLED)) == GREETING
    return offer


def test_whoever_picks_up_hears_neither_the_line_nor_a_name(house: House) -> None:
    offer = picked_up(house)
    again = house.say(f"/voice/callback/{offer}/key", CallSid=CALLED, Digits="9")
    assert spoken(again) == GREETING
    let_in = house.say(f"/voice/callback/{offer}/key", CallSid=CALLED, Digits="1")
    assert "Dial" in verbs(let_in)


@pytest.mark.parametrize("keys", ["2", "3"])
def test_nor_does_the_end_tell_that_a_callback_was_asked_for(house: House, keys: str) -> None:
    offer = picked_up(house)
    end = house.say(f"/voice/callback/{offer}/key", CallSid=CALLED, Digits=keys)
    assert verbs(end) == ["Say", "Hangup"]
    assert "rappel" not in spoken(end)
    assert "Écoute" not in spoken(end)
