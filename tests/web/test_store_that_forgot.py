"""Calls whose last seconds the store has lost: whoever waited waits on, in their place, and hears no goodbye."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lost_tail import as_it_is, back_to
from tests.web.house import CALL, House, is_fallback, verbs

WAITING = ["Say", "Say", "Pause"]
TAKEN_MS = 1000


@pytest.fixture
def other(redis_url: str, tmp_path: Path) -> Iterator[House]:
    """A second process of the same Hotline."""
    (tmp_path / "two").mkdir()
    made = House(redis_url, tmp_path / "two")
    yield made
    made.close()


def start_ms(house: House) -> int:
    """Where the call stands in its line."""
    held = house.hotline.lines.call(CALL)
    assert held is not None
    assert held.state == "waiting"
    return held.virtual_start_ms


def in_its_place(house: House, stood_ms: int) -> bool:
    """Not behind where it stood. The moment is the process's now and was the store's: a few ms before it."""
    return 0 <= stood_ms - start_ms(house) < TAKEN_MS


@pytest.mark.parametrize("known", ["nothing", "the menu"])
def test_whoever_waited_in_line_waits_on_in_their_place(house: House, redis_url: str, known: str) -> None:
    before = as_it_is(redis_url)
    house.say("/voice/answer")
    if known == "the menu":
        before = as_it_is(redis_url)
    house.say("/voice/turn/1", Digits="1")
    stood = start_ms(house)
    back_to(redis_url, before)
    assert verbs(house.say("/voice/wait/2", QueueTime="15"))[-1] == "Pause"
    assert in_its_place(house, stood)
    assert house.hotline.lines.snapshot(0).queues[0].waiting == 1


@pytest.mark.parametrize("path", ["/voice/queue/2", f"/voice/bridge/{CALL}-1"])
def test_whoever_was_on_the_way_to_a_person_is_back_in_line(house: House, redis_url: str, path: str) -> None:
    before = as_it_is(redis_url)
    house.say("/voice/answer")
    house.say("/voice/turn/1", Digits="1")
    stood = start_ms(house)
    back_to(redis_url, before)
    assert verbs(house.say(path, QueueResult="leave"))[-1] == "Enqueue"
    assert in_its_place(house, stood)


def test_any_process_that_has_served_the_call_puts_it_back(house: House, other: House, redis_url: str) -> None:
    before = as_it_is(redis_url)
    house.say("/voice/answer")
    house.say("/voice/turn/1", Digits="1")
    stood = start_ms(house)
    assert verbs(other.say("/voice/wait/2")) == WAITING
    back_to(redis_url, before)
    assert verbs(other.say("/voice/wait/2"))[-1] == "Pause"
    assert in_its_place(house, stood)


def test_a_process_that_never_knew_the_call_sends_it_to_the_way_out(house: House, other: House, redis_url: str) -> None:
    before = as_it_is(redis_url)
    house.say("/voice/answer")
    house.say("/voice/turn/1", Digits="1")
    back_to(redis_url, before)
    assert verbs(other.say("/voice/wait/2")) == ["Leave"]
    assert is_fallback(other.say("/voice/queue/2", QueueResult="leave"))


def test_a_process_that_is_behind_brings_nothing_back(house: House, other: House, redis_url: str) -> None:
    house.say("/voice/answer")
    assert other.hotline.sessions.load(CALL) is not None
    house.say("/voice/turn/1", Digits="1")
    assert not other.hotline.sessions.again(CALL)
    assert not house.hotline.sessions.again(CALL)
    assert verbs(other.say("/voice/wait/2")) == WAITING
