"""A bad quarter of an hour at full load: processes are killed, Redis too, and nobody on the phone is forgotten.

`make chaos`, and no part of `make test`: each takes about a minute of a machine that has nothing else to do. What is
found here and mended has small tests of its own: tests/routing/test_recovery.py, tests/web/test_store_that_forgot.py.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.store.sql.calls import Wanted
from tests.end_to_end.under_load import AGENTS, OUT_OF_REACH, Caller, Centre, when

pytestmark = [pytest.mark.xdist_group("hotline-run"), pytest.mark.timeout(400)]

MOST_CALLS, LATER_CALLS = 300, 8
LOST_SECONDS = 2.0
"""What Redis may lose of its log by its own rules, in real seconds: eight times as long for those on the phone."""


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    made = Centre(tmp_path)
    yield made
    made.end()


def test_whatever_dies_nobody_is_lost_stuck_bridged_twice_or_forgotten(centre: Centre) -> None:
    dial(centre)
    kill_after(centre, 10, "calls")
    kill_after(centre, 18, "web")
    kill_after(centre, 26, "calls", "calls", "records")
    callers = all_over(centre)

    hotline = centre.hotline
    when(centre.folded, "every event is in the history", 90)
    for caller in callers:
        record = hotline.history.get(caller.sid)
        if record is None:
            assert caller.ways == (OUT_OF_REACH,), caller
            continue
        agent = caller.ways[0].removeprefix("agent ") if caller.ways[0].startswith("agent ") else ""
        assert (record.outcome == "answered", record.agent_id) == (bool(agent), agent), (caller, record)
        told = Counter(written.event.type for written in hotline.decisions.of_call(caller.sid))
        assert told["call.left"] == (1 if told["call.joined"] else 0), (caller, told)


def test_a_store_that_dies_and_forgets_loses_nobody_cuts_no_talk_and_gives_no_call_to_two(centre: Centre) -> None:
    """What was decided in the last seconds is forgotten: the history may say less of a call than it was, and nothing of
    one that began and was over within those."""
    dial(centre)
    for dialled in (14, 30):
        when_busy(centre, dialled)
        centre.kill_store(LOST_SECONDS)
    when(centre.whole, "the store is back", 60)
    when(lambda: centre.figures()["dialled"] >= 44, "calls go on", 60)
    all_over(centre)


def dial(centre: Centre) -> None:
    """More people than there are agents for; every fourth has no patience, talks last from 5 to 47 seconds."""
    centre.dial(MOST_CALLS, every=1.5, patience=lambda n: 12 if n % 4 == 3 else 900, talk=lambda n: 5 + n % 7 * 7)


def kill_after(centre: Centre, dialled: int, *parts: str) -> None:
    """Whoever is killed has something in hand."""
    when_busy(centre, dialled)
    for part in dict.fromkeys(parts):
        centre.kill(part, parts.count(part))


def when_busy(centre: Centre, dialled: int) -> None:
    """Once so many have dialled and all is up again, and somebody waits, a phone rings and somebody talks."""
    when(lambda: centre.figures()["dialled"] >= dialled and centre.whole() and busy(centre), f"{dialled} dialled", 60)


def all_over(centre: Centre) -> list[Caller]:
    """Everybody ends in one way, a few who call later are all answered, and nothing is left behind; the callers."""
    centre.enough()
    when(lambda: centre.figures()["over"], "every call is over", 120)
    first = centre.figures()
    assert first["bridged_twice"] == 0, first["examples"]

    when(centre.whole, "everything that was killed is up again", 60)
    centre.dial(LATER_CALLS, every=1, patience=lambda _: 900, talk=lambda _: 3)
    when(lambda: centre.figures()["over"], "the later calls are over", 90)
    later = centre.figures()
    assert (later["answered"], later["bridged_twice"]) == (LATER_CALLS, 0), later["examples"]

    callers = centre.callers()
    assert len(callers) == first["dialled"] + LATER_CALLS
    assert [caller for caller in callers if len(caller.ways) != 1] == [], "each is served, or gives up, once"

    when(lambda: free(centre) == len(AGENTS), "no agent is stuck", 60)
    when(lambda: not waiting(centre), "nobody stands in a line without a phone", 60)
    unknown = {caller.sid for caller in callers if caller.ways == (OUT_OF_REACH,) or centre.forgot(caller)}
    known = {caller.sid for caller in callers} - unknown
    when(lambda: not known - recorded(centre), "every call of which anything came here is in the history", 90)
    assert not recorded(centre) - {caller.sid for caller in callers}
    return callers


def recorded(centre: Centre) -> set[str]:
    return {kept.call_sid for kept in centre.hotline.history.list(Wanted(), 1000)}


def busy(centre: Centre) -> bool:
    states = {agent.state for agent in centre.hotline.presence.all()}
    return {"reserved", "on_call"} <= states and waiting(centre) > 0


def waiting(centre: Centre) -> int:
    return sum(line.waiting for line in centre.hotline.lines.snapshot(0).queues)


def free(centre: Centre) -> int:
    return sum(agent.state == "available" for agent in centre.hotline.presence.all())
