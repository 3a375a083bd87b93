"""Skill groups nobody asks for any more are forgotten, with all that is kept of them, and never under a call."""

from typing import Any

import pytest

from ivr.core.routing.rings import OpenRing
from ivr.services.callbacks_port import Booking
from ivr.services.lines_port import Request
from ivr.store.redis.keys import Keys
from ivr.store.redis.old_groups import UNUSED_MS
from tests.routing.conftest import Centre

DAY = UNUSED_MS


def groups(centre: Centre) -> dict[str, str]:
    """Name to id of what there is, without line and strategy."""
    names = centre.lines.dump().get("groups:names", {})
    return {name.partition("/")[2].partition("~")[0]: group for group, name in names.items()}


def traces(centre: Centre, group: str) -> list[str]:
    """Keys in which a group is named in any way, without events and calls that are over."""
    found = []
    for key, value in centre.lines.dump().items():
        inside: list[Any] = []
        for each in value.items() if isinstance(value, dict) else (value if isinstance(value, list | set) else ()):
            inside += [*str(each[1]).split(), each[0]] if isinstance(each, tuple) else [each]
        if group in key.split(":") or group in inside:
            found.append(key)
    return sorted(key for key in found if key != "events" and not key.startswith("call:"))


def gone(centre: Centre, call: str) -> None:
    """A call comes and hangs up."""
    centre.join(call, "@ann|fr:1")
    centre.lines.leave(call, "abandoned", centre.now)


def test_what_nobody_asks_for_in_a_day_is_forgotten_without_a_trace(centre: Centre) -> None:
    centre.agent("ann")
    centre.lines.wish("ann", "paused", "lunch", centre.now)
    gone(centre, "CA1")
    group = groups(centre)["@ann|fr:1"]
    assert traces(centre, group), "it was somewhere"
    centre.clock.pass_ms(DAY - 1)
    assert centre.lines.forget_groups(centre.now) == 0
    centre.clock.pass_ms(1)
    centre.lines.wish("ann", "available", "", centre.now)
    assert centre.lines.forget_groups(centre.now) == 1
    assert not traces(centre, group)
    assert centre.lines.forget_groups(centre.now) == 0


def test_whoever_asks_again_finds_the_same_people(centre: Centre) -> None:
    centre.agent("ann")
    centre.lines.wish("ann", "paused", "lunch", centre.now)
    gone(centre, "CA1")
    centre.clock.pass_ms(DAY)
    centre.lines.forget_groups(centre.now)
    centre.lines.wish("ann", "available", "", centre.now)
    assert centre.join("CA2", "@ann|fr:1").offers == ("CA2-1",)


def test_what_was_asked_for_meanwhile_stays(centre: Centre) -> None:
    gone(centre, "CA1")
    centre.clock.pass_ms(DAY - 1)
    gone(centre, "CA2")
    centre.clock.pass_ms(DAY - 1)
    assert centre.lines.forget_groups(centre.now) == 0


def test_a_group_in_which_somebody_waits_stays(centre: Centre) -> None:
    centre.join("CA1", "fr:9")
    centre.clock.pass_ms(3 * DAY)
    assert centre.lines.forget_groups(centre.now) == 0
    centre.agent("ann", fr=9)
    assert centre.call_state("CA1") == "offered"


def test_the_groups_of_a_callback_stay_until_its_time(centre: Centre) -> None:
    rings = (OpenRing(0, "fr:9"), OpenRing(60_000, "fr:2"))
    later = centre.now + 5 * DAY
    booking = Booking(
        "CB1", "CA1", "help", "fr:9", "+33612345678", rings=rings, not_before_ms=later, expires_ms=2 * later
    )
    centre.lines.book(booking, centre.now)
    gone(centre, "CA2")
    centre.clock.pass_ms(2 * DAY)
    assert centre.lines.forget_groups(centre.now) == 1, "that of the call that is over"
    assert set(groups(centre)) == {"fr:9", "fr:2"}


def test_the_rings_of_a_call_count_as_asked_for(centre: Centre) -> None:
    rings = (OpenRing(0, "fr:9"), OpenRing(60_000, "fr:2"))
    for _ in range(3):
        centre.lines.join(Request("CA1", "help", "fr:9", 1, rings=rings), centre.now)
        centre.clock.pass_ms(DAY - 1)
        assert centre.lines.forget_groups(centre.now) == 0


def test_a_group_made_before_anybody_counted_has_its_day(centre: Centre) -> None:
    gone(centre, "CA1")
    centre.client.execute("DEL", f"{Keys().prefix}groups:used")
    assert centre.lines.forget_groups(centre.now) == 0
    centre.clock.pass_ms(DAY)
    assert centre.lines.forget_groups(centre.now) == 1


def test_whoever_logs_in_meanwhile_looks_again(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    gone(centre, "CA1")
    group = groups(centre)["@ann|fr:1"]
    centre.clock.pass_ms(DAY)
    ask = centre.client.execute

    def execute(*words: Any) -> Any:
        answer = ask(*words)
        if words[0] == "HGETALL" and str(words[1]).endswith("groups:names") and group.encode() in answer:
            assert centre.lines.forget_groups(centre.now) == 1
        return answer

    monkeypatch.setattr(centre.client, "execute", execute)
    centre.agent("ann")
    assert not traces(centre, group)


def test_many_are_forgotten_at_once(centre: Centre) -> None:
    for number in range(120):
        centre.join(f"CA{number}", f"@nobody{number}|fr:1")
        centre.lines.leave(f"CA{number}", "abandoned", centre.now)
    centre.clock.pass_ms(DAY)
    centre.dispatch.reconcile(centre.now)
    assert not groups(centre)
