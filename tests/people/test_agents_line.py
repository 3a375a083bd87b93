"""Agents dial in: signed requests to the real application, on a real Redis and a real database."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import pytest
from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator

from ivr.app import create_app
from ivr.core.agent import IllegalTransition
from ivr.core.flow.session import Session
from ivr.core.queue_rules import Rules
from ivr.services.history import record_call
from ivr.services.lines_port import Request
from ivr.services.passwords import hash_secret
from ivr.services.ports import AgentProfile
from ivr.settings import Settings
from ivr.store.redis.pin_tries import A_DAY
from ivr.wiring import Hotline, build
from tests.databases import make_tables

BASE = "https://hotline.example.org"
TOKEN = "0123456789abcdef0123456789abcdef"
ACCOUNT = "AC" + "0" * 32
ANA = "+33639980001"
PIN = "4071"


@pytest.fixture
def hotline(redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hotline]:
    flows = tmp_path / "flows"
    flows.mkdir()
    (flows / "town.yaml").write_text("title: T\nlanguage: fr-FR\nstart: bye\nsteps:\n  bye:\n    hangup: Au revoir.\n")
    (flows / "lines.yaml").write_text(
        'lines:\n  town:\n    number: "+33199001000"\n    flow: town\n    language: fr-FR\n'
    )
    (flows / "queues.yaml").write_text(
        "queues:\n  desk:\n    max_wait: 5 min\n    wrap_up: 20 s\n"
        "    dispositions: [Réglé, À rappeler]\n    disposition_required: yes\n"
    )
    url = f"sqlite:///{tmp_path / 'h.sqlite'}"
    values = {
        "REDIS_URL": redis_url,
        "DATABASE_URL": url,
        "PUBLIC_BASE_URL": BASE,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "HOTLINE_SECRET_KEY": "s" * 40,
        "HOTLINE_FLOWS": str(flows),
        "HOTLINE_VAR": str(tmp_path / "var"),
        "HOTLINE_RECORDINGS": str(tmp_path / "audio"),
        "HOTLINE_CLOCK": "1@0=0",  # the verbs tell the time, so that a test may run ahead of it
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    make_tables(url)
    made = build(Settings.read())
    ana = AgentProfile("ana", "Ana", ANA, {"accueil": 5}, ("fr-FR",), hash_secret(PIN))
    made.agents.add(ana, ANA, datetime.now(UTC))
    yield made
    made.close()


class Phone:
    """An agent's phone: asks what it is told to ask, presses keys, hears words."""

    def __init__(self, client: FlaskClient, number: str = ANA) -> None:
        self.client = client
        self.number = number
        self.heard = ""
        self.next: str | None = None

    def dial(self) -> "Phone":
        return self._post("/voice/agents", "")

    def press(self, keys: str) -> "Phone":
        assert self.next is not None, f"nothing is asked after {self.heard!r}"
        return self._post(self.next, keys)

    def _post(self, path: str, keys: str) -> "Phone":
        form = {"AccountSid": ACCOUNT, "CallSid": "CA" + "1" * 32, "From": self.number, "To": "+33199005000"}
        form |= {"CallStatus": "in-progress", "Digits": keys}
        signature = RequestValidator(TOKEN).compute_signature(BASE + path, form)
        answer = self.client.post(path, data=form, headers={"X-Twilio-Signature": signature})
        assert answer.status_code == 200
        document = ET.fromstring(answer.data)
        self.heard = " ".join(said.text or "" for said in document.iter("Say"))
        gather = document.find("Gather")
        action = urlsplit(gather.get("action", "")) if gather is not None else None
        self.next = f"{action.path}?{action.query}" if action else None
        assert (document.find("Hangup") is not None) == (self.next is None)
        return self


@pytest.fixture
def phone(hotline: Hotline) -> Phone:
    return Phone(create_app(hotline).test_client())


def test_a_day_of_an_agent(hotline: Hotline, phone: Phone) -> None:
    def state() -> tuple[str, str]:
        agent = hotline.presence.state("ana")
        return agent.state, agent.pause_reason

    assert "Bonjour Ana" in phone.dial().heard
    assert "Vous êtes déconnecté" in phone.press(PIN).heard
    assert state() == ("offline", "")
    assert "Vous êtes disponible" in phone.press("1").heard
    assert state() == ("available", "")
    assert "courte pause" in phone.press("2").heard
    assert "Vous êtes en pause" in phone.press("2").heard
    assert state() == ("paused", "meal")
    assert "Vous êtes disponible" in phone.press("1").heard
    assert state() == ("available", "")
    assert "Au revoir" in phone.press("9").heard
    assert phone.next is None
    assert state() == ("offline", "")


def test_who_was_paused_by_phones_that_rang_out_hears_why(hotline: Hotline, phone: Phone) -> None:
    hotline.presence.log_in("ana")
    now_ms = hotline.clock.now_ms()
    (offer,) = hotline.lines.join(Request("CA1", "accueil", "", 1), now_ms).offers
    hotline.lines.end_offer(offer, "no_answer", now_ms)
    heard = phone.dial().press(PIN).heard
    assert "Vous êtes en pause" in heard
    assert "sonné sans réponse" not in heard, "a pause of some seconds"
    (offer,) = hotline.lines.agent_due("ana", now_ms + 60_000)
    hotline.lines.end_offer(offer, "no_answer", now_ms + 60_000)
    assert "plusieurs appels de suite ont sonné sans réponse" in phone.dial().press(PIN).heard


def talk(
    hotline: Hotline,
    queue: str = "accueil",
    rules: Rules | None = None,
    during: Callable[[], object] = lambda: None,
) -> str:
    """Ana has talked to somebody; the offer. `during`: what happens in between."""
    hotline.presence.log_in("ana")
    now_ms = hotline.clock.now_ms()
    (offer,) = hotline.lines.join(Request("CA1", queue, "", 1, rules=rules or Rules()), now_ms).offers
    hotline.lines.claim(offer, now_ms)
    hotline.lines.ringing(offer, "CA9", now_ms, lease_ms=20_000)
    hotline.lines.accept(offer, now_ms)
    hotline.lines.bridged(offer, "CA1", now_ms)
    hotline.lines.met(offer, now_ms)
    during()
    hotline.lines.finish(offer, now_ms)
    return offer


def test_after_a_talk_there_is_more_time_for_the_asking(hotline: Hotline, phone: Phone) -> None:
    talk(hotline)
    before = hotline.presence.state("ana").deadline_ms
    assert "deux minutes de plus, tapez 4" in phone.dial().press(PIN).heard
    assert "vous avez deux minutes de plus" in phone.press("4").heard
    after = hotline.presence.state("ana").deadline_ms
    assert before is not None
    assert after == before + 120_000


def test_a_line_may_require_to_be_told_what_came_of_a_talk(hotline: Hotline, phone: Phone) -> None:
    definition = hotline.flows.queue("desk")
    assert definition is not None
    offer = talk(hotline, "desk", definition.rules())
    lasts = hotline.presence.state("ana")
    assert lasts.deadline_ms == lasts.since_ms + 1_800_000, "until it was said, instead of 20 s"
    assert "Pour dire ce que l'appel a donné, tapez 5" in phone.dial().press(PIN).heard
    assert "Dites d'abord" in phone.press("3").heard
    assert "Réglé, tapez 1. À rappeler, tapez 2." in phone.heard
    assert hotline.presence.state("ana").state == "wrap_up"
    heard = phone.press("2").heard
    assert "C'est noté" in heard
    assert "Vous terminez le traitement" in heard
    assert hotline.results.kept.of(offer) == "À rappeler"


def owing(hotline: Hotline) -> str:
    """Ana has talked in a line that requires to be told what came of it."""
    definition = hotline.flows.queue("desk")
    assert definition is not None
    return talk(hotline, "desk", definition.rules())


def test_nobody_pauses_without_saying_what_came_of_the_talk(hotline: Hotline, phone: Phone) -> None:
    offer = owing(hotline)
    phone.dial().press(PIN).press("2")
    heard = phone.press("2").heard
    assert "dès que vous aurez dit ce que l'appel a donné" in heard
    assert "Réglé, tapez 1." in heard
    now = hotline.presence.state("ana")
    assert (now.state, now.wish) == ("wrap_up", "paused")
    assert "Vous êtes en pause" in phone.press("1").heard
    now = hotline.presence.state("ana")
    assert (now.state, now.pause_reason, now.wish) == ("paused", "meal", "")
    assert hotline.results.kept.of(offer) == "Réglé"


def test_nobody_logs_out_without_saying_what_came_of_the_talk(hotline: Hotline, phone: Phone) -> None:
    owing(hotline)
    assert "dès que vous aurez dit" in phone.dial().press(PIN).press("9").heard
    assert hotline.presence.state("ana").state == "wrap_up"
    assert phone.press("2").next is None, "said, and gone"
    assert hotline.presence.state("ana").state == "offline"


def test_resuming_takes_back_the_wish_but_not_what_is_owed(hotline: Hotline) -> None:
    owing(hotline)
    with pytest.raises(IllegalTransition, match="has to be said first"):
        hotline.presence.finish_wrap_up("ana")
    hotline.presence.pause("ana", "lunch")
    now = hotline.presence.resume("ana")
    assert (now.state, now.wish) == ("wrap_up", "")
    hotline.results.say(hotline.results.asked("ana"), "Réglé")
    assert hotline.presence.state("ana").state == "wrap_up", "the line's own wrap-up is left to them"


def test_what_was_wished_during_the_talk_waits_for_what_came_of_it(hotline: Hotline) -> None:
    definition = hotline.flows.queue("desk")
    assert definition is not None
    talk(hotline, "desk", definition.rules(), during=lambda: hotline.presence.log_out("ana"))
    now = hotline.presence.state("ana")
    assert (now.state, now.wish) == ("wrap_up", "offline")
    hotline.results.say(hotline.results.asked("ana"), "Réglé")
    assert hotline.presence.state("ana").state == "offline"


def test_what_is_owed_is_forgotten_after_half_an_hour_and_the_wish_granted(hotline: Hotline) -> None:
    owing(hotline)
    hotline.presence.pause("ana", "lunch")
    over_ms = hotline.presence.state("ana").deadline_ms
    assert over_ms is not None
    hotline.lines.agent_due("ana", over_ms)
    assert hotline.presence.state("ana").state == "paused"


def test_a_line_that_asks_for_nothing_holds_nobody_back(hotline: Hotline) -> None:
    talk(hotline, "desk", Rules(wrap_ms=3_600_000))
    assert hotline.presence.pause("ana", "lunch").state == "paused"


def test_what_came_of_a_talk_stands_with_the_call_whenever_it_is_recorded(hotline: Hotline) -> None:
    offer = talk(hotline, "desk")
    begun = Session("CA1", "town", "town", "d", "bye", "fr-FR", started_at=hotline.clock.now().isoformat())
    hotline.sessions.save(begun, "", ())
    hotline.results.say(hotline.results.asked("ana"), "Réglé")
    assert hotline.results.asked("ana").names == (), "said once"
    hotline.sessions.end("CA1", "answered", hotline.clock.now_ms())
    record_call("CA1", ended=hotline.ended, history=hotline.history, messages=hotline.messages)
    hotline.results.record(offer, hotline.history)
    kept = hotline.history.get("CA1")
    assert kept is not None
    assert kept.notes == (("disposition", "Réglé"),)


def test_a_wrong_pin_thrice_ends_the_call_and_changes_nothing(hotline: Hotline, phone: Phone) -> None:
    phone.dial()
    for _ in range(2):
        assert "n'est pas le bon" in phone.press("9999").heard
        assert phone.next is not None
    assert "n'est pas le bon" in phone.press("9999").heard
    assert phone.next is None
    assert hotline.presence.state("ana").state == "offline"


def test_after_five_wrong_ones_even_the_right_one_is_refused(hotline: Hotline, phone: Phone) -> None:
    for _ in range(A_DAY):
        phone.dial().press("99999999")
    assert "Trop d'essais" in phone.heard
    assert "Trop d'essais" in phone.dial().heard
    assert phone.next is None
    assert hotline.pin_tries.locked("ana")
    phone.next = "/voice/agents/pin?count=0"  # a call that was at the PIN when it was locked
    assert "Trop d'essais" in phone.press(PIN).heard
    hotline.pin_tries.forget("ana")
    assert "Vous êtes déconnecté" in phone.dial().press(PIN).heard


def test_the_right_pin_forgives_earlier_ones(phone: Phone) -> None:
    for _ in range(3):
        phone.dial().press("9999")
        assert "Vous êtes" in phone.press(PIN).heard


@pytest.mark.parametrize("number", ["+33612345678", "anonymous", "", "+266696687", "client:ana"])
def test_a_number_that_is_no_agents_gets_no_further(hotline: Hotline, number: str) -> None:
    stranger = Phone(create_app(hotline).test_client(), number)
    assert "d'aucun agent" in stranger.dial().heard
    assert stranger.next is None
    stranger.next = "/voice/agents/menu?count=0"
    assert "d'aucun agent" in stranger.press("1").heard
    assert hotline.presence.state("ana").state == "offline"


def test_without_a_pin_nobody_gets_in(hotline: Hotline, phone: Phone) -> None:
    hotline.agents.set_pin("ana", "")
    assert "pas encore de code" in phone.dial().heard
    assert phone.next is None
    phone.next = "/voice/agents/pin?count=0"
    assert "n'est pas le bon" in phone.press("1234").heard


def test_an_unsigned_request_does_nothing(hotline: Hotline) -> None:
    client = create_app(hotline).test_client()
    form = {"AccountSid": ACCOUNT, "CallSid": "CA" + "1" * 32, "From": ANA, "Digits": "1"}
    answer = client.post("/voice/agents/menu", data=form, headers={"X-Twilio-Signature": "x" * 28})
    assert (answer.status_code, answer.data) == (403, b"")
    assert hotline.presence.state("ana").state == "offline"


def test_a_dutch_agent_is_spoken_to_in_dutch(hotline: Hotline) -> None:
    bo = AgentProfile("bo", "Bo", "+33639980002", {}, ("nl",), hash_secret(PIN))
    hotline.agents.add(bo, "", datetime.now(UTC))
    client = create_app(hotline).test_client()
    assert "Toets uw code in" in Phone(client, "+33639980002").dial().heard


def test_without_a_database_the_agent_hears_so(hotline: Hotline, phone: Phone) -> None:
    with hotline.database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE agents")
    assert "problème technique" in phone.dial().heard
    assert phone.next is None


def test_neither_pin_nor_number_is_logged(phone: Phone, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    phone.dial().press("73519082")
    phone.press(PIN)
    logged = "\n".join(f"{record.getMessage()} {sorted(record.__dict__.items(), key=str)}" for record in caplog.records)
    assert "wrong PIN" in logged
    assert "73519082" not in logged
    assert not re.search(rf"\b{PIN}\b", logged)
    assert ANA not in logged
