"""Look-ups, answers and hand-overs in whole calls: the web application, Redis, a real server that is asked."""

import json
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.lookups.house import Server, plain, serving, slowly
from tests.web.house import BASE, CALL, LEG, House, action, spoken, verbs

DESK = "+33199001000"
TAX = "+33199001100"

LINES = f"""
lines:
  desk: {{number: "{DESK}", flow: desk, language: fr-FR, title: Accueil}}
  tax: {{number: "{TAX}", flow: tax, language: fr-FR, title: Impôts}}
"""
QUEUES = "queues: {impots: {skills: {impots: 1}, max_wait: 5 min}}"
DESK_FLOW = """
language: fr-FR
time_zone: Europe/Paris
start: why
on_fault: bye
steps:
  why:
    say-why: Pourquoi appelez-vous ?
    matters:
      tax: {label: Impôts, phrases: [mes impôts, avis d'imposition], key: 1, next: number}
      file: {label: Dossier, phrases: [mon dossier, où en est ma demande], key: 2, next: number}
      question: {label: Question, phrases: [une question], key: 3, next: questions}
      prefecture: {label: Préfecture, phrases: [la préfecture], key: 4, next: prefecture}
    otherwise: bye
  number:
    ask: Votre numéro.
    save: file
    next: status
    otherwise: bye
  status:
    fetch: http://127.0.0.1:PORT/files
    query: {number: "{{ answers.file }}"}
    words: Un instant.
    within: 1 s
    save: {status: file.status}
    next: second
    on_missing: unknown
    on_timeout: late
    otherwise: broken
  second:
    fetch: http://127.0.0.1:PORT/second
    method: post
    body: {number: "{{ answers.file }}"}
    within: 1 s
    next: tell
    otherwise: tell
  tell: {say: "Dossier {{ answers.status }}.", next: over}
  over: {handoff: tax, words: Je vous transmets., otherwise: bye}
  unknown: {hangup: Dossier inconnu.}
  late: {hangup: Trop long.}
  broken: {hangup: En panne.}
  questions:
    answers: town-hall
    keys: {0: bye}
    helped: bye
    not_helped: bye
    nothing_found: bye
  prefecture: {handoff: "+33199001010", tell: "Urgent.", otherwise: message, next: bye}
  message: {hangup: Personne ne répond.}
  bye: {hangup: Au revoir.}
"""
TAX_FLOW = """
language: fr-FR
time_zone: Europe/Paris
start: welcome
on_fault: bye
steps:
  welcome:
    branch: [{when: handed.file, next: known}]
    otherwise: ask
  known: {say: "{{ handed.line }}, dossier {{ handed.file }}, {{ handed.status }}.", next: wait}
  ask: {ask: Votre dossier., save: file, next: wait, otherwise: bye}
  wait: {queue: impots, next: bye, otherwise: bye}
  bye: {hangup: Au revoir des impôts.}
"""


def file_of(handler: BaseHTTPRequestHandler) -> None:
    """A file's status by its number."""
    number = handler.path.partition("number=")[2]
    match number:
        case "404":
            plain(404, b"")(handler)
        case "408":
            slowly(3)(handler)
        case "500":
            plain(500, b"")(handler)
        case _:
            plain(200, json.dumps({"file": {"status": f"prêt ({number})"}}).encode())(handler)


@dataclass
class Stand:
    """The application and the server it asks."""

    house: House
    server: Server

    def talk(self, *said: dict[str, str]) -> ET.Element:
        """A call and what the caller does, each sent where the document before asks for it; the last document."""
        root = self.house.say("/voice/answer", To=DESK)
        for fields in said:
            root = self.house.say(action(root), To=DESK, **fields)
        return root

    def facts(self) -> dict[str, str]:
        return dict(self.house.hotline.sessions.facts(CALL))


@pytest.fixture
def stand(redis_url: str, tmp_path: Path) -> Iterator[Stand]:
    flows = tmp_path / "flows"
    (flows / "knowledge").mkdir(parents=True)
    shipped = Path(__file__).parents[2] / "flows" / "knowledge" / "town-hall.yaml"
    (flows / "knowledge" / "town-hall.yaml").write_bytes(shipped.read_bytes())
    with serving({"/files": file_of, "/second": plain(200, b"{}")}) as server:
        (flows / "lines.yaml").write_text(LINES, encoding="utf-8")
        (flows / "queues.yaml").write_text(QUEUES, encoding="utf-8")
        hosts = f"hosts: {{127.0.0.1: {{plain: yes, ports: [{server.port}]}}}}"
        (flows / "hosts.yaml").write_text(hosts, encoding="utf-8")
        (flows / "desk.yaml").write_text(DESK_FLOW.replace("PORT", str(server.port)), encoding="utf-8")
        (flows / "tax.yaml").write_text(TAX_FLOW, encoding="utf-8")
        more = {"hotline_flows": str(flows), "hotline_fetch_networks": "127.0.0.1/32"}
        house = House(redis_url, tmp_path / "var", **more)
        errors = [problem for problem in house.hotline.flows.problems if problem.severity == "error"]
        assert not errors, "\n".join(map(str, errors))
        yield Stand(house, server)
        house.close()


def test_words_a_look_up_and_a_hand_over_are_one_call_and_nothing_is_asked_twice(stand: Stand) -> None:
    root = stand.talk(
        {"SpeechResult": "bonjour c'est pour mon avis d'imposition", "Confidence": "0.9"},
        {"SpeechResult": "oui"},
        {"Digits": "4711"},
    )
    assert spoken(root) == "Un instant. Dossier prêt (4711). Je vous transmets. Accueil, dossier 4711, prêt (4711)."
    assert verbs(root)[-1] == "Enqueue"
    assert [one.path for one in stand.server.asked] == ["/files?number=4711", "/second"]
    assert json.loads(stand.server.asked[1].body) == {"number": "4711"}
    session, _ = stand.house.hotline.sessions.load(CALL) or pytest.fail("no session")
    assert (session.line, session.flow, session.turn) == ("tax", "tax", 3)
    assert session.path == ("Impôts",)
    assert json.loads(stand.facts()["join"])["reason"] == "Impôts"


def test_a_repeated_webhook_asks_nobody_again(stand: Stand) -> None:
    stand.talk({"Digits": "1"}, {"Digits": "4711"})
    again = stand.house.say("/voice/turn/2", To=DESK, Digits="4711")
    assert spoken(again).startswith("Un instant.")
    assert len(stand.server.asked) == 2


@pytest.mark.parametrize(
    ("number", "said"),
    [("404", "Un instant. Dossier inconnu."), ("500", "Un instant. En panne."), ("408", "Un instant. Trop long.")],
)
def test_each_failure_has_its_way_within_the_budget(stand: Stand, number: str, said: str) -> None:
    began = time.monotonic()
    root = stand.talk({"Digits": "2"}, {"Digits": number})
    assert spoken(root) == said
    assert time.monotonic() - began < 2.5


def test_a_caller_who_has_gone_asks_nothing(stand: Stand) -> None:
    stand.talk({"Digits": "1"})
    stand.house.say("/voice/turn/2", To=DESK, Digits="4711", CallStatus="completed")
    assert stand.server.asked == []


def test_a_question_is_answered_and_counted(stand: Stand) -> None:
    asked = stand.talk({"Digits": "3"})
    gather = asked.find("Gather")
    assert gather is not None
    assert gather.attrib["input"] == "dtmf speech"
    assert "faire un passeport" in gather.attrib["hints"]
    answered = stand.house.say(action(asked), To=DESK, SpeechResult="mon passe port est périmé")
    assert "Un passeport se demande à la mairie" in spoken(answered)
    assert spoken(stand.house.say(action(answered), To=DESK, SpeechResult="oui merci")) == "Au revoir."
    notes = [json.loads(text) for name, text in sorted(stand.facts().items()) if name.startswith("note:")]
    assert ["answers.town-hall", "answered: passport"] in notes
    assert ["answers.town-hall", "helped: passport"] in notes


def test_whoever_answers_elsewhere_hears_why_and_takes_the_call_by_key(stand: Stand) -> None:
    root = stand.talk({"Digits": "4"})
    number = root.find("Dial/Number")
    assert number is not None
    assert number.text == "+33199001010"
    path = number.attrib["url"].removeprefix(BASE).partition("#")[0]
    heard = stand.house.say(path, CallSid=LEG, To="+33199001010", Direction="outbound-dial")
    assert spoken(heard) == (
        "Appel transmis par Accueil. La personne appelle pour : Préfecture. Urgent. Pour prendre l'appel, tapez 1."
    )
    assert verbs(stand.house.say(action(heard), CallSid=LEG, Digits="1")) == []
    assert verbs(stand.house.say(action(heard), CallSid=LEG, Digits="2")) == ["Hangup"]
    assert verbs(stand.house.say(action(heard), CallSid=LEG)) == ["Hangup"]


def test_a_hand_over_nobody_took_is_no_talk(stand: Stand) -> None:
    root = stand.talk({"Digits": "4"})
    answered = {"DialCallStatus": "completed", "DialCallDuration": "9", "DialBridged": "false"}
    assert spoken(stand.house.say(action(root), To=DESK, **answered)).endswith("Personne ne répond.")


def test_a_whisper_of_another_turn_puts_through_at_once(stand: Stand) -> None:
    stand.talk({"Digits": "4"})
    assert verbs(stand.house.say(f"/voice/whisper/{CALL}/7", CallSid=LEG)) == []


def test_a_broken_knowledge_file_changes_nothing(stand: Stand) -> None:
    flows = stand.house.hotline.flows
    path = flows.folder / "knowledge" / "town-hall.yaml"
    before = flows.current("desk")
    assert before is not None
    path.write_text("entries: [", encoding="utf-8")
    assert flows.reload_if_changed()
    after = flows.current("desk")
    assert after is not None
    assert after.knowledge["town-hall"].entries.keys() == before.knowledge["town-hall"].entries.keys()
    assert any(problem.file == str(path) for problem in flows.problems)
