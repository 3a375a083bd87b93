"""What waiting callers are told of their place, over several processes, and how true it was."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from pathlib import Path

import pytest

from ivr.core.routing.tuning import AS_FITTED
from ivr.services.ports import StoreDown
from ivr.services.told_port import Accuracy
from ivr.store.redis.told import RedisTold
from tests.web.house import House

FLOW = """
language: fr-FR
time_zone: Europe/Paris
start: line
on_fault: goodbye
steps:
  line:
    queue: accueil
    while_waiting: other
    offer: Pour être rappelé, tapez 1.
    offer_after: 10 min
    STEP
    next: goodbye
    otherwise: goodbye
  other:
    hangup: Autre chose.
  goodbye:
    hangup: Au revoir.
"""
QUEUES = "queues:\n  accueil: {max_wait: 60 min, PROMISE announce: {every: 45 s}}\n"
LINES = 'lines:\n  mairie: {number: "+33199001000", flow: house, language: fr-FR}\n'
TALK_MS = 180_000
FIRST, SECOND, THIRD = ("CA" + digit * 32 for digit in "123")
LINE = "hl:{main}:queue:accueil"


def folder(at: Path, promise: str, step: str) -> Path:
    at.mkdir()
    (at / "house.yaml").write_text(FLOW.replace("STEP", step), encoding="utf-8")
    (at / "queues.yaml").write_text(QUEUES.replace("PROMISE", promise), encoding="utf-8")
    (at / "lines.yaml").write_text(LINES, encoding="utf-8")
    return at


class Hall:
    """One agent who is being rung for the first of three callers, and two processes that serve heartbeats."""

    def __init__(self, redis_url: str, at: Path, promise: str = "", step: str = "") -> None:
        flows = folder(at / "flows", promise, step)
        # The verbs tell the time, so that a test may run ahead of it.
        self._another = partial(House, redis_url, at, hotline_flows=flows, hotline_clock="1@0=0")
        self.one = self._another()
        self.began = datetime.now(UTC)
        self.one.agent_on_duty()
        for call in (FIRST, SECOND, THIRD):
            self.one.say("/voice/answer", CallSid=call)

    @cached_property
    def other(self) -> House:
        """Another process."""
        return self._another()

    def talks_are_known(self) -> None:
        """How long a talk takes has been seen."""
        self.one.hotline.redis.execute("HSET", LINE, "talk_ms", TALK_MS)

    def heard(self, call: str, after_s: float, house: House | None = None) -> str:
        """What a heartbeat so long after the beginning says."""
        served = house or self.one
        return served.hotline.waiting.hold(call, 1, self.began + timedelta(seconds=after_s))

    def close(self) -> None:
        self.one.close()
        if "other" in self.__dict__:
            self.other.close()


@pytest.fixture
def hall(redis_url: str, tmp_path: Path) -> Iterator[Hall]:
    made = Hall(redis_url, tmp_path)
    yield made
    made.close()


@pytest.fixture
def promising(redis_url: str, tmp_path: Path) -> Iterator[Hall]:
    """The same where an answer is promised within 150 s."""
    made = Hall(redis_url, tmp_path, "promise: be-charter-2011,")
    yield made
    made.close()


def test_place_and_wait_are_told_at_once_and_not_again_by_another_process(hall: Hall) -> None:
    hall.talks_are_known()
    said = hall.heard(THIRD, 1)
    assert "Vous êtes en position 2." in said
    assert "minutes au plus." in said or "minutes." in said
    for after, house in ((16, hall.other), (31, hall.one), (61, hall.other)):
        assert "position" not in hall.heard(THIRD, after, house)
        assert "attente est" not in hall.heard(THIRD, after, house)


def test_a_wait_that_can_not_be_known_is_not_told(hall: Hall) -> None:
    said = hall.heard(THIRD, 1)
    assert "Vous êtes en position 2." in said
    assert "minute" not in said


def test_a_better_place_is_told_by_whichever_process_serves_the_heartbeat(hall: Hall) -> None:
    hall.talks_are_known()
    hall.heard(THIRD, 1)
    hall.one.hotline.dispatch.caller_gone(SECOND, hall.one.hotline.clock.now_ms() + 20_000)
    assert "prochaine" not in hall.heard(THIRD, 30, hall.other), "too soon"
    assert "Vous êtes la prochaine personne" in hall.heard(THIRD, 60, hall.other)
    assert "prochaine" not in hall.heard(THIRD, 120, hall.one), "that was told"


def test_what_was_told_and_broken_is_put_right_by_another_process(hall: Hall) -> None:
    hall.talks_are_known()
    assert "minutes" in hall.heard(THIRD, 1)
    late = hall.heard(THIRD, 3000, hall.other)
    assert "plus long que ce que nous vous avions annoncé" in late
    assert "Il faut maintenant compter encore" in late
    assert "Vous gardez votre place." in late
    assert "plus long" not in hall.heard(THIRD, 3016, hall.one)


def test_a_callback_is_offered_as_soon_as_the_promise_is_predicted_to_break(promising: Hall) -> None:
    assert "tapez 1" not in promising.heard(THIRD, 1), "nothing can be predicted yet"
    promising.talks_are_known()
    assert "tapez 1" in promising.heard(THIRD, 60)
    assert "tapez 1" in promising.heard(THIRD, 91, promising.other), "predicted, though nothing was asked anew"


def test_what_is_due_for_a_long_wait_stays_due_while_nothing_is_asked_anew(redis_url: str, tmp_path: Path) -> None:
    hall = Hall(redis_url, tmp_path, step="offer_when_expected_over: 2 min")
    try:
        hall.talks_are_known()
        assert "tapez 1" in hall.heard(THIRD, 1)
        assert "tapez 1" in hall.heard(THIRD, 31, hall.other)
    finally:
        hall.close()


def test_nothing_is_offered_early_without_a_promise(hall: Hall) -> None:
    hall.talks_are_known()
    assert "tapez 1" not in hall.heard(THIRD, 1)
    assert "tapez 1" not in hall.heard(THIRD, 30)
    assert "tapez 1" in hall.heard(THIRD, 601)


def test_an_answered_call_teaches_its_line(hall: Hall) -> None:
    hotline = hall.one.hotline
    hall.talks_are_known()
    hall.heard(SECOND, 1)
    hotline.dispatch.caller_gone(FIRST, hotline.clock.now_ms())
    offer = hotline.lines.call(SECOND).reservation  # type: ignore[union-attr]
    hotline.lines.claim(offer, hotline.clock.now_ms())
    hotline.lines.ringing(offer, "CA9", hotline.clock.now_ms(), lease_ms=30_000)
    hotline.dispatch.offer_key(offer, "1", hotline.clock.now_ms())
    now = hall.began + timedelta(seconds=50)
    assert "Conference" in hall.other.hotline.waiting.bridge(SECOND, offer, now)
    assert "Conference" in hall.one.hotline.waiting.bridge(SECOND, offer, now), "asked twice"
    accuracy = hotline.forecasting.accuracy("accueil", hotline.clock.now_ms())
    assert (accuracy.calls, accuracy.within) == (1, 1.0)
    assert accuracy.waited_s == pytest.approx(49, abs=2)
    assert RedisTold(hotline.redis, hotline.keys).tunings("accueil")[0] != AS_FITTED


def test_a_call_that_is_being_rung_for_is_told_nothing_and_held_against_nothing(hall: Hall) -> None:
    hall.talks_are_known()
    assert "minute" not in hall.heard(FIRST, 1)
    assert "prochaine" not in hall.heard(FIRST, 1)
    assert hall.one.hotline.redis.execute("HEXISTS", "hl:{main}:told:" + FIRST, "since") == 0


def test_where_redis_is_away_nothing_of_the_place_is_known(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> object:
        raise StoreDown("away")

    monkeypatch.setattr(RedisTold, "look", away)
    assert "Merci de patienter" in hall.heard(THIRD, 1)
    assert "position" not in hall.heard(THIRD, 60)
    assert hall.one.hotline.forecasting.accuracy("accueil", 0) == Accuracy()
