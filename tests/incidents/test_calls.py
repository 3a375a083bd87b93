"""Whole calls over webhooks: an incident reaches who comes in and who waits; a language chosen is remembered."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.cli import incident as command
from ivr.services.history import record_call
from ivr.wiring import build
from tests.web.house import CALLER, NUMBER, House, action, spoken

FLOW = """
language: fr-BE
time_zone: Europe/Brussels
on_fault: end
steps:
  which:
    language: [fr-BE, nl-BE]
    next: news
  news:
    incident:
    next: hello
  hello:
    say: {fr: Bonjour., nl: Goedendag.}
    next: may-we
  may-we:
    consent: {fr: Vous enregistrer ?, nl: Opnemen ?}
    save: recording
    next: line
    otherwise: line
  line:
    queue: accueil
    next: end
    otherwise: end
  end:
    hangup: Fin.
"""
FLOOD = ["start", "--text", "fr=Le guichet est inondé.", "--text", "nl=Het loket staat onder water.", "--for", "1h"]
FLOOD_FR, FLOOD_NL = "Le guichet est inondé.", "Het loket staat onder water."


@pytest.fixture
def house(redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    flows = tmp_path / "flows"
    flows.mkdir()
    (flows / "accueil.yaml").write_text(FLOW, encoding="utf-8")
    (flows / "queues.yaml").write_text("queues:\n  accueil: {max_wait: 5 min}\n")
    (flows / "lines.yaml").write_text(
        f"lines:\n  mairie: {{number: '{NUMBER}', flow: accueil, language: fr-BE, languages: [nl-BE]}}\n"
    )
    made = House(redis_url, tmp_path, hotline_flows=flows)
    monkeypatch.setattr(command, "hotline_here", lambda: build(made.settings))
    made.hotline.conversation.incidents._look_ms = 0  # every webhook looks, where else one a second does
    yield made
    made.close()


def to_line(house: House, call: str, key: str) -> str:
    """A call up to its line; where its waiting asks."""
    document = house.say("/voice/answer", CallSid=call)
    if key:
        document = house.say(action(document), CallSid=call, Digits=key)
    document = house.say(action(document), CallSid=call, Digits="1")
    waits = next(element.attrib["waitUrl"] for element in document.iter("Enqueue"))
    return "/voice" + waits.partition("/voice")[2].partition("#")[0]


def run(*arguments: str) -> str:
    result = CliRunner().invoke(command.incident, arguments)
    assert result.exit_code == 0, result.output
    return result.output


def test_an_incident_reaches_who_waits_and_who_comes_in(house: House) -> None:
    waiting, other = "CA" + "1" * 32, "CA" + "2" * 32
    wait_french, wait_dutch = to_line(house, waiting, "1"), to_line(house, other, "2")
    assert FLOOD_FR not in spoken(house.say(wait_french, CallSid=waiting))
    assert re.match(r"incident-1: told until ", run(*FLOOD))
    assert FLOOD_FR in run("list")
    assert FLOOD_FR in spoken(house.say(wait_french, CallSid=waiting))
    assert FLOOD_FR not in spoken(house.say(wait_french, CallSid=waiting)), "told once, then only now and then"
    assert FLOOD_NL in spoken(house.say(wait_dutch, CallSid=other))
    new = "CA" + "3" * 32
    document = house.say("/voice/answer", CallSid=new, From="+33612345679")
    document = house.say(action(document), CallSid=new, Digits="2")
    assert spoken(document).startswith(f"{FLOOD_NL} Goedendag.")
    document = house.say(action(document), CallSid=new, Digits="1")
    waits = next(element.attrib["waitUrl"] for element in document.iter("Enqueue"))
    hold = house.say("/voice" + waits.partition("/voice")[2].partition("#")[0], CallSid=new)
    assert FLOOD_NL not in spoken(hold), "heard before the line"
    assert run("stop", "incident-1") == "incident-1: over\n"
    assert run("list") == "no incident\n"
    result = CliRunner().invoke(command.incident, ["stop", "incident-1"])
    assert result.exit_code == 1
    document = house.say("/voice/answer", CallSid="CA" + "4" * 32, From="+33612345670")
    assert FLOOD_FR not in spoken(house.say(action(document), CallSid="CA" + "4" * 32, Digits="1"))


def test_an_incident_of_an_unknown_line_is_refused(house: House) -> None:
    result = CliRunner().invoke(command.incident, [*FLOOD, "--line", "mairy"])
    assert result.exit_code == 2
    assert "lines are mairie" in result.output


def test_a_language_chosen_is_remembered_and_a_consent_kept(house: House) -> None:
    call = "CA" + "5" * 32
    to_line(house, call, "2")
    house.post("/voice/status", CallSid=call, CallStatus="completed")
    hotline = house.hotline
    record = record_call(call, ended=hotline.ended, history=hotline.history, messages=hotline.messages)
    assert record is not None
    assert ("call.language", "nl-BE") in record.notes
    assert ("consent recording", "yes (nl-BE: Opnemen ?)") in record.notes
    again = house.say("/voice/answer", CallSid="CA" + "6" * 32, From=CALLER)
    assert spoken(again).startswith("Goedendag."), "not asked again"
    stranger = house.say("/voice/answer", CallSid="CA" + "7" * 32, From="+31201234567")
    assert "Voor Nederlands" in spoken(stranger)
