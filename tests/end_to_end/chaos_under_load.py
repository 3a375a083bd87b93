"""A bad quarter of an hour at full load: processes are killed, and nobody on the phone is forgotten.

Not Redis: what it writes in the last two seconds of a death by SIGKILL may be lost, by its own rules (`appendfsync
everysec`), and here a second is eight. What is left of a call then is repaired: tests/routing, tests/web/test_calls.py.
For the same reason this is `make chaos` and no part of `make test`: a busy machine's pauses are eight times as long.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from ivr.store.sql.calls import Wanted
from tests.end_to_end.under_load import AGENTS, Centre, when

pytestmark = pytest.mark.xdist_group("hotline-run")

MOST_CALLS, LATER_CALLS = 300, 8


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    made = Centre(tmp_path)
    yield made
    made.end()


def test_whatever_dies_nobody_is_lost_stuck_bridged_twice_or_forgotten(centre: Centre) -> None:
    centre.dial(MOST_CALLS, every=1.5, patience=lambda n: 12 if n % 4 == 3 else 900, talk=lambda n: 5 + n % 7 * 2)
    kill_after(centre, 10, "calls")
    kill_after(centre, 18, "web")
    kill_after(centre, 26, "calls", "calls", "records")
    centre.enough()
    when(lambda: centre.figures()["over"], "every call is over", 60)
    first = centre.figures()
    assert first["bridged_twice"] == 0, first["examples"]

    when(centre.whole, "everything that was killed is up again")
    centre.dial(LATER_CALLS, every=1, patience=lambda _: 900, talk=lambda _: 3)
    when(lambda: centre.figures()["over"], "the later calls are over", 40)
    later = centre.figures()
    assert (later["answered"], later["bridged_twice"]) == (LATER_CALLS, 0), later["examples"]

    callers = centre.callers()
    assert len(callers) == first["dialled"] + LATER_CALLS
    assert [caller for caller in callers if len(caller.ways) != 1] == [], "each is served, or gives up, once"

    hotline = centre.hotline
    when(lambda: free(centre) == len(AGENTS), "no agent is stuck", 30)
    when(lambda: not waiting(centre), "nobody stands in a line without a phone", 30)
    sids = sorted(caller.sid for caller in callers)
    when(lambda: sorted(kept.call_sid for kept in hotline.history.list(Wanted(), 1000)) == sids, "the history", 30)
    for caller in callers:
        record = hotline.history.get(caller.sid)
        assert record is not None
        agent = caller.ways[0].removeprefix("agent ") if caller.ways[0].startswith("agent ") else ""
        assert (record.outcome == "answered", record.agent_id) == (bool(agent), agent), (caller, record)
        told = Counter(written.event.type for written in hotline.decisions.of_call(caller.sid))
        assert told["call.left"] == (1 if told["call.joined"] else 0), (caller, told)


def kill_after(centre: Centre, dialled: int, *parts: str) -> None:
    """Once so many have dialled and all is up again, and somebody waits, a phone rings and somebody talks: whoever is
    killed then has something in hand."""
    when(lambda: centre.figures()["dialled"] >= dialled and centre.whole() and busy(centre), f"{dialled} dialled, busy")
    for part in dict.fromkeys(parts):
        centre.kill(part, parts.count(part))


def busy(centre: Centre) -> bool:
    states = {agent.state for agent in centre.hotline.presence.all()}
    return {"reserved", "on_call"} <= states and waiting(centre) > 0


def waiting(centre: Centre) -> int:
    return sum(line.waiting for line in centre.hotline.lines.snapshot(0).queues)


def free(centre: Centre) -> int:
    return sum(agent.state == "available" for agent in centre.hotline.presence.all())
