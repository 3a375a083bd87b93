"""Calls through the whole application: what is heard, what is stored, what happens once."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from redis import Redis

from ivr.services.ports import StoreDown
from ivr.web.outage import BEARABLE_SECONDS, Outage
from tests.conftest import RedisProcess
from tests.web.house import (
    ANNA,
    BASE,
    CALL,
    FALLBACK,
    LEG,
    House,
    action,
    is_fallback,
    spoken,
    verbs,
)

RECORDING = "RE" + "e" * 32


def captions(redis_url: str, house: House) -> list[tuple[str, str]]:
    with Redis.from_url(redis_url) as client:
        said = [json.loads(line) for line in client.lrange(house.hotline.keys.captions(CALL), 0, -1)]
    return [(line["who"], line["text"]) for line in said]


def events(redis_url: str, house: House) -> list[str]:
    with Redis.from_url(redis_url, decode_responses=True) as client:
        return [fields["type"] for _, fields in client.xrange(house.hotline.keys.events)]


# --- turns --------------------------------------------------------------------------------------------------------
def test_a_caller_is_greeted_chooses_and_is_answered(house: House, redis_url: str) -> None:
    menu = house.say("/voice/answer")
    assert "tapez 1" in spoken(menu)
    assert action(menu) == "/voice/turn/1"
    asked = house.say("/voice/turn/1", Digits="3")
    assert action(asked) == "/voice/turn/2"
    end = house.say("/voice/turn/2", Digits="4242")
    assert verbs(end)[-1] == "Hangup"
    assert captions(redis_url, house) == [
        ("hotline", spoken(menu)),
        ("caller", "3"),
        ("hotline", spoken(asked)),
        ("caller", "•••"),
        ("hotline", spoken(end)),
    ]
    with Redis.from_url(redis_url) as client:
        assert b"4242" not in b"".join(
            client.dump(key) or b"" for key in (house.hotline.keys.events, house.hotline.keys.captions(CALL))
        )


def test_silence_and_a_wrong_key_are_two_things(house: House) -> None:
    house.say("/voice/answer")
    silence, wrong = house.say("/voice/turn/1"), house.say("/voice/turn/2", Digits="9")
    assert spoken(silence) != spoken(wrong)


def test_a_repeated_turn_gets_the_same_answer_and_one_effect(house: House, redis_url: str, tmp_path: Path) -> None:
    (tmp_path / "two").mkdir()
    other = House(redis_url, tmp_path / "two")
    first = house.post("/voice/answer").data
    assert other.post("/voice/answer").data == first
    taken = house.post("/voice/turn/1", Digits="2").data
    seen = events(redis_url, house)
    for again in (house, other):
        assert again.post("/voice/turn/1", Digits="2").data == taken
        assert again.post("/voice/turn/1", Digits="1").data == taken
    assert events(redis_url, house) == seen
    other.close()


def test_many_at_once_take_a_turn_once(house: House, redis_url: str) -> None:
    house.say("/voice/answer")
    with ThreadPoolExecutor(8) as pool:
        answers = {answer.data for answer in pool.map(lambda _: house.post("/voice/turn/1", Digits="2"), range(24))}
    assert len(answers) == 1
    assert events(redis_url, house).count("call.did") == 1


def test_turns_out_of_order_change_nothing(house: House, redis_url: str) -> None:
    house.say("/voice/answer")
    current = house.post("/voice/turn/1", Digits="3").data
    seen = events(redis_url, house)
    for late in ("/voice/turn/5", "/voice/turn/3", "/voice/turn/0", "/voice/turn/1", "/voice/answer"):
        assert house.post(late, Digits="1").data == current, late
    assert events(redis_url, house) == seen


def test_two_processes_serve_one_call_in_turn(house: House, redis_url: str, tmp_path: Path) -> None:
    (tmp_path / "two").mkdir()
    other = House(redis_url, tmp_path / "two")
    house.say("/voice/answer")
    for turn in range(1, 7):
        root = (house, other)[turn % 2].say(f"/voice/turn/{turn}", Digits="3" if turn % 2 else "")
        assert verbs(root)[-1] in {"Redirect", "Hangup"}
    other.close()


def test_a_call_to_no_line_and_a_turn_of_no_call(house: House) -> None:
    assert verbs(house.say("/voice/answer", To="+33155555555")) == ["Say", "Hangup"]
    assert is_fallback(house.say("/voice/turn/4", CallSid="CA" + "f" * 32, Digits="1"))


def test_a_hidden_caller_is_served_like_any_other(house: House) -> None:
    for number, raw in enumerate(("+266696687", "anonymous", "", "client:bob", "sip:a@b")):
        assert "tapez 1" in spoken(house.say("/voice/answer", From=raw, CallSid=f"CA{number:032x}"))


def test_a_hand_over_dials_and_goes_on(house: House) -> None:
    house.say("/voice/answer")
    dial = house.say("/voice/turn/1", Digits="4")
    assert dial.findtext("Dial/Number") == "+33199002000"
    assert verbs(house.say("/voice/turn/2", DialCallStatus="no-answer"))[-1] == "Record"


# --- ends ---------------------------------------------------------------------------------------------------------
def end(house: House, **fields: str) -> str:
    assert house.post("/voice/status", CallStatus="completed", **fields).status_code == 204
    assert house.post("/voice/status", CallStatus="completed", **fields).status_code == 204
    return house.hotline.sessions.facts(CALL)["outcome"]


def test_a_call_that_hung_up_in_its_menu(house: House, redis_url: str) -> None:
    house.say("/voice/answer")
    assert end(house) == "hung-up-in-menu"
    with Redis.from_url(redis_url, decode_responses=True) as client:
        assert client.zrange(house.hotline.keys.unrecorded, 0, -1) == [CALL]
        assert client.zrange(house.hotline.keys.calls, 0, -1) == []
    assert events(redis_url, house).count("call.ended") == 1


def test_a_message_left_by_hanging_up_is_kept(house: House) -> None:
    house.say("/voice/answer")
    house.say("/voice/turn/1", Digits="2")
    left = {"RecordingSid": RECORDING, "RecordingDuration": "7", "Digits": "hangup", "CallStatus": "completed"}
    house.say("/voice/turn/2", **left)
    house.say("/voice/turn/2", **left)
    kept = json.loads(house.hotline.sessions.facts(CALL)[f"message:{RECORDING}"])
    assert (kept["mailbox"], kept["seconds"]) == ("mairie", 7)
    assert end(house) == "voicemail"


def test_a_hand_over_that_was_answered(house: House) -> None:
    house.say("/voice/answer")
    house.say("/voice/turn/1", Digits="4")
    house.say("/voice/turn/2", DialCallStatus="completed", DialCallDuration="30", CallStatus="completed")
    assert end(house) == "dialed"


# --- lines --------------------------------------------------------------------------------------------------------
def offered(house: House) -> str:
    """The reservation made for the call, its agent's phone ringing."""
    call = house.hotline.lines.call(CALL)
    assert call is not None
    assert call.state == "offered"
    now = house.hotline.clock.now_ms()
    house.hotline.lines.claim(call.reservation, now)
    house.hotline.lines.ringing(call.reservation, LEG, now, lease_ms=30_000)
    return call.reservation


def agent(house: House, path: str, **fields: str) -> list[str]:
    return verbs(house.say(path, CallSid=LEG, To=ANNA.number, From="+33199001000", Direction="outbound-api", **fields))


def test_a_call_waits_is_accepted_talked_to_and_goes_on(house: House, redis_url: str) -> None:
    house.say("/voice/answer")
    joined = house.say("/voice/turn/1", Digits="1")
    queue = joined.find("Enqueue")
    assert queue is not None
    assert queue.attrib["waitUrl"].endswith("/voice/wait/2#rc=2&rp=ct,5xx")
    held = house.say("/voice/wait/2", QueueTime="0")
    assert verbs(held) == ["Say", "Say", "Pause"]
    house.agent_on_duty()
    house.say("/voice/wait/2", QueueTime="15")
    offer = offered(house)

    whisper = house.say(f"/voice/offer/{offer}", CallSid=LEG)
    assert "accueil" in spoken(whisper)
    assert action(whisper) == f"/voice/offer/{offer}/key"
    assert agent(house, f"/voice/offer/{offer}/key", Digits="7") == ["Gather", "Redirect"]
    room = house.say(f"/voice/offer/{offer}/key", CallSid=LEG, Digits="1")
    name = room.findtext("Dial/Conference")

    assert verbs(house.say("/voice/wait/2")) == ["Leave"]
    caller = house.say("/voice/queue/2", QueueResult="leave", QueueTime="17")
    assert caller.findtext("Dial/Conference") == name
    assert action(caller) == f"/voice/turn/2?room={offer}"
    assert house.say(f"/voice/bridge/{offer}").findtext("Dial/Conference") == name
    house.post(f"/voice/room/{offer}", StatusCallbackEvent="conference-start")

    asked = house.say(f"/voice/offer/{offer}/done", CallSid=LEG, DialCallStatus="completed")
    assert "Réglé, tapez 1. À rappeler, tapez 2." in spoken(asked)
    assert action(asked) == f"/voice/offer/{offer}/result/1"
    again = house.say(f"/voice/offer/{offer}/result/1", CallSid=LEG, Digits="7")
    assert action(again) == f"/voice/offer/{offer}/result/2"
    noted = house.say(f"/voice/offer/{offer}/result/2", CallSid=LEG, Digits="2")
    assert verbs(noted) == ["Say", "Hangup"]
    assert house.hotline.results.kept.of(offer) == "À rappeler"
    left_ms = (house.hotline.presence.state("anna").deadline_ms or 0) - house.hotline.clock.now_ms()
    assert 0 < left_ms <= 15_000, "what is left of the line's own wrap-up"
    after = house.say(f"/voice/turn/2?room={offer}", DialCallStatus="answered")
    assert verbs(after)[-1] == "Hangup"
    assert house.hotline.presence.state("anna").state == "wrap_up"
    assert end(house) == "answered"
    assert {"call.joined", "call.offered", "call.accepted", "call.bridged", "call.left"} <= set(
        events(redis_url, house)
    )


def test_a_redirect_and_the_queues_own_answer_may_both_come(house: House) -> None:
    house.agent_on_duty()
    house.say("/voice/answer")
    house.say("/voice/turn/1", Digits="1")
    offer = offered(house)
    house.say(f"/voice/offer/{offer}", CallSid=LEG)
    house.say(f"/voice/offer/{offer}/key", CallSid=LEG, Digits="1")
    assert verbs(house.say(f"/voice/bridge/{offer}")) == ["Dial"]
    assert verbs(house.say("/voice/queue/2", QueueResult="redirected")) == []


def test_a_stale_bridge_puts_the_caller_back_in_the_line(house: House) -> None:
    house.say("/voice/answer")
    joined = house.post("/voice/turn/1", Digits="1").data
    assert house.post(f"/voice/bridge/{CALL}-9").data == joined


def test_a_caller_who_hangs_up_waiting_has_abandoned(house: House) -> None:
    house.say("/voice/answer")
    house.say("/voice/turn/1", Digits="1")
    house.say("/voice/queue/2", QueueResult="hangup", CallStatus="completed")
    assert end(house) == "abandoned"
    call = house.hotline.lines.call(CALL)
    assert call is not None
    assert call.left_reason == "abandoned"


def test_the_second_notice_of_an_end_asks_for_nothing_more(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.agent_on_duty()
    house.say("/voice/answer")
    house.say("/voice/turn/1", Digits="1")
    house.hotline.lines.ringing(offered(house), LEG, house.hotline.clock.now_ms(), lease_ms=20_000)
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(house.hotline.jobs, "hint", lambda *job: asked.append(job))
    house.say("/voice/queue/2", QueueResult="hangup", CallStatus="completed")
    assert asked == [("drop_leg", LEG), ("record_call", CALL)]
    assert end(house) == "abandoned"
    assert len(asked) == 2, "the phone is hung up once, the call recorded once"


def test_an_offer_to_an_agent_whose_caller_has_gone(house: House) -> None:
    house.agent_on_duty()
    house.say("/voice/answer")
    house.say("/voice/turn/1", Digits="1")
    offer = offered(house)
    house.post("/voice/status", CallStatus="completed")
    assert agent(house, f"/voice/offer/{offer}") == ["Say", "Hangup"]
    assert agent(house, f"/voice/offer/{offer}/key", Digits="1") == ["Say", "Hangup"]


def test_silence_after_the_whisper_is_a_no(house: House) -> None:
    house.agent_on_duty()
    house.say("/voice/answer")
    house.say("/voice/turn/1", Digits="1")
    offer = offered(house)
    house.say(f"/voice/offer/{offer}", CallSid=LEG)
    assert agent(house, f"/voice/offer/{offer}/key") == ["Say", "Hangup"]
    assert verbs(house.say("/voice/wait/2")) == ["Say", "Say", "Pause"]


def test_nobody_on_duty_is_noticed_in_the_same_request(house: House) -> None:
    house.say("/voice/answer")
    assert "Record" in verbs(house.say("/voice/turn/1", Digits="5"))
    assert "Record" in verbs(house.say("/voice/turn/1", Digits="5"))


def test_a_line_refused_by_the_carrier_goes_on_with_the_flow(house: House) -> None:
    house.say("/voice/answer")
    house.say("/voice/turn/1", Digits="1")
    assert "Record" in verbs(house.say("/voice/queue/2", QueueResult="queue-full"))


def test_a_call_that_could_not_join_joins_at_its_first_heartbeat(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.say("/voice/answer")
    real = house.hotline.lines.join

    def away(*_: object, **__: object) -> object:
        raise StoreDown("away")

    monkeypatch.setattr(type(house.hotline.lines), "join", away)
    assert verbs(house.say("/voice/turn/1", Digits="1"))[-1] == "Enqueue"
    monkeypatch.setattr(type(house.hotline.lines), "join", real.__func__)
    assert verbs(house.say("/voice/wait/2")) == ["Say", "Say", "Pause"]
    call = house.hotline.lines.call(CALL)
    assert call is not None
    assert call.state == "waiting"


# --- without a store ----------------------------------------------------------------------------------------------
def test_without_a_store_the_caller_hears_a_sentence_and_is_dialled_through(
    own_redis: RedisProcess, tmp_path: Path
) -> None:
    house = House(own_redis.url, tmp_path)
    house.say("/voice/answer")
    own_redis.kill()
    for number, path in enumerate(["/voice/turn/1", "/voice/answer", "/voice/turn/1"]):
        began = time.monotonic()
        root = house.say(path, Digits="1", QueueResult="leave", CallSid=CALL if number != 1 else "CA" + "9" * 32)
        assert time.monotonic() - began < 0.6
        assert is_fallback(root), path
        assert root.findtext("Dial/Number") == FALLBACK
    assert "Pause" in verbs(house.say("/voice/wait/2"))
    assert house.post("/voice/status", CallStatus="completed").status_code == 204
    own_redis.start()
    time.sleep(1.1)
    assert verbs(house.say("/voice/turn/1", Digits="3"))[0] == "Gather"
    house.close()


@pytest.mark.parametrize("path", ["/voice/queue/2", f"/voice/bridge/{CALL}-1", f"/voice/turn/3?room={CALL}-1"])
def test_whoever_is_on_the_way_to_a_person_or_comes_from_one_is_asked_again(
    own_redis: RedisProcess, tmp_path: Path, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    outage = Outage()
    monkeypatch.setattr("ivr.app.Outage", lambda: outage)
    house = House(own_redis.url, tmp_path)
    house.agent_on_duty()
    house.say("/voice/answer")
    house.say("/voice/turn/1", Digits="1")
    offer = offered(house)
    agent(house, f"/voice/offer/{offer}")
    agent(house, f"/voice/offer/{offer}/key", Digits="1")
    if "turn" in path:
        house.say(f"/voice/bridge/{offer}")
        house.post(f"/voice/offer/{offer}/room", StatusCallbackEvent="conference-start", CallSid=CALL)
    own_redis.kill()
    again = house.say(path, QueueResult="leave", DialCallStatus="answered")
    assert verbs(again) == ["Pause", "Redirect"]
    address = (again.findtext("Redirect") or "").partition("#")[0]
    assert address.startswith(BASE + path.partition("?")[0])
    own_redis.start()
    house.hotline.lines.snapshot(0)
    after = house.say(address.removeprefix(BASE))
    assert not is_fallback(after)
    assert ("Dial" in verbs(after)) == ("turn" not in path)
    own_redis.kill()
    monkeypatch.setattr(outage, "_bearable", 0.0)
    assert is_fallback(house.say(path, QueueResult="leave", DialCallStatus="answered"))
    own_redis.start()
    house.close()


def test_an_outage_that_lasts_sends_waiting_callers_on(
    own_redis: RedisProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = [100.0]
    monkeypatch.setattr("ivr.app.Outage", lambda: Outage(seconds=lambda: seconds[0]))
    house = House(own_redis.url, tmp_path)
    own_redis.kill()
    assert verbs(house.say("/voice/wait/2")) == ["Pause"]
    seconds[0] += BEARABLE_SECONDS - 1
    assert verbs(house.say("/voice/wait/2")) == ["Pause"]
    seconds[0] += 1
    assert verbs(house.say("/voice/wait/2")) == ["Leave"]
    assert is_fallback(house.say("/voice/queue/2", QueueResult="leave"))
    house.close()
